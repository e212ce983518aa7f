package dev.bobbin.trace;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/** Disables OpenTelemetry's SDK unless an endpoint is set. Quarkus would export to localhost. */
public class TraceSwitch implements ConfigSourceInterceptor {

    /** Whether there is no tracing. */
    public static final String DISABLED = "quarkus.otel.sdk.disabled";

    private static final String ENDPOINT = "quarkus.otel.exporter.otlp.endpoint";

    private static final long serialVersionUID = 1;

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        @Nullable ConfigValue value = context.proceed(name);
        if (!name.equals(DISABLED)) {
            return value;
        }
        // from the first interceptor on, since the value may be an expression
        @Nullable ConfigValue endpoint = context.restart(ENDPOINT);
        if (endpoint != null
                && endpoint.getValue() != null
                && !endpoint.getValue().isBlank()) {
            return value;
        }
        return ConfigValue.builder().withName(name).withValue("true").build();
    }
}
