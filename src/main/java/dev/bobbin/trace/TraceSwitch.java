package dev.bobbin.trace;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Disables OpenTelemetry's SDK unless an endpoint is set, since Quarkus would export to localhost. With one, it checks the
 * settings, of which Quarkus only reports a stack trace.
 */
public class TraceSwitch implements ConfigSourceInterceptor {

    /** Whether there is no tracing. */
    public static final String DISABLED = "quarkus.otel.sdk.disabled";

    private static final String EXPORTER = "quarkus.otel.exporter.otlp.";
    private static final String HEADER = "[^=,]+=[^,]*";

    private static final long serialVersionUID = 1;

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        @Nullable ConfigValue value = context.proceed(name);
        if (!name.equals(DISABLED)) {
            return value;
        }
        String endpoint = value(context, EXPORTER + "endpoint");
        if (endpoint.isEmpty()) {
            return ConfigValue.builder().withName(name).withValue("true").build();
        }
        check(isUrl(endpoint), "OTEL_EXPORTER_OTLP_ENDPOINT", "an http or https URL, such as http://collector:4318");
        String protocol = value(context, EXPORTER + "protocol");
        check(protocol.matches("grpc|http/protobuf|"), "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf or grpc");
        String headers = value(context, EXPORTER + "headers");
        check(
                headers.matches(HEADER + "(," + HEADER + ")*|"),
                "OTEL_EXPORTER_OTLP_HEADERS",
                "name=value, several separated by commas");
        String share = value(context, "quarkus.otel.traces.sampler.arg");
        check(share.matches("0?\\.\\d+|[01](\\.0*)?|"), "OTEL_TRACES_SAMPLER_ARG", "a number from 0 to 1");
        return value;
    }

    /** From the first interceptor on, since the value may be an expression. */
    private static String value(ConfigSourceInterceptorContext context, String name) {
        @Nullable ConfigValue value = context.restart(name);
        return value == null || value.getValue() == null ? "" : value.getValue().strip();
    }

    private static boolean isUrl(String endpoint) {
        try {
            URI url = URI.create(endpoint);
            return String.valueOf(url.getScheme()).matches("https?") && url.getHost() != null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** The message has no value, which may be a secret. Quarkus keeps of the exception only its text. */
    private static void check(boolean fine, String variable, String form) {
        if (!fine) {
            throw new IllegalArgumentException(variable + " must be " + form);
        }
    }
}
