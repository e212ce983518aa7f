package dev.bobbin.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Objects;

/**
 * What every response has: headers for browsers and caches, since also an error is for one owner only and has the type that it
 * declares, and a path in the metrics, which a client must not be able to invent.
 */
@ApplicationScoped
class ResponseHeaders {

    private final RequestTimers timers;

    ResponseHeaders(RequestTimers timers) {
        this.timers = timers;
    }

    void register(@Observes Filters filters) {
        filters.register(this::set, FilterOrder.REQUEST_ID);
    }

    private void set(RoutingContext http) {
        // none in OPTIONS *
        String path = Objects.requireNonNullElse(http.request().path(), "");
        if (!path.startsWith("/q/")) {
            timers.time(http, CallPath.of(path).template());
            http.response()
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .putHeader(HttpHeaders.VARY, "Authorization, Bobbin-User, Origin, Prefer");
        }
        http.next();
    }
}
