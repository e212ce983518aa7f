package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.database.DatabaseErrors;
import dev.bobbin.problem.ProblemException;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.core.net.NetSocket;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import java.io.IOException;
import java.lang.reflect.Field;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client's failures mean. Those that are told by their texts come from the client itself, as the next one's will. */
class RetryReasonTest {

    @Test
    void aStatementOnAClosedConnectionWasNeverSent() throws Exception {
        try (FakeServer server = FakeServer.thatAnswers(NetSocket::close)) {
            PgConnection connection = connect(server);
            // without a handler the client prints what a server says last
            connection.exceptionHandler(ignored -> {});
            failure(connection.query("select 1").execute());
            Throwable failure = failure(connection.query("select 2").execute());
            assertThat(failure).hasMessageStartingWith("Connection is not active now");
            assertThat(RetryReason.of(failure)).isEqualTo(RetryReason.NEVER_SENT);
        }
    }

    /** The client says so where it does not understand the server any more; elsewhere it writes such statements, too late. */
    @Test
    void aStatementThatWaitsForAnotherOneWasNeverSent() throws Exception {
        Field text = SocketConnectionBase.class.getDeclaredField("PENDING_CMD_CONNECTION_CORRUPT_MSG");
        text.setAccessible(true);
        assertThat(RetryReason.of(new VertxException((String) text.get(null), new IOException("Broken pipe"))))
                .isEqualTo(RetryReason.NEVER_SENT);
        try (FakeServer server = FakeServer.thatAnswers(NetSocket::close)) {
            PgConnection connection = connect(server);
            // on the one event loop, so that the server does not answer in between
            CompositeFuture both = FakeServer.get(Future.future(done -> server.vertx.runOnContext(start -> {
                CompositeFuture answers = Future.join(
                        connection.query("select 1").execute(),
                        connection.query("select 2").execute());
                answers.onComplete(answered -> done.complete(answers));
            })));
            assertThat(RetryReason.of(both.cause(0))).isEqualTo(RetryReason.UNKNOWN);
            assertThat(RetryReason.of(both.cause(1))).isEqualTo(RetryReason.UNKNOWN);
        }
    }

    @Test
    void aStatementWhoseConnectionEndsIsLost() throws Exception {
        assertThat(RetryReason.of(failureOf(NetSocket::close))).isEqualTo(RetryReason.UNKNOWN);
    }

    @Test
    void aStatementWhoseConnectionIsResetIsLost() throws Exception {
        assertThat(RetryReason.of(failureOf(FakeServer::reset))).isEqualTo(RetryReason.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"57P01", "57P02", "57P05", "25P03"})
    void aStatementWhoseSessionIsEndedIsLost(String sqlState) throws Exception {
        Throwable failure = failureOf(socket ->
                socket.write(FakeServer.error("FATAL", sqlState, "terminating")).onComplete(written -> socket.close()));
        assertThat(RetryReason.of(failure)).isEqualTo(RetryReason.UNKNOWN);
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
            nullValues = "null",
            value = {
                "40001, could not serialize access, ROLLED_BACK",
                "40P01, deadlock detected, ROLLED_BACK",
                "26000, prepared statement \"x\" does not exist, STALE_STATEMENT",
                "42P05, prepared statement \"x\" already exists, STALE_STATEMENT",
                "0A000, cached plan must not change result type, STALE_STATEMENT",
                "0A000, cross-database references are not implemented, null",
                "08006, connection failure, UNKNOWN",
                "08P01, query_wait_timeout, UNKNOWN",
                "57014, canceling statement due to user request, null",
                "57P03, the database system is starting up, null",
                "23505, duplicate key, null",
                "53300, too many clients, null"
            })
    void whatTheDatabaseReportsIsToldByItsCode(String sqlState, String text, RetryReason reason) throws Exception {
        Throwable failure = failureOf(
                socket -> socket.write(FakeServer.error("ERROR", sqlState, text).appendBuffer(FakeServer.READY)));
        assertThat(failure).isInstanceOf(PgException.class);
        assertThat(RetryReason.of(failure)).isEqualTo(reason);
        assertThat(RetryReason.of(new CompletionException(new SQLException(text, sqlState))))
                .as("as JDBC says it")
                .isEqualTo(reason);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "40P01, deadlock detected",
        "26000, prepared statement \"x\" does not exist",
        "42P05, prepared statement \"x\" already exists",
        "0A000, cached plan must not change result type",
        "08006, connection failure"
    })
    void whatFailedOnEachRetryIsA503(String sqlState, String text) {
        assertThat(DatabaseErrors.translate(new PgException(text, "ERROR", sqlState, null)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("try again");
        assertThat(DatabaseErrors.translate(new CompletionException(new SQLException(text, sqlState))))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("try again");
    }

    @Test
    void aFeatureThatTheDatabaseLacksIsNoReasonToRetry() {
        Throwable failure = new PgException("cross-database references are not implemented", "ERROR", "0A000", null);
        assertThat(DatabaseErrors.translate(failure)).isSameAs(failure);
    }

    @Test
    void aCauseCounts() {
        assertThat(RetryReason.of(new CompletionException(ClosedConnectionException.INSTANCE)))
                .isEqualTo(RetryReason.UNKNOWN);
        assertThat(RetryReason.of(new IllegalStateException(new IOException("Broken pipe"))))
                .isEqualTo(RetryReason.UNKNOWN);
        assertThat(RetryReason.of(new CompletionException(new SQLException("terminating connection", "57P01"))))
                .isEqualTo(RetryReason.UNKNOWN);
        assertThat(RetryReason.of(new CompletionException(new PoolException("silent", RetryReason.SILENT))))
                .isEqualTo(RetryReason.SILENT);
        assertThat(RetryReason.of(new CompletionException(new PoolException("none", null))))
                .isNull();
        assertThat(RetryReason.of(new IllegalStateException("something else"))).isNull();
    }

    /** What a statement fails with when the server does this. */
    private static Throwable failureOf(Consumer<NetSocket> what) throws Exception {
        try (FakeServer server = FakeServer.thatAnswers(what)) {
            PgConnection connection = connect(server);
            connection.exceptionHandler(ignored -> {});
            return failure(connection.query("select 1").execute());
        }
    }

    private static PgConnection connect(FakeServer server) throws Exception {
        return FakeServer.get(PgConnection.connect(server.vertx, server.options()));
    }

    private static Throwable failure(Future<?> future) throws Exception {
        return FakeServer.get(future.<Throwable>map(answer -> null).otherwise(failure -> failure));
    }
}
