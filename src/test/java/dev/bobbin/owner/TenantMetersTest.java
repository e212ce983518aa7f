package dev.bobbin.owner;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class TenantMetersTest {

    private static final String CALLS = "bobbin_tenant_calls_total{status=\"%s\",tenant=\"%s\"}";
    private static final String RECEIVED = "bobbin_tenant_received_bytes_total{tenant=\"%s\"}";
    private static final String SENT = "bobbin_tenant_sent_bytes_total{tenant=\"%s\"}";

    @Test
    void callsAndTheirBytesCountForTheTenantOfTheKey() {
        Map<String, Double> before = series();
        As ann = new As(As.BETA_KEY, "ann-of-meters");
        String thread = "{\"id\":\"thr_ä\"}";
        String stored = ann.post("/v1/threads", thread).asString();
        ann.get("/v1/threads/none").then().statusCode(404);
        ann.put("/v1/threads/thr_2", "no json").then().statusCode(400);
        Map<String, Double> after = series();
        assertThat(grown(before, after, CALLS.formatted("2xx", "beta"))).isEqualTo(1);
        assertThat(grown(before, after, CALLS.formatted("4xx", "beta"))).isEqualTo(2);
        assertThat(grown(before, after, CALLS.formatted("5xx", "beta"))).isZero();
        assertThat(grown(before, after, RECEIVED.formatted("beta"))).isEqualTo(bytes(thread) + bytes("no json"));
        assertThat(grown(before, after, SENT.formatted("beta"))).isGreaterThan(bytes(stored) + 100);
        assertThat(grown(before, after, SENT.formatted("acme"))).isZero();
    }

    @Test
    void theTenantsAreThoseWithAKeyAndTheirUsersAreNone() {
        given().get("/v1/threads").then().statusCode(401);
        new As("key-of-nobody", "ann").get("/v1/threads").then().statusCode(401);
        Set<String> tenants = series().keySet().stream()
                .filter(name -> name.startsWith("bobbin_tenant_"))
                .map(name -> name.replaceAll(".*tenant=\"([^\"]*)\".*", "$1"))
                .collect(Collectors.toSet());
        assertThat(tenants).containsExactlyInAnyOrder("acme", "beta", "other");
        assertThat(series().keySet()).noneMatch(name -> name.contains("ann-of-meters"));
    }

    @Test
    void withoutAnEndpointForTracesNoThreadIsThereForThem() {
        new As(As.BETA_KEY, "ann-of-meters").get("/v1/threads").then().statusCode(200);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.matches("(?i).*(otel|opentelemetry|BatchSpan|BatchLog).*"));
    }

    private static double grown(Map<String, Double> before, Map<String, Double> after, String series) {
        assertThat(after).containsKey(series);
        return after.get(series) - before.getOrDefault(series, 0.0);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Map<String, Double> series() {
        return given().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))));
    }
}
