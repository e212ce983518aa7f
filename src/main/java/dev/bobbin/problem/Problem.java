package dev.bobbin.problem;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One error answer: what the client is told, and the headers that go with it. Nothing internal leaves the process: what
 * is not expected becomes a bland 500, and its cause goes to the log.
 */
record Problem(int status, String type, String title, String detail, Map<String, String> headers) {

    static final String MEDIA_TYPE = "application/problem+json";

    /** Seconds a client waits before it asks again: about what a sleeping Neon database needs to wake, and a little more. */
    private static final String RETRY_AFTER_SECONDS = "2";

    private static final Logger LOG = Logger.getLogger("dev.bobbin.problem");

    /** In a second. A failure that every call meets, such as a key that cannot be read, would fill a disk. */
    private static final int MAX_TRACES = 10;

    private static final AtomicLong SECOND = new AtomicLong();
    private static final AtomicInteger TRACES = new AtomicInteger();

    static Problem of(Throwable failure) {
        ProblemException known = known(failure);
        if (known != null) {
            log(known);
            return of(known.type(), known.detail());
        }
        if (failure instanceof WebApplicationException web) {
            return ofStatus(web.getResponse().getStatus());
        }
        log("Unexpected failure", failure);
        return of(ProblemType.INTERNAL, "An unexpected failure. The log has the details under this request id.");
    }

    /** For what the framework refuses by a bare status code. */
    static Problem ofStatus(int status) {
        return switch (status) {
            case 401 -> of(ProblemType.UNAUTHENTICATED, "Credentials are missing or wrong");
            case 403 -> of(ProblemType.FORBIDDEN, "The credentials do not allow this");
            case 404 -> of(ProblemType.NOT_FOUND, "There is nothing at this path");
            case 405 ->
                of(
                        ProblemType.METHOD_NOT_ALLOWED,
                        "This path does not take this method; the Allow header lists those it takes");
            case 406 ->
                of(
                        ProblemType.NOT_ACCEPTABLE,
                        "The answer would be application/json, which the Accept header excludes");
            case 408 -> of(ProblemType.REQUEST_TIMEOUT, "The request did not arrive in time");
            case 413 -> of(ProblemType.BODY_TOO_LARGE, "The body is larger than this service accepts");
            case 414 -> of(ProblemType.URI_TOO_LONG, "The request line is longer than this service accepts");
            case 415 -> of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json in UTF-8");
            case 431 -> of(ProblemType.HEADERS_TOO_LARGE, "The headers are larger than this service accepts");
            case 501 -> of(ProblemType.NOT_IMPLEMENTED, "This method is not one of HTTP's");
            case 400 -> of(ProblemType.INVALID_REQUEST, "The request is malformed");
            default ->
                status >= 500
                        ? of(
                                ProblemType.INTERNAL,
                                "An unexpected failure. The log has the details under this request id.")
                        : new Problem(
                                status, "about:blank", "The request was refused", "The request was refused", Map.of());
        };
    }

    private static @Nullable ProblemException known(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof ProblemException problem) {
                return problem;
            }
        }
        if (failure instanceof AuthenticationFailedException || failure instanceof UnauthorizedException) {
            return ProblemType.UNAUTHENTICATED.because("Credentials are missing or wrong");
        }
        if (failure instanceof ForbiddenException) {
            return ProblemType.FORBIDDEN.because("The credentials do not allow this");
        }
        return null;
    }

    private static Problem of(ProblemType type, String detail) {
        Map<String, String> headers = new LinkedHashMap<>();
        switch (type) {
            case UNAUTHENTICATED -> headers.put("WWW-Authenticate", "Bearer");
            // OpenAI's SDKs repeat a 409 unless they are told that it is final
            case CONFLICT -> headers.put("x-should-retry", "false");
            case BUSY, DATABASE_UNAVAILABLE, SHUTTING_DOWN -> headers.put("Retry-After", RETRY_AFTER_SECONDS);
            default -> {}
        }
        return new Problem(type.status(), type.urn(), type.title(), detail, headers);
    }

    private static void log(ProblemException problem) {
        if (problem.type() == ProblemType.INTERNAL) {
            log(problem.detail(), problem);
        } else if (problem.type() == ProblemType.DATABASE_UNAVAILABLE
                || problem.type() == ProblemType.REFUSED_BY_DATABASE) {
            Throwable cause = problem.getCause();
            LOG.warnf("%s%s", problem.detail(), cause == null ? "" : " [" + cause + "]");
        }
    }

    /** The id that the answer to this request has in its header, and so in its problem. */
    static @Nullable String requestId(RoutingContext http) {
        return http.response().headers().get("x-request-id");
    }

    private static void log(String message, Throwable failure) {
        long now = System.nanoTime() / 1_000_000_000;
        if (SECOND.getAndSet(now) != now) {
            TRACES.set(0);
        }
        if (TRACES.incrementAndGet() <= MAX_TRACES) {
            LOG.error(message, failure);
        } else {
            LOG.errorf("%s: %s (without its stack trace, after %d in this second)", message, failure, MAX_TRACES);
        }
    }

    String json(@Nullable String requestId) {
        return new JsonObject()
                .put("type", type)
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .put("request_id", requestId)
                .encode();
    }
}
