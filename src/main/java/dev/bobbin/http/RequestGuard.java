package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.NOT_IMPLEMENTED;

import dev.bobbin.Mount;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Rejects methods that are not HTTP's, and paths that routing would take for others: {@code DELETE …/threads/T/items/%2E%2E}
 * would be resolved to {@code …/threads/T}, {@code GET /v1/threads/} is the list, and a semicolon cuts off the rest of an id.
 */
@ApplicationScoped
class RequestGuard {

    /** RFC 9110, and PATCH of RFC 5789. */
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    private static final Pattern DOTS = Pattern.compile("/(\\.|%2[eE]){1,2}(/|$)");

    static boolean isMethod(String name) {
        return METHODS.contains(name);
    }

    void register(@Observes Filters filters) {
        filters.register(RequestGuard::check, FilterOrder.REQUEST);
    }

    private static void check(RoutingContext http) {
        if (http.request().decoderResult() instanceof RequestDecoder.Rejection rejection) {
            throw rejection.problem;
        }
        String method = http.request().method().name();
        if (!isMethod(method)) {
            throw NOT_IMPLEMENTED.because("This method is not one of HTTP's");
        }
        checkPath(http.request().path(), http.normalizedPath());
        if (isAllowed(http)) {
            http.next();
        }
    }

    private static void checkPath(String path, String normalized) {
        // /%761/threads is /v1/threads as well; dots and empty segments are gone from it
        if (path.contains("//") || (path.endsWith("/") && Mount.isCall(normalized))) {
            throw INVALID_REQUEST.because("The path has an empty segment; an id has 1 to 255 characters");
        }
        if (!path.equals(normalized) && DOTS.matcher(path).find()) {
            throw INVALID_REQUEST.because("The path has a segment of dots, which is no id");
        }
        if (path.indexOf(';') >= 0) {
            throw INVALID_REQUEST.because("The path has a semicolon; in an id it is written %3B");
        }
        if (path.indexOf('%') >= 0 && !isUtf8(path)) {
            throw INVALID_REQUEST.because("The path is not percent-encoded UTF-8");
        }
    }

    /** Quarkus REST has no {@code Allow} in its 405, and a 404 for some methods. */
    private static boolean isAllowed(RoutingContext http) {
        List<String> allowed = CallPath.of(http.normalizedPath()).methods();
        return allowed.isEmpty() || PathRules.isAllowed(http, allowed);
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
}
