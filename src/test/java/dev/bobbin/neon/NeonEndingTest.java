package dev.bobbin.neon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which connections end, as a socket and the JDBC driver on it see them. */
@Tag("postgres")
class NeonEndingTest extends SimulatedNeon {

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
        assertThat(query(connect(tap, tls, pooled), "select 1")).isEqualTo("1");

        neon.suspend(ending);

        Duration patience = Duration.ofSeconds(rest.endsWith("silence") ? 1 : 60);
        assertThat(tap.rest(patience)).isEqualTo(rest);
        assertThat(neon.state()).isEqualTo(State.SUSPENDED);
        awaitNoBackend();
    }

    @ParameterizedTest(name = "TLS {0}")
    @ValueSource(booleans = {false, true})
    void theLastWordOfTheDirectEndpointIs57P01(boolean tls) throws Exception {
        Connection idle = connect(new Tap(), tls, false);
        Connection busy = connect(new Tap(), tls, false);
        neon.suspendOnNextStatement(Moment.BEFORE_STATEMENT, Ending.TERMINATED, "select 1"::equals);
        assertFails(() -> query(busy, "select 1"), "57P01", "terminating connection due to administrator command");
        assertFails(() -> query(idle, "select 1"), "57P01", "terminating connection due to administrator command");
    }

    @Test
    void theEndOfTlsIsTheEndOfTheStreamThoughTheSocketIsOpen() throws Exception {
        Connection connection = connect(new Tap(), true, false);
        neon.suspend(Ending.CLOSE_NOTIFY);
        assertThat(neon.meters().connections()).isEqualTo(1);
        assertThatThrownBy(() -> query(connection, "select 1")).hasRootCauseInstanceOf(EOFException.class);
    }

    @Test
    void aBlackHoleTakesWhatIsSentAndTheListenerGoesOn() throws Exception {
        Connection connection = connect();
        neon.suspend(Ending.BLACK_HOLE);
        connection.setNetworkTimeout(Runnable::run, 1_000);
        assertThatThrownBy(() -> query(connection, "select 1")).hasRootCauseMessage("Read timed out");
        assertThat(query(connect(), "select 2")).isEqualTo("2");
    }

    @Test
    void whatRunsAtTheSuspendIsAborted() throws Exception {
        Connection connection = connect();
        CompletableFuture<Void> sleep = async(() -> query(connection, "select pg_sleep(600)"));
        awaitSleep(database);
        neon.suspend();
        assertThat(sleep).failsWithin(60, TimeUnit.SECONDS);
        awaitNoBackend();
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
        execute(connect(), "drop table t");
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
        assertThat(query(connect(), "select string_agg(n::text, ' ') from t"))
                .isEqualTo(String.valueOf(Moment.AFTER_STATEMENT.ordinal()));
        execute(connect(), "drop table t");
    }

    @Test
    void aStatementCanMeetASuspendOfEverything() throws Exception {
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
    void aDisarmedSimulatorLetsEverythingPass() throws Exception {
        neon.onNextStatement(Moment.BEFORE_STATEMENT, Ending.FIN);
        neon.suspendOnNextBytes(Ending.RST);
        neon.failLogins(3, "XX000", "Control plane request failed");
        neon.refuse(true);
        neon.connectionLimit(0);
        neon.disarm();
        assertThat(query(connect(), "select 1")).isEqualTo("1");
    }
}
