package dev.bobbin.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Tells browsers and caches on the way what every answer to a call is: one owner's, and of the type it says. It is set before
 * anything can refuse the call, so that refusals have it as well.
 */
@ApplicationScoped
class AnswerHeaders {

    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");

    private final CharSequence vary;
    private final CharSequence varyOfWrites;

    AnswerHeaders(@ConfigProperty(name = "quarkus.http.cors.enabled", defaultValue = "false") boolean cors) {
        String owner = "Authorization, Bobbin-User" + (cors ? ", Origin" : "");
        vary = HttpHeaders.createOptimized(owner);
        varyOfWrites = HttpHeaders.createOptimized(owner + ", Prefer");
    }

    void register(@Observes Filters filters) {
        filters.register(this::set, FilterOrder.ANSWER_HEADERS);
    }

    private void set(RoutingContext http) {
        if (http.normalizedPath().startsWith("/v1/")) {
            HttpMethod method = http.request().method();
            boolean write = method.equals(HttpMethod.PUT) || method.equals(HttpMethod.POST);
            MultiMap headers = http.response().headers();
            headers.set(HttpHeaders.CACHE_CONTROL, NO_STORE);
            headers.set(CONTENT_TYPE_OPTIONS, NO_SNIFF);
            headers.set(HttpHeaders.VARY, write ? varyOfWrites : vary);
        }
        http.next();
    }
}
