package dev.bobbin.http;

import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** What holds for the path of any request. */
public final class PathRules {

    private PathRules() {}

    /** Returns false if it has responded, since the method is not allowed, or asks which ones are. GET allows HEAD. */
    public static boolean isAllowed(RoutingContext http, List<String> allowed) {
        String method = http.request().method().name();
        if (allowed.contains(method.equals("HEAD") ? "GET" : method)) {
            return true;
        }
        String head = allowed.contains("GET") ? ", HEAD" : "";
        http.response().putHeader("Allow", String.join(", ", allowed) + head + ", OPTIONS");
        if (method.equals("OPTIONS")) {
            http.response().setStatusCode(204).end();
        } else {
            http.fail(405);
        }
        return false;
    }
}
