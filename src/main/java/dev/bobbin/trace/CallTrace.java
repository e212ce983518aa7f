package dev.bobbin.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import io.vertx.pgclient.PgException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one call, in the local data of its context. Attributes and failures have names and codes only: a message of the
 * database may quote a document.
 */
public final class CallTrace {

    /** OpenTelemetry's name for the kind of a failure. */
    public static final String ERROR_TYPE = "error.type";

    private static final String KEY = "bobbin.trace";

    private final Tracer tracer;
    private Context parent;

    private CallTrace(Tracer tracer, Context parent) {
        this.tracer = tracer;
        this.parent = parent;
    }

    /** Lets what the context does be traced below {@code call}. */
    public static void begin(ContextInternal context, Tracer tracer, Span call) {
        context.localContextData().put(KEY, new CallTrace(tracer, Context.root().with(call)));
    }

    /** Null if the call is not traced. */
    public static @Nullable CallTrace of(ContextInternal context) {
        return context.isDuplicate() ? (CallTrace) context.localContextData().get(KEY) : null;
    }

    /** A span below the call's, or below the one of {@link #within}. */
    public SpanBuilder span(String name, SpanKind kind) {
        return tracer.spanBuilder(name).setParent(parent).setSpanKind(kind);
    }

    /** A span below another one. */
    public SpanBuilder span(String name, Span above) {
        return tracer.spanBuilder(name).setParent(Context.root().with(above));
    }

    /** Does work whose spans are below this one, which ends with it. */
    public <T> Future<T> within(Span span, Supplier<Future<T>> work) {
        Context before = parent;
        parent = Context.root().with(span);
        return work.get().onComplete(done -> {
            parent = before;
            end(span, done);
        });
    }

    /** Ends a span, with what failed. */
    public static void end(Span span, AsyncResult<?> done) {
        if (done.failed()) {
            span.setAttribute(ERROR_TYPE, type(done.cause())).setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    /** Postgres' SQLSTATE, or the type of the innermost exception. */
    private static String type(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof PgException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof PgException e
                ? e.getSqlState()
                : cause.getClass().getSimpleName();
    }
}
