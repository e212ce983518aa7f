package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.neon.Ending;
import dev.bobbin.neon.State;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who calls while the database wakes waits, and one connect wakes it for all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WakeIT {

    private static final int MAX_SIZE = 10;
    private static final Duration UNTIL_TOLD = Duration.ofDays(1);

    private BobbinOnNeon service;

    @BeforeAll
    void start() throws Exception {
        service = BobbinOnNeon.start(false, Map.of("BOBBIN_POOL_PROBE_INTERVAL", "500ms"));
        assertThat(service.send("PUT", "/v1/threads/thr_1", "{}").join().statusCode())
                .isEqualTo(201);
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
    }

    @BeforeEach
    void asleep() throws Exception {
        service.neon.disarm();
        service.neon.wakeGap(Duration.ofMillis(100));
        service.neon.suspend(Ending.TERMINATED);
        BobbinOnNeon.eventually("asleep", () -> readiness(service).body().contains("ASLEEP"));
        service.neon.resetMeters();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fiveHundredWaitForOneWake(boolean slow) throws Exception {
        service.neon.wakeGap(slow ? UNTIL_TOLD : Duration.ofMillis(300));
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int nr = 0; nr < 250; nr++) {
            answers.add(service.get("/v1/threads/thr_1"));
            answers.add(service.send("PUT", "/v1/threads/thr_1/items/m" + nr, BobbinOnNeon.item("thr_1", "m" + nr)));
        }
        if (slow) {
            BobbinOnNeon.eventually("waking", () -> readiness(service).body().contains("WAKING"));
            assertThat(readiness(service).statusCode())
                    .as("ready while it wakes")
                    .isEqualTo(200);
            BobbinOnNeon.eventually("wakes", () -> service.neon.state() == State.WAKING);
            service.neon.wakeNow();
        }
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.join().statusCode()).as(answer.join().body()).isBetween(200, 201);
        }
        assertThat(service.neon.meters().wakes()).isEqualTo(1);
        assertThat(service.neon.meters().logins()).isLessThanOrEqualTo(MAX_SIZE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    XX000 | Couldn't connect to compute node
                    XX000 | Control plane request failed
                    XX000 | Failed to acquire permit to connect to the database. Too many database connection attempts are currently ongoing.
                    XX000 | Too many connections to this endpoint. Please try again later.
                    XX000 | Internal error
                    08P01 | server login has been failing, try again later (server_login_retry)
                    08P01 | no more connections allowed (max_client_conn)
                    53300 | sorry, too many clients already
                    57P03 | the database system is starting up""")
    void whatPassesByItselfIsWaitedFor(String sqlState, String message) {
        service.neon.failWakes(2, sqlState, message);
        assertThat(service.get("/v1/threads/thr_1").join().statusCode()).isEqualTo(200);
        assertThat(service.neon.meters().logins()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    XX000 | password authentication failed for user 'x'
                    XX000 | The requested endpoint could not be found, or you don't have access to it
                    XX000 | The endpoint is disabled. Enable it using the API and retry.
                    XX000 | Your project has exceeded the data transfer quota. Upgrade your plan to increase limits.
                    XX000 | This IP address 1.2.3.4 is not allowed to connect to this endpoint.
                    28P01 | password authentication failed for user "x"
                    3D000 | database "y" does not exist""")
    void whatSomebodyHasToMendIsRefusedAtOnce(String sqlState, String message) throws Exception {
        service.neon.failWakes(1, sqlState, message);
        HttpResponse<String> refused = service.get("/v1/threads/thr_1").join();
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        HttpResponse<String> ready = readiness(service);
        // unless it has healed already
        if (service.neon.meters().sessions() == 0) {
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("DOWN", message.replace("\"", "\\\""));
        }
        assertThat(service.bobbin.output().lines())
                .anyMatch(line -> line.contains("No connection to the database: ") && line.contains(message));
        // it heals by itself: nobody calls
        BobbinOnNeon.eventually("ready", () -> readiness(service).statusCode() == 200);
        assertThat(service.get("/v1/threads/thr_1").join().statusCode()).isEqualTo(200);
    }

    @Test
    void whoHasWaitedLongEnoughIsToldToComeBackAndTheWakeGoesOn() throws Exception {
        Map<String, String> shortTimes = Map.of(
                "BOBBIN_POOL_ACQUIRE_TIMEOUT", "2s",
                "BOBBIN_POOL_CONNECT_TIMEOUT", "5s",
                "BOBBIN_POOL_PROBE_INTERVAL", "200ms",
                "BOBBIN_POOL_MAX_WAITING", "20");
        try (BobbinOnNeon impatient = BobbinOnNeon.start(true, shortTimes)) {
            impatient.neon.suspend(Ending.FIN);
            impatient.neon.wakeGap(UNTIL_TOLD);
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int nr = 0; nr < 100; nr++) {
                answers.add(impatient.get("/v1/threads"));
            }
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertThat(answer.join().statusCode()).isEqualTo(503);
                assertThat(answer.join().headers().firstValue("Retry-After")).isPresent();
            }
            HttpResponse<String> ready = readiness(impatient);
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("DOWN");
            // nobody calls, and yet
            BobbinOnNeon.eventually("wakes", () -> impatient.neon.state() == State.WAKING);
            impatient.neon.wakeNow();
            BobbinOnNeon.eventually("ready", () -> readiness(impatient).statusCode() == 200);
            assertThat(impatient.metric("bobbin_pool_connections", "")).isEqualTo(1);
            assertThat(impatient.get("/v1/threads").join().statusCode()).isEqualTo(200);
            assertThat(impatient.bobbin.output()).contains("as many calls as may (20) wait for a connection");
        }
    }

    private static HttpResponse<String> readiness(BobbinOnNeon service) {
        try {
            return service.bobbin.get("/q/health/ready");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
