package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.neon.NeonSimulator;
import dev.bobbin.neon.State;
import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.TestDatabase;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three replicas on one database that suspends, and that takes fewer connections than they want. */
class FleetIT {

    private static final int REPLICAS = 3;
    private static final int CALLS = 60;
    private static final int CONNECTIONS = 8;

    private final String database = TestDatabase.get().freshDatabase();
    private final NeonSimulator neon = NeonSimulator.inFrontOf(database).start();
    private final List<BobbinProcess> replicas = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (BobbinProcess replica : replicas) {
            replica.close();
        }
        neon.close();
    }

    @Test
    void aFleetWakesTheDatabaseOnceSharesFewConnectionsAndRestartsWhileItSleeps() throws Exception {
        try (BobbinProcess migrating = start("true")) {
            assertThat(migrating.put("/v1/threads/thr_1", "{}").statusCode()).isEqualTo(201);
        }
        for (int nr = 0; nr < REPLICAS; nr++) {
            replicas.add(start("false"));
        }
        BobbinOnNeon.eventually("no connection", () -> neon.meters().connections() == 0);
        neon.connectionLimit(CONNECTIONS);
        neon.wakeGap(Duration.ofSeconds(1));
        neon.suspend();
        neon.resetMeters();

        burst();
        assertThat(neon.meters().wakes()).as("wakes").isEqualTo(1);
        assertThat(neon.meters().sessions()).as("sessions").isLessThanOrEqualTo(REPLICAS * 10L);
        for (BobbinProcess replica : replicas) {
            // the same reason is logged once a minute, and not for each attempt
            assertThat(replica.output().lines().filter(REFUSED).count()).isLessThanOrEqualTo(3);
        }

        neon.suspendAfter(Duration.ofSeconds(3));
        BobbinOnNeon.eventually("suspended", () -> neon.state() == State.SUSPENDED);
        neon.resetMeters();
        for (int nr = 0; nr < REPLICAS; nr++) {
            BobbinProcess replaced = replicas.set(nr, start("false"));
            replaced.close();
        }
        for (BobbinProcess replica : replicas) {
            assertThat(replica.get("/q/metrics").statusCode()).isEqualTo(200);
        }
        assertThat(neon.meters().accepts())
                .as("connections of a rolling restart")
                .isZero();
        assertThat(neon.state()).isEqualTo(State.SUSPENDED);

        burst();
        assertThat(neon.meters().wakes()).as("wakes").isEqualTo(1);
    }

    private static final Predicate<String> REFUSED = line -> line.contains("WARN") && line.contains("53300");

    /** All replicas get all calls at once; none fails. */
    private void burst() {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int nr = 0; nr < CALLS; nr++) {
            for (BobbinProcess replica : replicas) {
                var request = nr % 2 == 0
                        ? replica.request("/v1/threads/thr_1").GET()
                        : replica.request("/v1/threads/thr_1/items")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{\"type\":\"user_message\",\"content\":[]}"));
                answers.add(replica.client().sendAsync(request.build(), BodyHandlers.ofString()));
            }
        }
        answers.forEach(answer ->
                assertThat(answer.join().statusCode()).as(answer.join().body()).isIn(200, 201));
    }

    private BobbinProcess start(String migrate) throws Exception {
        Map<String, String> settings = new HashMap<>(BobbinProcess.open(neon.url(true, database)));
        settings.put("BOBBIN_MIGRATE_AT_START", migrate);
        settings.put("BOBBIN_POOL_IDLE_TIMEOUT", "1s");
        BobbinProcess replica = BobbinProcess.start(settings, neon.jvmArguments());
        try {
            replica.awaitReady();
        } catch (Throwable failure) {
            replica.close();
            throw failure;
        }
        return replica;
    }
}
