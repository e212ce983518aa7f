package dev.bobbin.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one call, in the local data of its context. Attributes and failures have names and codes only: a message of the
 * database may quote a document.
 */
public final class CallTrace {

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

    /** Does work whose spans are below this one. */
    public <T> Future<T> within(Span span, Supplier<Future<T>> work) {
        Context before = parent;
        parent = Context.root().with(span);
        return work.get().onComplete(done -> parent = before);
    }

    /** Marks a span as failed: {@code type} is a code, or the name of a type. */
    public static void fail(Span span, String type) {
        span.setAttribute("error.type", type).setStatus(StatusCode.ERROR);
    }
}
