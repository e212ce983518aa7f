package dev.bobbin.console;

import dev.bobbin.StartupException;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.Router;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

/** Turns the console on if it has a key. Otherwise nothing of it is made. */
@Singleton
class Console {

    private static final int BEFORE_THE_DATABASE = 1;

    private static final int SHORTEST_KEY = 16;

    private final String key;
    private final Instance<ConsoleRoutes> routes;

    Console(ConsoleConfig config, Instance<ConsoleRoutes> routes) {
        this.key = config.key().orElse("");
        this.routes = routes;
    }

    void check(@Observes @Priority(BEFORE_THE_DATABASE) StartupEvent start) {
        if (!key.isEmpty() && !isOn()) {
            throw new StartupException("bobbin.console.key (BOBBIN_CONSOLE_KEY) has fewer than " + SHORTEST_KEY
                    + " characters, and could be guessed. Set it to a random one, such as that of openssl rand -hex 16,"
                    + " or leave it out for a service without a console");
        }
    }

    void register(@Observes Router router) {
        if (isOn()) {
            routes.get().register(router);
        }
    }

    void register(@Observes Filters filters) {
        if (isOn()) {
            routes.get().register(filters);
        }
    }

    private boolean isOn() {
        return key.length() >= SHORTEST_KEY;
    }
}
