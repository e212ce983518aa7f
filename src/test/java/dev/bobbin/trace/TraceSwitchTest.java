package dev.bobbin.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    OTEL_EXPORTER_OTLP_ENDPOINT | collector:4318
                    OTEL_EXPORTER_OTLP_ENDPOINT | :x:
                    OTEL_EXPORTER_OTLP_PROTOCOL | http/json
                    OTEL_EXPORTER_OTLP_HEADERS  | authorization
                    OTEL_TRACES_SAMPLER_ARG | half
                    OTEL_TRACES_SAMPLER_ARG | 1.5""")
    void aWrongValueStopsTheStartAndIsNotRepeated(String variable, String value) {
        Map<String, String> environment = new HashMap<>(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"));
        environment.put(variable, value);
        assertThatThrownBy(() -> disabled(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(variable + " must be ")
                .hasMessageNotContaining("authorization");
    }

    private static boolean disabled(Map<String, String> environment) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withInterceptors(new TraceSwitch())
                .withSources(new EnvConfigSource(environment, 300))
                .withDefaultValue("quarkus.otel.exporter.otlp.endpoint", "${OTEL_EXPORTER_OTLP_ENDPOINT:}")
                .withDefaultValue("quarkus.otel.exporter.otlp.protocol", "${OTEL_EXPORTER_OTLP_PROTOCOL:http/protobuf}")
                .withDefaultValue("quarkus.otel.exporter.otlp.headers", "${OTEL_EXPORTER_OTLP_HEADERS:}")
                .withDefaultValue("quarkus.otel.traces.sampler.arg", "${OTEL_TRACES_SAMPLER_ARG:1.0}")
                .withDefaultValue(TraceSwitch.DISABLED, "false")
                .build()
                .getValue(TraceSwitch.DISABLED, Boolean.class);
    }
}
