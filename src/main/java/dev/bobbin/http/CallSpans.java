package dev.bobbin.http;

import dev.bobbin.Mount;
import dev.bobbin.trace.CallTrace;
import dev.bobbin.trace.TraceSwitch;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * The span of each call, below the caller's. Quarkus' own span of a request has the query, which may be what is searched for,
 * so it is turned off.
 */
@ApplicationScoped
class CallSpans {

    /** In log formats: {@code %X{trace_id}}. */
    private static final String MDC_KEY = "trace_id";

    private static final TextMapGetter<MultiMap> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(MultiMap headers) {
            return headers.names();
        }

        @Override
        public @Nullable String get(@Nullable MultiMap headers, String name) {
            return headers == null ? null : headers.get(name);
        }
    };

    void register(
            @Observes Filters filters,
            Instance<OpenTelemetry> telemetry,
            @ConfigProperty(name = TraceSwitch.DISABLED) boolean disabled) {
        if (!disabled) {
            Tracer tracer = telemetry.get().getTracer("dev.bobbin");
            TextMapPropagator propagator = telemetry.get().getPropagators().getTextMapPropagator();
            filters.register(http -> trace(http, tracer, propagator), FilterOrder.REQUEST_ID);
        }
    }

    private static void trace(RoutingContext http, Tracer tracer, TextMapPropagator propagator) {
        String path = String.valueOf(http.request().path());
        if (Mount.isCall(path)) {
            begin(http, path, tracer, propagator);
        }
        http.next();
    }

    private static void begin(RoutingContext http, String path, Tracer tracer, TextMapPropagator propagator) {
        String method = http.request().method().name();
        String route = CallPath.of(path).template();
        Span span = tracer.spanBuilder(method + " " + route)
                .setSpanKind(SpanKind.SERVER)
                .setParent(propagator.extract(Context.root(), http.request().headers(), HEADERS))
                .setAttribute("http.request.method", method)
                .setAttribute("http.route", route)
                .startSpan();
        MDC.put(MDC_KEY, span.getSpanContext().getTraceId());
        if (!span.isRecording()) {
            return;
        }
        ContextInternal context = (ContextInternal) ((HttpServerRequestInternal) http.request()).context();
        CallTrace.begin(context, tracer, span);
        http.addEndHandler(sent -> {
            int status = http.response().getStatusCode();
            String id = http.response().headers().get(RequestId.HEADER);
            span.setAttribute("http.response.status_code", status);
            if (id != null) {
                span.setAttribute("bobbin.request_id", id);
            }
            if (sent.failed()) {
                CallTrace.fail(span, "reset");
            } else if (status >= 500) {
                CallTrace.fail(span, String.valueOf(status));
            }
            span.end();
        });
    }
}
