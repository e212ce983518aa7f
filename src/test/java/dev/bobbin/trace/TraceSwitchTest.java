package dev.bobbin.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceSwitchTest {

    @Test
    void thereIsNoTracingWithoutAnEndpoint() {
        assertThat(disabled(Map.of())).isTrue();
        assertThat(disabled(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", " "))).isTrue();
        assertThat(disabled(Map.of("QUARKUS_OTEL_SDK_DISABLED", "false"))).isTrue();
    }

    @Test
    void anEndpointTurnsItOnUnlessItIsDisabledExplicitly() {
        assertThat(disabled(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")))
                .isFalse();
        assertThat(disabled(Map.of("QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")))
                .isFalse();
        assertThat(disabled(Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318", "QUARKUS_OTEL_SDK_DISABLED", "true")))
                .isTrue();
    }

    private static boolean disabled(Map<String, String> environment) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withInterceptors(new TraceSwitch())
                .withSources(new EnvConfigSource(environment, 300))
                .withDefaultValue("quarkus.otel.exporter.otlp.endpoint", "${OTEL_EXPORTER_OTLP_ENDPOINT:}")
                .withDefaultValue(TraceSwitch.DISABLED, "false")
                .build()
                .getValue(TraceSwitch.DISABLED, Boolean.class);
    }
}
