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

    void register(@Observes Filters filters) {
        filters.register(ResponseHeaders::set, FilterOrder.REQUEST_ID);
    }

    private static void set(RoutingContext http) {
        // none in OPTIONS *
        String path = Objects.requireNonNullElse(http.request().path(), "");
        PathRules.nameInMetrics(http, CallPath.of(path).template());
        if (!path.startsWith("/q/")) {
            http.response()
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .putHeader(HttpHeaders.VARY, "Authorization, Bobbin-User, Origin, Prefer");
        }
        http.next();
    }
}
