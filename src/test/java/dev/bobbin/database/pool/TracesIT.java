package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.neon.Ending;
import dev.bobbin.neon.Moment;
import dev.bobbin.support.As;
import dev.bobbin.support.OtlpCollector;
import dev.bobbin.support.OtlpCollector.Span;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The packaged application with an endpoint for traces, and what arrives there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracesIT {

    private static final String GET = "GET /v1/threads/{thread_id}";
    private static final String CALLER = "b7ad6b7169203331";
    private static final int SERVER = 2;
    private static final int CLIENT = 3;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private OtlpCollector collector;
    private BobbinOnNeon service;

    @BeforeAll
    void start() throws Exception {
        collector = OtlpCollector.start();
        service = BobbinOnNeon.start(
                false,
                Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(),
                        "QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "50ms",
                        "BOBBIN_AUTH_MODE", "api-key",
                        "BOBBIN_AUTH_API_KEYS", "acme=the-secret-key"));
        assertThat(call("PUT", "/v1/threads/thr_1", "{}", trace())).isEqualTo(201);
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
        collector.close();
    }

    @BeforeEach
    void awake() {
        service.neon.disarm();
        assertThat(call("GET", "/v1/threads/thr_1", "", trace())).isEqualTo(200);
    }

    @Test
    void aCallIsBelowItsCallersSpanAndItsStatementBelowTheCall() throws Exception {
        String trace = trace();
        assertThat(call("GET", "/v1/threads/thr_1", "", trace)).isEqualTo(200);
        List<Span> spans = collector.trace(trace, GET);
        assertThat(spans).extracting(Span::name).containsExactly(GET, "select threads");
        Span call = spans.get(0);
        assertThat(call.parent()).isEqualTo(CALLER);
        assertThat(call.kind()).isEqualTo(SERVER);
        assertThat(call.attributes())
                .containsEntry("http.request.method", "GET")
                .containsEntry("http.route", "/v1/threads/{thread_id}")
                .containsEntry("http.response.status_code", "200")
                .containsEntry("bobbin.request_id", "request-of-" + trace);
        Span statement = spans.get(1);
        assertThat(statement.parent()).isEqualTo(call.id());
        assertThat(statement.kind()).isEqualTo(CLIENT);
        assertThat(statement.attributes().get("db.query.text")).contains("owner_id = $1");
        assertThat(spans).noneMatch(Span::failed);
    }

    @Test
    void aCallThatWakesTheDatabaseShowsTheWaitAndTheWakeInIt() throws Exception {
        service.neon.suspend(Ending.TERMINATED);
        BobbinOnNeon.eventually("asleep", () -> ready().contains("ASLEEP"));
        String trace = trace();
        assertThat(call("GET", "/v1/threads/thr_1", "", trace)).isEqualTo(200);
        List<Span> spans = collector.trace(trace, GET);
        assertThat(spans)
                .extracting(Span::name)
                .containsExactly(GET, "wait for a connection", "wake the database", "select threads");
        assertThat(spans)
                .extracting(Span::parent)
                .containsExactly(
                        CALLER,
                        spans.get(0).id(),
                        spans.get(1).id(),
                        spans.get(0).id());
        assertThat(spans.get(1).attributes()).containsEntry("bobbin.database.state", "asleep");
        assertThat(spans.get(2).end())
                .isGreaterThan(spans.get(2).start())
                .isLessThanOrEqualTo(spans.get(3).start());
    }

    @Test
    void aStatementThatIsLostIsMarkedAndItsRetryShown() throws Exception {
        service.neon.onNextStatement(Moment.AFTER_STATEMENT, Ending.RST, sql -> sql.startsWith("select"));
        String trace = trace();
        assertThat(call("GET", "/v1/threads/thr_1", "", trace)).isEqualTo(200);
        List<Span> spans = collector.trace(trace, GET);
        Span lost = spans.get(1);
        assertThat(lost.name()).isEqualTo("select threads");
        assertThat(lost.failed()).isTrue();
        assertThat(lost.attributes()).containsKey("error.type");
        Span retry = spans.get(2);
        assertThat(retry.name()).isEqualTo("retry");
        assertThat(retry.parent()).isEqualTo(spans.get(0).id());
        assertThat(retry.attributes()).containsEntry("bobbin.retry.reason", "unknown");
        Span again = spans.get(spans.size() - 1);
        assertThat(again.name()).isEqualTo("select threads");
        assertThat(again.parent()).isEqualTo(retry.id());
        assertThat(List.of(again.failed(), retry.failed(), spans.get(0).failed()))
                .containsOnly(false);
    }

    @Test
    void everyStatementOfATransactionIsShown() throws Exception {
        String trace = trace();
        String batch = "[" + BobbinOnNeon.item("thr_1", "i1") + "," + BobbinOnNeon.item("thr_1", "i3") + "]";
        assertThat(call("POST", "/v1/threads/thr_1/items", batch, trace)).isEqualTo(201);
        List<Span> spans = collector.trace(trace, "POST /v1/threads/{thread_id}/items");
        assertThat(spans).extracting(Span::name).contains("begin", "insert thread_items", "commit");
        assertThat(spans)
                .filteredOn(span -> span != spans.get(0))
                .extracting(Span::parent)
                .containsOnly(spans.get(0).id());
    }

    @Test
    void aCallThatFailsIsMarkedAndTheWordsOfTheServerStayAtHome() throws Exception {
        service.neon.suspend(Ending.TERMINATED);
        BobbinOnNeon.eventually("asleep", () -> ready().contains("ASLEEP"));
        service.neon.failWakes(1, "28P01", "password authentication failed for user \"the-role\"");
        String trace = trace();
        assertThat(call("GET", "/v1/threads/thr_1", "", trace)).isEqualTo(503);
        List<Span> spans = collector.trace(trace, GET);
        assertThat(spans).extracting(Span::name).containsExactly(GET, "wait for a connection");
        assertThat(spans).allMatch(Span::failed);
        assertThat(spans.get(0).attributes()).containsEntry("error.type", "503");
        assertThat(collector.received()).doesNotContain("the-role");
        BobbinOnNeon.eventually("ready", () -> !ready().contains("DOWN"));
    }

    @Test
    void noSpanHasAKeyAUserADocumentOrWhatIsSearchedFor() throws Exception {
        String item = As.message("i2", "thr_1", "2026-01-01T00:00:00", "confidential-text");
        assertThat(call("PUT", "/v1/threads/thr_1/items/i2", item, trace())).isEqualTo(201);
        String trace = trace();
        assertThat(call("GET", "/v1/search?q=confidential-question", "", trace)).isEqualTo(200);
        collector.trace(trace, "GET /v1/search");
        assertThat(collector.received())
                .contains("insert thread_items")
                .doesNotContain("the-secret-key", "user-of-traces", "confidential", service.database);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void withoutAnEndpointThereIsNoThreadForIt() throws Exception {
        String exporter = "BatchSpanProcessor".substring(0, 15);
        assertThat(service.bobbin.threads()).contains(exporter);
        try (BobbinOnNeon off = BobbinOnNeon.start(false, Map.of())) {
            assertThat(off.send("PUT", "/v1/threads/thr_1", "{}").join().statusCode())
                    .isEqualTo(201);
            assertThat(off.bobbin.threads())
                    .isNotEmpty()
                    .noneMatch(name -> name.startsWith("BatchSpan")
                            || name.toLowerCase(Locale.ROOT).contains("otel"));
        }
    }

    /** A probe every few seconds would be most of what is exported. */
    @Test
    void probesAreNotTraced() throws Exception {
        ready();
        String trace = trace();
        call("GET", "/v1/threads/thr_1", "", trace);
        collector.trace(trace, GET);
        assertThat(collector.received()).doesNotContain("/q/");
    }

    private static String trace() {
        return "0af7651916cd43dd8448eb21%08x".formatted(NUMBER.incrementAndGet());
    }

    private int call(String method, String path, String body, String trace) {
        return service.send(
                        method,
                        path,
                        body,
                        "Authorization",
                        "Bearer the-secret-key",
                        "Bobbin-User",
                        "user-of-traces",
                        "x-request-id",
                        "request-of-" + trace,
                        "traceparent",
                        "00-" + trace + "-" + CALLER + "-01")
                .join()
                .statusCode();
    }

    private String ready() {
        try {
            return service.bobbin.get("/q/health/ready").body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
