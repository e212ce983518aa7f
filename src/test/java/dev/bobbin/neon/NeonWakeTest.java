package dev.bobbin.neon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Suspend and wake: what a login waits for, how it fails, and what keeps the compute awake. */
@Tag("postgres")
class NeonWakeTest extends SimulatedNeon {

    /** Until the test says so. */
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final String AUTHENTICATION_OK = "R\0\0\0\10\0\0\0\0";

    @Test
    void aWakeIsASilenceBehindAuthenticationOk() throws Exception {
        neon.suspend();
        neon.wakeGap(FOR_EVER);
        Tap tap = new Tap();
        CompletableFuture<Void> login = async(() -> connect(tap, false, false));

        await(() -> tap.arrived().endsWith(AUTHENTICATION_OK));
        assertThat(neon.state()).isEqualTo(State.WAKING);
        assertThat(login).isNotDone();
        neon.wakeNow();
        assertThat(login).succeedsWithin(60, TimeUnit.SECONDS);

        assertThat(tap.arrived()).contains("server_version");
        assertThat(neon.state()).isEqualTo(State.ACTIVE);
        assertThat(neon.meters().wakes()).isEqualTo(1);
    }

    @Test
    void loginsShareAWake() throws Exception {
        neon.suspend();
        neon.wakeGap(FOR_EVER);
        List<CompletableFuture<Void>> logins = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            logins.add(async(this::connect));
        }
        // a wake that has not begun cannot be ended: the first login begins it a little after it was accepted
        await(() -> neon.meters().accepts() == 5 && neon.state() == State.WAKING);
        neon.wakeNow();
        for (CompletableFuture<Void> login : logins) {
            assertThat(login).succeedsWithin(60, TimeUnit.SECONDS);
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
            assertFails(() -> connect(tap, false, false), "XX000", "ERROR: Couldn't connect to compute node");
            assertThat(tap.arrived()).contains(AUTHENTICATION_OK);
        }
        assertThat(neon.meters().wakes()).isZero();
        assertThat(query(connect(), "select 'awake'")).isEqualTo("awake");
    }

    @Test
    void loginsFailAsOftenAsAsked() throws Exception {
        neon.failLogins(1, "57P03", "the database system is starting up");
        assertFails(this::connect, "57P03", "FATAL: the database system is starting up");
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
        assertFails(this::connect, "53300", "too many connections for role");
        second.close();
        await(() -> neon.meters().connections() == 1);
        connect();
    }

    @Test
    void latencyIsPaidOncePerRoundTripAndKeepsTheOrder() throws Exception {
        Connection connection = connect();
        neon.latency(Duration.ofMillis(150));
        neon.resetMeters();
        long begin = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            assertThat(query(connection, "select string_agg(n::text, ' ') from generate_series(1, 40000) n"))
                    .hasSize(228_893)
                    .startsWith("1 2 3 ")
                    .endsWith(" 39999 40000");
        }
        assertThat(neon.meters().roundTrips()).isEqualTo(10);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(1_500));
    }

    @Test
    void idleConnectionsDoNotKeepTheComputeAwakeButStatementsAndTransactionsDo() throws Exception {
        Connection connection = connect();
        neon.suspendAfter(IDLE);
        neon.resetMeters();
        for (int i = 0; i < 12; i++) {
            long rested = System.nanoTime();
            Thread.sleep(250);
            try {
                query(connection, "select 1");
            } catch (SQLException e) {
                assumeTrue(System.nanoTime() - rested < IDLE.toNanos(), "nothing else kept this machine busy");
                throw e;
            }
        }
        connection.setAutoCommit(false);
        query(connection, "select 1");
        Thread.sleep(3_000);
        assertThat(neon.state()).isEqualTo(State.ACTIVE);
        assertThat(neon.meters().awakeSeconds()).isGreaterThanOrEqualTo(6.0);
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
        NeonSimulator other = NeonSimulator.inFrontOf(database).start();
        int port = other.port();
        Path ca = other.caPem();
        Path hosts = other.hostsFile();
        Tap tap = new Tap();
        tap.connect(other.url(false, database));

        other.close();

        assertThat(ca.getParent()).doesNotExist();
        assertThat(hosts).doesNotExist();
        assertThat(tap.rest(Duration.ofSeconds(60))).endsWith("FIN");
        assertThatThrownBy(() -> new Socket("127.0.0.1", port)).hasMessageContaining("refused");
        awaitNoBackend();
    }
}
