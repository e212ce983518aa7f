package dev.bobbin.console;

import dev.bobbin.console.ConsoleRoutes.Answer;
import dev.bobbin.database.pool.DatabaseClient;
import dev.bobbin.database.pool.DatabaseState.Kind;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Asks before a page wakes the database. */
@Singleton
class WakeGate {

    private final DatabaseClient client;

    WakeGate(DatabaseClient client) {
        this.client = client;
    }

    /** The page, or, unless the database is awake or may be woken, one that asks and reads nothing. */
    Uni<Answer> pass(RoutingContext http, Parameters sent, Supplier<Uni<Answer>> page) {
        Kind state = client.state().kind();
        if (state == Kind.AWAKE || sent.mayWake()) {
            return page.get();
        }
        return Uni.createFrom()
                .item(new Answer(
                        "wake",
                        Map.of(
                                "path", http.normalizedPath(),
                                "parameters", sent.all().entries(),
                                "state", state.name().toLowerCase(Locale.ROOT))));
    }
}
