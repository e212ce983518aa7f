package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.neon.Ending;
import dev.bobbin.neon.State;
import dev.bobbin.support.TestDatabase;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What goes wrong while the database is awake. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PoolTroubleIT {

    private static final int MAX_SIZE = 3;

    private static final Map<String, String> SETTINGS = Map.of(
            "BOBBIN_POOL_MAX_SIZE", String.valueOf(MAX_SIZE),
            // silent is what has no answer for 3 s
            "BOBBIN_POOL_STATEMENT_TIMEOUT", "9s",
            "BOBBIN_POOL_PING_TIMEOUT", "500ms",
            // each time
            "BOBBIN_POOL_PRE_PING_AFTER", "0s");

    private BobbinOnNeon service;

    @BeforeAll
    void start() throws Exception {
        service = BobbinOnNeon.start(false, SETTINGS);
        assertThat(status(service.send("PUT", "/v1/threads/thr_1", "{}"))).isEqualTo(201);
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
    }

    @Test
    void whatWaitsForALockIsCancelledAndDoesNotPileUp() throws Exception {
        // of pg_stat_activity a transaction sees one moment only
        try (Connection other = TestDatabase.get().connect(service.database);
                Connection observer = TestDatabase.get().connect(service.database)) {
            other.setAutoCommit(false);
            other.createStatement().execute("lock table threads");
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int nr = 0; nr < MAX_SIZE; nr++) {
                answers.add(service.send("PUT", "/v1/threads/locked", "{\"title\":\"" + nr + "\"}"));
            }
            BobbinOnNeon.eventually("they wait for the lock", () -> waiting(observer) > 0);
            answers.forEach(answer -> assertThat(status(answer)).isEqualTo(503));
            // the lock is held still: a statement that was not cancelled would wait for it
            BobbinOnNeon.eventually("nobody waits for the lock", () -> waiting(observer) == 0);
            other.rollback();
        }
        assertThat(status(service.get("/v1/threads/locked"))).isEqualTo(404);
        assertThat(status(service.send("PUT", "/v1/threads/locked", "{}"))).isEqualTo(201);
    }

    @Test
    void statementsThatWerePreparedForAnotherSchemaArePreparedAnew() {
        for (int round = 0; round < 4; round++) {
            List<CompletableFuture<HttpResponse<String>>> warm = new ArrayList<>();
            for (int nr = 0; nr < 2 * MAX_SIZE; nr++) {
                warm.add(service.get("/v1/threads/thr_1"));
            }
            warm.forEach(answer -> assertThat(status(answer)).isEqualTo(200));
            TestDatabase.get()
                    .execute(
                            service.database,
                            "alter table threads alter column document type " + (round % 2 == 0 ? "varchar" : "text"));
            for (int nr = 0; nr < 2 * MAX_SIZE; nr++) {
                assertThat(status(service.get("/v1/threads/thr_1"))).isEqualTo(200);
            }
        }
    }

    @Test
    void callersWaitWhenTheLastConnectionsDieWhileNewOnesAreRefused() throws Exception {
        assertThat(status(service.get("/v1/threads/thr_1"))).isEqualTo(200);
        service.neon.failLogins(3, "53300", "sorry, too many clients already");
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int nr = 0; nr < 20; nr++) {
            answers.add(service.get("/v1/threads/thr_1"));
        }
        service.neon.suspend(Ending.RST);
        answers.forEach(answer -> assertThat(status(answer)).isEqualTo(200));
        assertThat(status(service.get("/v1/threads/thr_1"))).isEqualTo(200);
        assertThat(service.neon.state()).isEqualTo(State.ACTIVE);
    }

    private static int status(CompletableFuture<HttpResponse<String>> answer) {
        return answer.join().statusCode();
    }

    private static long waiting(Connection connection) {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from pg_stat_activity"
                        + " where datname = current_database() and application_name = 'bobbin'"
                        + " and wait_event_type = 'Lock'")) {
            rows.next();
            return rows.getLong(1);
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }
}
