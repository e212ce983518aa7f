package dev.bobbin.problem;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.WebApplicationException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** An error response. The cause of an unexpected failure is only in the log. */
record Problem(int status, String type, String title, String detail, Map<String, String> headers) {

    static final String MEDIA_TYPE = "application/problem+json";

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
                return of(problem.type(), problem.detail(), problem.headers());
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
                ? new Problem(status, "about:blank", REFUSED, REFUSED, Map.of())
                : of(type, type.usualDetail(), type.headers());
    }

    private static Problem of(ProblemType type, String detail, Map<String, String> headers) {
        return new Problem(type.status(), type.urn(), type.title(), detail, headers);
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

    String json(@Nullable String requestId) {
        JsonObject document = JsonObject.of("type", type, "title", title, "status", status, "detail", detail);
        return document.put("request_id", requestId).encode();
    }
}
