package dev.bobbin.http;

import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** What holds for the path of any request. */
public final class PathRules {

    /** Where Quarkus' metrics look for the template of a request's path. */
    private static final String TEMPLATE = "UrlPathTemplate";

    private PathRules() {}

    /** Names the path of a request in the metrics: by a template, since a client can invent any number of paths. */
    public static void nameInMetrics(RoutingContext http, String template) {
        ((HttpServerRequestInternal) http.request()).context().putLocal(TEMPLATE, template);
    }

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
