package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.database.connect.DatabaseUrl;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connect that fails means. The failures are the client's own, from servers that refuse in every way. */
class ConnectFailureTest {

    /** Of a connect that is to fail sooner. */
    private static final Duration LONG = Duration.ofSeconds(50);

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    XX000 | Couldn't connect to compute node | RETRY
                    XX000 | Control plane request failed | RETRY
                    XX000 | Internal error | RETRY
                    XX000 | Authentication timed out | RETRY
                    XX000 | Failed to acquire permit to connect to the database. Too many database connection attempts | BACK_OFF
                    XX000 | Too many connections to this endpoint. Please try again later. | BACK_OFF
                    XX000 | rate limit exceeded | BACK_OFF
                    XX000 | CONCURRENCY_LIMIT_REACHED | BACK_OFF
                    XX000 | password authentication failed for user 'x' | HOPELESS
                    XX000 | Endpoint ID is not specified. | HOPELESS
                    XX000 | Inconsistent project name inferred from SNI | HOPELESS
                    XX000 | The requested endpoint could not be found | HOPELESS
                    XX000 | The endpoint is disabled. | HOPELESS
                    XX000 | Your project has exceeded the data transfer quota. | HOPELESS
                    XX000 | This IP address 1.2.3.4 is not allowed to connect | HOPELESS
                    XX000 | unsupported startup parameter: x | HOPELESS
                    XX000 | connection is insecure (try using `sslmode=require`) | HOPELESS
                    08P01 | no such database: d | HOPELESS
                    08P01 | no such user | HOPELESS
                    08P01 | no more connections allowed (max_client_conn) | BACK_OFF
                    08P01 | client connections exceeded | BACK_OFF
                    08P01 | server login has been failing, password authentication failed (server_login_retry) | RETRY
                    53300 | sorry, too many clients already | BACK_OFF
                    57P03 | the database system is starting up | RETRY
                    58030 | could not read file | RETRY
                    28P01 | password authentication failed for user "x" | HOPELESS
                    28000 | no pg_hba.conf entry | HOPELESS
                    3D000 | database "y" does not exist | HOPELESS
                    42501 | permission denied for database | HOPELESS""")
    void whatTheServerSaysIsToldByItsCodeAndAProxysWordsByTheirText(
            String sqlState, String text, ConnectFailure.Kind kind) throws Exception {
        Throwable failure = failureOf(
                (socket, bytes) -> socket.write(FakeServer.error("FATAL", sqlState, text)), UnaryOperator.identity());
        assertThat(ConnectFailure.of(failure).kind()).isEqualTo(kind);
        assertThat(ConnectFailure.of(failure).reason()).isEqualTo(text + " (SQLSTATE " + sqlState + ")");
        assertThat(ConnectFailure.of(new SQLException("FATAL: " + text, sqlState))
                        .kind())
                .as("by the JDBC driver")
                .isEqualTo(kind);
    }

    @Test
    void onlyTheDatabaseItselfWasAwake() throws Exception {
        for (String sqlState : new String[] {"3D000", "42501", "53300", "XX000", "28P01"}) {
            Throwable failure = failureOf(
                    (socket, bytes) -> socket.write(FakeServer.error("FATAL", sqlState, "no")),
                    UnaryOperator.identity());
            assertThat(ConnectFailure.of(failure).wokeDatabase())
                    .as(sqlState)
                    .isEqualTo(sqlState.matches("3D000|42501|53300"));
        }
    }

    @Test
    void aServerThatHangsUpMayStart() throws Exception {
        Throwable failure = failureOf((socket, bytes) -> socket.close(), UnaryOperator.identity());
        assertThat(ConnectFailure.of(failure).kind()).isEqualTo(ConnectFailure.Kind.RETRY);
        assertThat(ConnectFailure.of(failure).reason()).isNotBlank();
        failure = failureOf((socket, bytes) -> FakeServer.reset(socket), UnaryOperator.identity());
        assertThat(ConnectFailure.of(failure).kind()).isEqualTo(ConnectFailure.Kind.RETRY);
    }

    @Test
    void aPortThatNobodyListensToMayStart() throws Exception {
        Throwable failure = failureOf((socket, bytes) -> {}, options -> options.setPort(1));
        assertThat(ConnectFailure.of(failure).kind()).isEqualTo(ConnectFailure.Kind.RETRY);
        assertThat(ConnectFailure.of(failure).reason()).contains("refused");
    }

    /** As Neon's proxy is while the database wakes: the client by itself would wait for ever. */
    @Test
    void aServerThatIsSilentAfterTheLogInMayWake() throws Exception {
        try (FakeServer server = new FakeServer((socket, bytes) -> socket.write(FakeServer.AUTHENTICATION_OK.copy()))) {
            Throwable failure = failureOf(server, server.options(), Duration.ofMillis(1));
            assertThat(failure).isInstanceOf(TimeoutException.class).hasMessage("no connection within 1 ms");
            assertThat(ConnectFailure.of(failure).kind()).isEqualTo(ConnectFailure.Kind.RETRY);
        }
    }

    @Test
    void aWayToLogInThatTheClientDoesNotKnowIsHopeless() throws Exception {
        Buffer gssapi = Buffer.buffer("R").appendInt(8).appendInt(7);
        Throwable failure = failureOf((socket, bytes) -> socket.write(gssapi.copy()), UnaryOperator.identity());
        assertThat(ConnectFailure.of(failure).kind()).isEqualTo(ConnectFailure.Kind.HOPELESS);
    }

    @Test
    void aCertificateThatIsNotTrustedIsHopelessAndABrokenHandshakeIsNot() throws Exception {
        assertThat(ConnectFailure.of(new IllegalStateException(new SSLHandshakeException("PKIX path building failed")))
                        .kind())
                .isEqualTo(ConnectFailure.Kind.HOPELESS);
        Throwable failure = failureOf(
                (socket, bytes) -> {
                    if (bytes.getInt(0) == 8) {
                        socket.write("S");
                    } else {
                        socket.close();
                    }
                },
                options -> options.setSslMode(SslMode.REQUIRE).setTrustAll(true));
        assertThat(ConnectFailure.of(failure).kind()).isEqualTo(ConnectFailure.Kind.RETRY);
    }

    @Test
    void aSessionThatBrokeOffIsToldFromARefusal() {
        assertThat(ConnectFailure.of(new SQLException("terminating connection", "57P01"))
                        .isHopeless())
                .isFalse();
        assertThat(ConnectFailure.of(new SQLException("An I/O error occurred", "08006"))
                        .isHopeless())
                .isFalse();
        assertThat(ConnectFailure.of(new SQLException("The endpoint is disabled", "XX000"))
                        .isHopeless())
                .isTrue();
        assertThat(ConnectFailure.of(new SQLException("duplicate key", "23505")).isHopeless())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ep-cool-1.eu-central-1.aws.neon.tech", "ep-cool-1-pooler.eu-central-1.aws.neon.tech"})
    void ofAnUnknownHostOfNeonItIsSaidWhatToCompare(String host) {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://u:p@" + host + "/d");
        UnknownHostException failure = new UnknownHostException(host);
        assertThat(ConnectFailure.of(new SQLException("The connection attempt failed.", "08001", failure), url))
                .isEqualTo(ConnectFailure.of(failure, url))
                .isEqualTo(new ConnectFailure(
                        ConnectFailure.Kind.RETRY,
                        "The host " + host + " is unknown: its name has no address. Compare its endpoint (ep-cool-1)"
                                + " and its region (eu-central-1.aws) with the URL in Neon's console",
                        false));
    }

    @Test
    void aHandshakeThatFailsWithoutACauseIsTold() {
        assertThat(ConnectFailure.of(
                                new VertxException("SSL handshake failed"), DatabaseUrl.parse("postgresql://u:p@h/d"))
                        .reason())
                .startsWith("h:5432 does not complete the TLS handshake. Check host and port");
    }

    private static Throwable failureOf(BiConsumer<NetSocket, Buffer> talk, UnaryOperator<PgConnectOptions> changed)
            throws Exception {
        try (FakeServer server = new FakeServer(talk)) {
            return failureOf(server, changed.apply(server.options()), LONG);
        }
    }

    /** Connects as the pool does. */
    private static Throwable failureOf(FakeServer fake, PgConnectOptions options, Duration within) throws Exception {
        PoolConfig config = PoolBench.config("connect-timeout", within.toMillis() + "ms");
        return FakeServer.get(new PgConnector(fake.vertx, options, socket -> {}, ConnectFailure::of, config)
                .open(null)
                .<Throwable>map(open -> null)
                .otherwise(failure -> failure));
    }
}
