package dev.bobbin.console;

import dev.bobbin.Mount;
import dev.bobbin.http.PathRules;
import dev.bobbin.http.RequestTimers;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The console's paths, and what all of them have: headers, their methods, and a name in the metrics. */
final class Paths {

    private static final int BEFORE_QUARKUS = -1;
    private static final int BEFORE_ALL = -2;

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private final Router router;
    private final Map<String, List<String>> methods = new LinkedHashMap<>();

    Paths(Router router) {
        this.router = router;
        router.route(Mount.CONSOLE + "/*").order(BEFORE_ALL).handler(Paths::secure);
    }

    /** For HEAD, too. */
    Route get(String path) {
        return route(path, HttpMethod.GET).method(HttpMethod.HEAD);
    }

    Route post(String path) {
        return route(path, HttpMethod.POST);
    }

    private Route route(String path, HttpMethod method) {
        methods.computeIfAbsent(path, first -> new ArrayList<>()).add(method.name());
        return router.route(method, Mount.CONSOLE + path).order(BEFORE_QUARKUS);
    }

    /** At last, when all methods are known. */
    void refuseOtherMethods() {
        methods.forEach((path, allowed) -> {
            String template = Mount.CONSOLE + path.replaceAll(":(\\w+)", "{$1}");
            router.route(Mount.CONSOLE + path).order(BEFORE_ALL).handler(http -> {
                RequestTimers.name(http, template);
                if (PathRules.isAllowed(http, allowed)) {
                    http.next();
                }
            });
        });
    }

    private static void secure(RoutingContext http) {
        http.response()
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Referrer-Policy", "same-origin")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader(HttpHeaders.VARY, "Cookie");
        http.next();
    }
}
