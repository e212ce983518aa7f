package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses what a call would ignore, and its sender relies on: query parameters that the resource method does not declare, and
 * preconditions. {@code If-Modified-Since} passes, as RFC 9110 wants where nothing is known of modifications: without it a
 * client gets the same answer.
 */
class IgnoredInput {

    private static final List<String> PRECONDITIONS = List.of("If-Match", "If-None-Match", "If-Unmodified-Since");

    /** How many letters a slip of the pen changes. */
    private static final int NEAR = 2;

    private final ResourceInfo resource;
    private final Map<Method, List<String>> parameters = new ConcurrentHashMap<>();

    IgnoredInput(ResourceInfo resource) {
        this.resource = resource;
    }

    @ServerRequestFilter
    void refuse(RoutingContext http) {
        for (String header : PRECONDITIONS) {
            if (http.request().headers().contains(header)) {
                throw INVALID_REQUEST.because("The header " + header + " is not supported; nothing was done");
            }
        }
        String query = http.request().query();
        if (query == null || query.isEmpty()) {
            return;
        }
        if (!PathGuard.isUtf8(query)) {
            throw INVALID_REQUEST.because("The query is not percent-encoded UTF-8");
        }
        List<String> known = parameters.computeIfAbsent(resource.getResourceMethod(), IgnoredInput::declared);
        for (String name : http.queryParams().names()) {
            if (!known.contains(name)) {
                throw unknown(name, known);
            }
            if (http.queryParams().getAll(name).size() > 1) {
                throw INVALID_REQUEST.because("The query parameter " + name + " must be sent once");
            }
        }
    }

    private static List<String> declared(Method method) {
        return Arrays.stream(method.getParameters())
                .map(parameter -> parameter.getAnnotation(QueryParam.class))
                .filter(Objects::nonNull)
                .map(QueryParam::value)
                .toList();
    }

    private static ProblemException unknown(String name, List<String> known) {
        String hint = known.stream()
                .filter(candidate -> distance(name, candidate) <= NEAR)
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElse(".");
        return INVALID_REQUEST.because("This call has no query parameter " + name + hint + " It takes "
                + (known.isEmpty() ? "none" : String.join(", ", known)));
    }

    /** How many letters must be put in, left out or replaced to make one of the other, upper case or lower. */
    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        if (Math.abs(a.length() - b.length()) > NEAR) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
