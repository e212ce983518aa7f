package dev.bobbin.problem;

import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.Mount;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.WebApplicationException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * An error response. The cause of an unexpected failure is only in the log.
 *
 * @param code what OpenAI's APIs call it; null for a problem that they do not have
 * @param param the parameter that it is about, as OpenAI's APIs name it
 */
record Problem(
        int status,
        String type,
        String title,
        String detail,
        Map<String, String> headers,
        @Nullable String code,
        @Nullable String param) {

    static final String MEDIA_TYPE = "application/problem+json";

    /** In OpenAI's APIs it is the same whether the path is unknown, or the method at it. */
    static final String UNKNOWN_URL = "unknown_url";

    private static final String REFUSED = "The request was refused";

    private static final Logger LOG = Logger.getLogger("dev.bobbin.problem");

    /** Per second. A failure of every call, such as a key that cannot be read, would fill a disk. */
    private static final int MAX_TRACES = 10;

    private static final AtomicLong SECOND = new AtomicLong();
    private static final AtomicInteger TRACES = new AtomicInteger();

    static Problem of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                log(problem);
                return told(problem);
            }
        }
        if (failure instanceof AuthenticationFailedException || failure instanceof UnauthorizedException) {
            return ofStatus(401);
        }
        if (failure instanceof ForbiddenException) {
            return ofStatus(403);
        }
        if (failure instanceof WebApplicationException web) {
            return ofStatus(web.getResponse().getStatus());
        }
        log("Unexpected failure", failure);
        return ofStatus(500);
    }

    /** For what the framework rejects with a bare status code. */
    static Problem ofStatus(int status) {
        ProblemType type = ProblemType.of(status).orElse(status < 500 ? null : ProblemType.INTERNAL);
        return type == null
                ? new Problem(status, "about:blank", REFUSED, REFUSED, Map.of(), null, null)
                : told(type.because(type.usualDetail()).as(type == NOT_FOUND ? UNKNOWN_URL : type.code(), null));
    }

    private static Problem told(ProblemException problem) {
        ProblemType type = problem.type();
        return new Problem(
                type.status(),
                type.urn(),
                type.title(),
                problem.detail(),
                problem.headers(),
                problem.code(),
                problem.param());
    }

    private static void log(ProblemException problem) {
        switch (problem.type()) {
            case INTERNAL -> log(problem.detail(), problem);
            case DATABASE_UNAVAILABLE, REFUSED_BY_DATABASE -> {
                Throwable cause = problem.getCause();
                LOG.warnf("%s%s", problem.detail(), cause == null ? "" : " [" + cause + "]");
            }
            default -> {}
        }
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

    /** As a client of this path reads it. */
    ErrorAnswer answer(HttpServerRequest request, @Nullable String requestId) {
        // none in OPTIONS *
        String path = Objects.requireNonNullElse(request.path(), "");
        if (Mount.isOpenAi(path)) {
            return OpenAiError.of(this, request.method().name(), path);
        }
        JsonObject document = JsonObject.of("type", type, "title", title, "status", status, "detail", detail);
        return new ErrorAnswer(
                status,
                MEDIA_TYPE,
                headers,
                document.put("request_id", requestId).encode());
    }
}
