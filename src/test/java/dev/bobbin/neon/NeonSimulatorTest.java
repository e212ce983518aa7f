package dev.bobbin.neon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.support.TestDatabase;
import java.io.EOFException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Suspend, wake and the ways in which connections end, as a JDBC connection and its socket see them. */
class NeonSimulatorTest {

    private static final String AUTHENTICATION_OK = "R\0\0\0\10\0\0\0\0";

    private final String database = TestDatabase.get().freshDatabase();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private NeonSimulator neon;

    @BeforeEach
    void start() {
        neon = NeonSimulator.inFrontOf(database).plaintextAllowed().start();
        opened.add(neon);
    }

    @AfterEach
    void close() {
        for (int i = opened.size() - 1; i >= 0; i--) {
            try {
                opened.get(i).close();
            } catch (Exception alreadyBroken) {
                // which is what most of these connections are meant to be
            }
        }
    }

    @ParameterizedTest(name = "{0}, TLS {1}, pooled {2}: {3}")
    @CsvSource({
        "TERMINATED, false, false, 'bytes, FIN'",
        "TERMINATED, true, false, 'bytes, FIN'",
        "TERMINATED, false, true, FIN",
        "FIN, false, false, FIN",
        "FIN, true, false, FIN",
        "RST, false, false, Connection reset",
        "RST, true, false, Connection reset",
        "BLACK_HOLE, false, false, silence",
        "BLACK_HOLE, true, false, silence",
        "CLOSE_NOTIFY, true, false, 'bytes, silence'",
        "CLOSE_NOTIFY, false, false, FIN"
    })
    void aConnectionEndsAsAsked(Ending ending, boolean tls, boolean pooled, String rest) throws Exception {
        Tap tap = new Tap();
        Connection connection = keep(tap.connect(tls ? neon.url(pooled, database) : neon.plainUrl(pooled, database)));
        assertThat(query(connection, "select 1")).isEqualTo("1");

        neon.suspend(ending);

        assertThat(tap.rest()).isEqualTo(rest);
        assertThat(neon.state()).isEqualTo(State.SUSPENDED);
        awaitNoBackend();
    }

    @ParameterizedTest(name = "TLS {0}")
    @ValueSource(booleans = {false, true})
    void theLastWordOfADirectEndpointIs57P01(boolean tls) throws Exception {
        String url = tls ? neon.url(false, database) : neon.plainUrl(false, database);
        Connection idle = keep(new Tap().connect(url));
        Connection busy = keep(new Tap().connect(url));
        neon.suspendOnNextStatement(Moment.BEFORE_STATEMENT, Ending.TERMINATED, "select 1"::equals);
        assertRefused(() -> query(busy, "select 1"), "57P01", "terminating connection due to administrator command");
        assertRefused(() -> query(idle, "select 1"), "57P01", "terminating connection due to administrator command");
    }

    @Test
    void theEndOfTlsIsAnEndOfTheStreamForTheDriverThoughTheSocketIsOpen() throws Exception {
        Tap tap = new Tap();
        Connection connection = keep(tap.connect(neon.url(false, database)));
        neon.suspend(Ending.CLOSE_NOTIFY);
        assertThat(neon.meters().connections()).isEqualTo(1);
        assertThatThrownBy(() -> query(connection, "select 1")).hasRootCauseInstanceOf(EOFException.class);
    }

    @Test
    void aBlackHoleKeepsTheSocketAndTheListener() throws Exception {
        Tap tap = new Tap();
        Connection connection = keep(tap.connect(neon.plainUrl(false, database)));
        neon.suspend(Ending.BLACK_HOLE);
        connection.setNetworkTimeout(Runnable::run, 1_000);
        assertThatThrownBy(() -> query(connection, "select 1")).hasRootCauseMessage("Read timed out");
        assertThat(query(connect(), "select 2")).isEqualTo("2");
    }

    @Test
    void whatRunsWhenTheComputeIsSuspendedIsAborted() throws Exception {
        Connection connection = connect();
        CompletableFuture<Void> sleep = async(() -> query(connection, "select pg_sleep(600)"));
        await(() -> neon.statements().contains("select pg_sleep(600)"));
        neon.suspend();
        assertThat(sleep).failsWithin(10, TimeUnit.SECONDS);
        awaitNoBackend();
    }

    @Test
    void aWakeIsASilenceBehindAuthenticationOk() throws Exception {
        neon.suspend();
        neon.wakeGap(Duration.ofSeconds(2));
        Tap tap = new Tap();
        long begin = System.nanoTime();
        CompletableFuture<Void> login = async(() -> keep(tap.connect(neon.plainUrl(false, database))));

        await(() -> tap.arrived().endsWith(AUTHENTICATION_OK));
        assertThat(neon.state()).isEqualTo(State.WAKING);
        assertThat(login).succeedsWithin(20, TimeUnit.SECONDS);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
        assertThat(tap.arrived()).contains("server_version").contains(AUTHENTICATION_OK);
        assertThat(neon.state()).isEqualTo(State.ACTIVE);
        assertThat(neon.meters().wakes()).isEqualTo(1);
    }

    @Test
    void loginsShareAWake() throws Exception {
        neon.suspend();
        neon.wakeGap(Duration.ofSeconds(2));
        List<CompletableFuture<Void>> logins = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            logins.add(async(() -> keep(connect())));
        }
        for (CompletableFuture<Void> login : logins) {
            assertThat(login).succeedsWithin(20, TimeUnit.SECONDS);
        }
        assertThat(neon.meters().wakes()).isEqualTo(1);
        assertThat(neon.meters().sessions()).isEqualTo(5);
        assertThat(neon.meters().peakConnections()).isEqualTo(5);
    }

    @Test
    void wakesFailAsOftenAsAsked() throws Exception {
        neon.failWakes(2, "XX000", "Couldn't connect to compute node");
        assertThat(query(connect(), "select 'awake'")).isEqualTo("awake");
        neon.suspend();
        for (int i = 0; i < 2; i++) {
            Tap tap = new Tap();
            assertRefused(() -> tap.connect(neon.plainUrl(false, database)), "XX000", "Couldn't connect to compute");
            assertThat(tap.arrived()).contains(AUTHENTICATION_OK);
        }
        assertThat(neon.meters().wakes()).isZero();
        assertThat(query(connect(), "select 'awake'")).isEqualTo("awake");
    }

    @Test
    void loginsFailAsOftenAsAsked() throws Exception {
        neon.failLogins(1, "57P03", "the database system is starting up");
        assertRefused(this::connect, "57P03", "FATAL: the database system is starting up");
        assertThat(query(connect(), "select 1")).isEqualTo("1");
    }

    @Test
    void refusedConnectionsAreClosedAtOnce() throws Exception {
        neon.refuse(true);
        assertThatThrownBy(this::connect).isInstanceOf(SQLException.class);
        assertThat(neon.meters().accepts()).isEqualTo(1);
        assertThat(neon.meters().logins()).isZero();
        neon.refuse(false);
        assertThat(query(connect(), "select 1")).isEqualTo("1");
    }

    @Test
    void loginsBeyondTheLimitAreTooMany() throws Exception {
        neon.connectionLimit(2);
        connect();
        Connection second = connect();
        assertRefused(this::connect, "53300", "too many connections for role");
        second.close();
        await(() -> neon.meters().connections() == 1);
        connect();
    }

    @Test
    void aStatementThatMeetsTheEndIsExecutedOrNot() throws Exception {
        execute(connect(), "create table t (n integer)");
        neon.onNextStatement(Moment.BEFORE_STATEMENT, Ending.FIN, sql -> sql.contains("(1)"));
        neon.onNextStatement(Moment.AFTER_STATEMENT, Ending.RST, sql -> sql.contains("(2)"));

        assertThatThrownBy(() -> execute(connect(), "insert into t values (1)")).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> execute(connect(), "insert into t values (2)")).isInstanceOf(SQLException.class);
        execute(connect(), "insert into t values (3)");

        assertThat(query(connect(), "select string_agg(n::text, ' ' order by n) from t"))
                .isEqualTo("2 3");
        assertThat(neon.statements()).contains("insert into t values (1)", "insert into t values (2)");
        assertThat(neon.state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void aCommitThatMeetsTheEndIsDoneOrNot() throws Exception {
        execute(connect(), "create table t (n integer)");
        for (Moment moment : Moment.values()) {
            Connection connection = connect();
            connection.setAutoCommit(false);
            execute(connection, "insert into t values (" + moment.ordinal() + ")");
            neon.onNextStatement(moment, Ending.TERMINATED, "COMMIT"::equalsIgnoreCase);
            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        }
        assertThat(query(connect(), "select string_agg(n::text, ' ') from t")).isEqualTo("1");
    }

    @Test
    void aStatementCanSuspendEverything() throws Exception {
        Connection bystander = connect();
        Connection connection = connect();
        neon.suspendOnNextStatement(Moment.BEFORE_STATEMENT, Ending.FIN, sql -> sql.equals("select 5"));
        assertThatThrownBy(() -> query(connection, "select 5")).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> query(bystander, "select 6")).isInstanceOf(SQLException.class);
        assertThat(neon.state()).isEqualTo(State.SUSPENDED);
    }

    @Test
    void theNextBytesCanMeetASuspend() throws Exception {
        Connection connection = connect();
        neon.resetMeters();
        neon.suspendOnNextBytes(Ending.FIN);
        assertThat(neon.state()).isEqualTo(State.ACTIVE);
        assertThatThrownBy(() -> query(connection, "select 1")).isInstanceOf(SQLException.class);
        assertThat(neon.state()).isEqualTo(State.SUSPENDED);
        assertThat(neon.meters().statements()).isZero();
    }

    @Test
    void latencyIsPaidOncePerRoundTripAndKeepsTheOrder() throws Exception {
        Connection connection = connect();
        neon.latency(Duration.ofMillis(150));
        long begin = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            assertThat(query(connection, "select string_agg(n::text, '') || 'x' from generate_series(1, 40000) n"))
                    .endsWith("40000x");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(1_500), Duration.ofMillis(10_000));
    }

    @Test
    void idleConnectionsDoNotKeepTheComputeAwakeButStatementsAndTransactionsDo() throws Exception {
        Connection connection = connect();
        neon.suspendAfter(Duration.ofSeconds(1));
        neon.resetMeters();
        for (int i = 0; i < 10; i++) {
            Thread.sleep(200);
            query(connection, "select 1");
        }
        connection.setAutoCommit(false);
        query(connection, "select 1");
        Thread.sleep(2_000);
        assertThat(neon.state()).isEqualTo(State.ACTIVE);
        assertThat(neon.meters().awakeSeconds()).isBetween(4.0, 30.0);
        connection.commit();
        await(() -> neon.state() == State.SUSPENDED);

        double awake = neon.meters().awakeSeconds();
        Thread.sleep(500);
        assertThat(neon.meters().awakeSeconds()).isEqualTo(awake);
        assertThat(neon.meters().suspends()).isEqualTo(1);

        connect();
        assertThat(neon.state()).isEqualTo(State.ACTIVE);
        await(() -> neon.state() == State.SUSPENDED);
        assertThat(neon.meters().awakeSeconds()).isGreaterThan(awake + 1);
        assertThat(neon.meters().wakes()).isEqualTo(1);
    }

    @Test
    void nothingIsLeftOfIt() throws Exception {
        neon.url(false, database);
        connect();
        int port = neon.port();
        neon.close();
        assertThat(neon.caPem()).doesNotExist();
        assertThatThrownBy(() -> new Socket("127.0.0.1", port)).hasMessageContaining("refused");
        awaitNoBackend();
    }

    private Connection connect() throws SQLException {
        return keep(new Tap().connect(neon.plainUrl(false, database)));
    }

    private synchronized <T extends AutoCloseable> T keep(T resource) {
        opened.add(resource);
        return resource;
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static CompletableFuture<Void> async(Work work) {
        return CompletableFuture.runAsync(() -> {
            try {
                work.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("it never came to be").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private void awaitNoBackend() throws Exception {
        String name = database.substring(database.lastIndexOf('/') + 1);
        try (Connection direct = TestDatabase.get().connect("postgres")) {
            await(() -> query(direct, "select count(*) from pg_stat_activity where datname = '" + name + "'")
                    .equals("0"));
        }
    }

    private static void assertRefused(Work work, String sqlState, String message) {
        assertThatThrownBy(work::run).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo(sqlState);
            assertThat(e.getMessage()).contains(message);
        });
    }
}
