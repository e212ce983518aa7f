package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.Mount;
import dev.bobbin.Spelling;
import dev.bobbin.document.Ids;
import dev.bobbin.document.Precondition;
import dev.bobbin.problem.ProblemException;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Rejects invalid ids in the path, and what a call would silently ignore: query parameters that the resource method does not
 * declare, unless it is of OpenAI's APIs, and preconditions that it does not honour. {@code If-Modified-Since} passes, as RFC 9110 asks of servers that know
 * no modification dates.
 */
class InputFilter {

    private static final List<String> PRECONDITIONS =
            List.of(Precondition.IF_MATCH, Precondition.IF_NONE_MATCH, "If-Unmodified-Since");

    /** The most characters that a typing error changes. */
    private static final int MAX_CHANGES = 2;

    private final ResourceInfo resource;
    private final Map<Method, List<String>> parameters = new ConcurrentHashMap<>();

    InputFilter(ResourceInfo resource) {
        this.resource = resource;
    }

    @ServerRequestFilter
    void check(RoutingContext http, UriInfo uri) {
        for (String header : PRECONDITIONS) {
            if (http.request().headers().contains(header)) {
                checkHonoured(header, resource.getResourceMethod());
            }
        }
        uri.getPathParameters().forEach((name, values) -> Ids.check(name, values.get(0)));
        String query = http.request().query();
        if (query == null || query.isEmpty()) {
            return;
        }
        if (!RequestGuard.isUtf8(query)) {
            throw INVALID_REQUEST.because("The query is not percent-encoded UTF-8");
        }
        List<String> known = parameters.computeIfAbsent(resource.getResourceMethod(), InputFilter::declared);
        MultiMap sent = http.queryParams();
        // OpenAI's SDKs send what their next version may
        boolean others = Mount.isOpenAi(http.normalizedPath());
        for (String name : sent.names()) {
            if (known.stream().noneMatch(candidate -> isNamed(candidate, name))) {
                if (others) {
                    continue;
                }
                throw unknown(name, known);
            }
            if (sent.getAll(name).size() > 1) {
                throw INVALID_REQUEST.because("The query parameter " + name + " must be sent once");
            }
        }
    }

    private static void checkHonoured(String header, Method method) {
        Preconditions honoured = method.getAnnotation(Preconditions.class);
        if (honoured == null || !List.of(honoured.value()).contains(header)) {
            throw notHonoured(header);
        }
    }

    static ProblemException notHonoured(String header) {
        return INVALID_REQUEST.because("The header " + header + " is not supported here; nothing was done");
    }

    private static List<String> declared(Method method) {
        MoreParameters more = method.getAnnotation(MoreParameters.class);
        return Stream.concat(
                        Arrays.stream(method.getParameters())
                                .map(parameter -> parameter.getAnnotation(QueryParam.class))
                                .filter(Objects::nonNull)
                                .map(QueryParam::value),
                        more == null ? Stream.empty() : Stream.of(more.value().split(",")))
                .toList();
    }

    private static boolean isNamed(String known, String name) {
        return isPrefix(known) ? name.startsWith(known) : name.equals(known);
    }

    private static boolean isPrefix(String known) {
        return known.endsWith(".");
    }

    private static ProblemException unknown(String name, List<String> known) {
        String key = name.substring(name.indexOf('.') + 1);
        List<String> candidates = known.stream()
                .map(candidate -> isPrefix(candidate) ? candidate + key : candidate)
                .toList();
        String hint = Spelling.nearest(name, candidates, MAX_CHANGES)
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElse(".");
        List<String> names = known.stream()
                .map(candidate -> isPrefix(candidate) ? candidate + "<key>" : candidate)
                .toList();
        return INVALID_REQUEST.because("This call has no query parameter " + name + hint + " It takes "
                + (names.isEmpty() ? "none" : String.join(", ", names)));
    }
}
