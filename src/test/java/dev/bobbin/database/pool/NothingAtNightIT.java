package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.neon.NeonSimulator;
import dev.bobbin.neon.State;
import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A service that nobody calls costs nothing, however often it is probed and scraped. Times are a thirtieth of real ones. */
class NothingAtNightIT {

    private static final Map<String, String> SHORT_TIMES =
            Map.of("BOBBIN_POOL_IDLE_TIMEOUT", "2s", "BOBBIN_POOL_PRE_PING_AFTER", "200ms");

    /** As long as Neon waits before it suspends. */
    private static final Duration FIVE_MINUTES = Duration.ofSeconds(6);

    @Test
    void afterTheLastCallTheDatabaseFallsAsleepAndStaysAsleep() throws Exception {
        try (BobbinOnNeon service = BobbinOnNeon.start(false, SHORT_TIMES)) {
            BobbinOnNeon.eventually(
                    "no connection that the migration left",
                    () -> service.neon.meters().connections() == 0);
            service.neon.suspendAfter(FIVE_MINUTES);
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int nr = 0; nr < 50; nr++) {
                answers.add(service.send("PUT", "/v1/threads/t" + nr, "{}"));
                answers.add(service.send("PUT", "/v1/attachments/a" + nr, "{}"));
            }
            answers.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(201));
            assertThat(service.get("/v1/threads").join().statusCode()).isEqualTo(200);
            BobbinOnNeon.eventually("no connection", () -> {
                probe(service);
                return service.neon.meters().connections() == 0;
            });
            BobbinOnNeon.eventually("asleep", () -> state(service, "asleep"));
            service.neon.resetMeters();
            BobbinOnNeon.eventually("suspended", () -> {
                probe(service);
                return service.neon.state() == State.SUSPENDED;
            });
            double billed = service.neon.meters().awakeSeconds();
            long end = System.nanoTime() + FIVE_MINUTES.dividedBy(2).toNanos();
            while (System.nanoTime() < end) {
                probe(service);
                Thread.sleep(50);
            }
            assertThat(service.neon.meters().accepts()).as("connections").isZero();
            assertThat(service.neon.meters().statements()).as("statements").isZero();
            assertThat(service.neon.meters().awakeSeconds()).isEqualTo(billed);
            assertThat(service.neon.state()).isEqualTo(State.SUSPENDED);
            // and the first call in the morning
            assertThat(service.get("/v1/threads/t1").join().statusCode()).isEqualTo(200);
            assertThat(service.metric("bobbin_database_wakes_seconds_count", ""))
                    .isPositive();
        }
    }

    @Test
    void withoutMigrationTheStartOpensNoConnection() throws Exception {
        String database = TestDatabase.get().freshDatabase();
        try (NeonSimulator neon = NeonSimulator.inFrontOf(database).start()) {
            Map<String, String> settings = new HashMap<>(BobbinProcess.open(neon.url(true, database)));
            settings.put("BOBBIN_MIGRATE_AT_START", "false");
            try (BobbinProcess bobbin = BobbinProcess.start(settings, neon.jvmArguments())) {
                bobbin.awaitReady();
                assertThat(bobbin.get("/q/health").body()).contains("ASLEEP");
                bobbin.get("/q/metrics");
                bobbin.get("/q/openapi");
                assertThat(neon.meters().accepts()).isZero();
            }
        }
    }

    private static void probe(BobbinOnNeon service) {
        try {
            assertThat(service.bobbin.get("/q/health/live").statusCode()).isEqualTo(200);
            assertThat(service.bobbin.get("/q/health/ready").statusCode()).isEqualTo(200);
            assertThat(service.bobbin.get("/q/health/started").statusCode()).isEqualTo(200);
            assertThat(service.bobbin.get("/q/metrics").statusCode()).isEqualTo(200);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static boolean state(BobbinOnNeon service, String state) {
        try {
            return service.metric("bobbin_database_state", "\"" + state + "\"") == 1;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
