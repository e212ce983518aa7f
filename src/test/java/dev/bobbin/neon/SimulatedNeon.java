package dev.bobbin.neon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** A simulator for the tests of a class, awake and without sessions before each of them, and JDBC connections to it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SimulatedNeon {

    interface Work {
        void run() throws Exception;
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    final String database = TestDatabase.get().freshDatabase();
    NeonSimulator neon;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    void start() {
        neon = NeonSimulator.inFrontOf(database).plaintextAllowed().start();
    }

    @AfterAll
    void stop() {
        neon.close();
    }

    @AfterEach
    void calm() throws Exception {
        neon.disarm();
        neon.suspendAfter(null);
        neon.latency(Duration.ZERO);
        neon.wakeGap(Duration.ZERO);
        // a test that failed may have left it waking for ever
        neon.wakeNow();
        connect();
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (Exception alreadyBroken) {
                // which is what most of these connections are meant to be
            }
        }
        opened.clear();
        await(() -> neon.meters().connections() == 0);
        awaitNoBackend();
        neon.resetMeters();
    }

    Connection connect() throws SQLException {
        return connect(new Tap(), false, false);
    }

    Connection connect(Tap tap, boolean tls, boolean pooled) throws SQLException {
        Connection connection = tap.connect(tls ? neon.url(pooled, database) : neon.plainUrl(pooled, database));
        synchronized (opened) {
            opened.add(connection);
        }
        return connection;
    }

    static String query(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static CompletableFuture<Void> async(Work work) {
        return CompletableFuture.runAsync(() -> {
            try {
                work.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("it never came to be").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    void awaitNoBackend() throws Exception {
        awaitBackends(database, "true", "0");
    }

    /** A cancel that comes before the statement has begun cancels nothing. */
    static void awaitSleep(String database) throws Exception {
        awaitBackends(database, "wait_event = 'PgSleep'", "1");
    }

    private static void awaitBackends(String database, String condition, String count) throws Exception {
        String name = database.substring(database.lastIndexOf('/') + 1);
        String sql = "select count(*) from pg_stat_activity where datname = '" + name + "' and " + condition;
        try (Connection direct = TestDatabase.get().connect("postgres")) {
            await(() -> query(direct, sql).equals(count));
        }
    }

    static void assertFails(Work work, String sqlState, String message) {
        assertThatThrownBy(work::run).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getMessage()).contains(message);
            assertThat(e.getSQLState()).isEqualTo(sqlState);
        });
    }
}
