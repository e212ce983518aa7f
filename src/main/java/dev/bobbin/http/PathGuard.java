package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Refuses paths that routing would take for others. {@code DELETE …/threads/T/items/%2E%2E} is resolved to
 * {@code …/threads/T}, and {@code GET /v1/threads/} to the list: an id that a client built into its path, and that was
 * empty or all dots, would reach what it never named. A semicolon would begin a matrix parameter, which is cut off.
 */
@ApplicationScoped
class PathGuard {

    private static final Pattern DOTS = Pattern.compile("/(\\.|%2[eE]){1,2}(/|$)");

    private record Route(Pattern path, List<String> methods) {}

    /** Quarkus REST names no methods in its 405, which RFC 9110 wants, and has 404 for some of them. */
    private static final List<Route> ROUTES = List.of(
            route("/v1/threads", "GET", "POST"),
            route("/v1/threads/[^/]+", "GET", "PUT", "DELETE"),
            route("/v1/threads/[^/]+/items", "GET", "POST", "DELETE"),
            route("/v1/threads/[^/]+/items/[^/]+", "GET", "PUT", "DELETE"),
            route("/v1/attachments/[^/]+", "GET", "PUT", "DELETE"));

    void register(@Observes Filters filters) {
        filters.register(PathGuard::check, FilterOrder.PATH);
    }

    private static void check(RoutingContext http) {
        String path = http.request().path();
        // /%761/threads is /v1/threads as well; dots and empty segments are gone from it
        String normalized = http.normalizedPath();
        if (path.contains("//") || (path.endsWith("/") && normalized.startsWith("/v1/"))) {
            throw INVALID_REQUEST.because("The path has an empty segment; an id has 1 to 255 characters");
        }
        if (DOTS.matcher(path).find()) {
            throw INVALID_REQUEST.because("The path has a segment of dots, which is no id");
        }
        if (path.indexOf(';') >= 0) {
            throw INVALID_REQUEST.because("The path has a semicolon; in an id it is written %3B");
        }
        if (path.indexOf('%') >= 0 && !isUtf8(path)) {
            throw INVALID_REQUEST.because("The path is not percent-encoded UTF-8");
        }
        String method = http.request().method().name();
        for (Route route : ROUTES) {
            if (route.path.matcher(normalized).matches() && !route.methods.contains(method) && !method.equals("HEAD")) {
                http.response().putHeader("Allow", String.join(", ", route.methods) + ", HEAD, OPTIONS");
                if (method.equals("OPTIONS")) {
                    http.response().setStatusCode(204).end();
                } else {
                    http.fail(405);
                }
                return;
            }
        }
        http.next();
    }

    /** A decoder that replaces malformed bytes would make one id out of two. */
    static boolean isUtf8(String encoded) {
        try {
            String bytes = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)));
            return true;
        } catch (CharacterCodingException | IllegalArgumentException malformed) {
            return false;
        }
    }

    private static Route route(String path, String... methods) {
        return new Route(Pattern.compile(path), List.of(methods));
    }
}
