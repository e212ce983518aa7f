package dev.bobbin.neon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.support.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The simulator with the client that Bobbin uses: names and TLS, meters, statements that are prepared. */
@Tag("postgres")
class NeonAndVertxTest {

    private final String database = TestDatabase.get().freshDatabase();
    private NeonSimulator neon;
    private Vertx vertx;

    @BeforeEach
    void start() {
        neon = NeonSimulator.inFrontOf(database).plaintextAllowed().start();
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setAddressResolverOptions(new AddressResolverOptions()
                        .setHostsPath(neon.hostsFile().toString())));
    }

    @AfterEach
    void close() throws Exception {
        get(vertx.close());
        neon.close();
    }

    @Test
    void startupParametersThatNeonDoesNotKnowAreDropped() throws Exception {
        PgConnectOptions options = plain().setCachePreparedStatements(false);
        options.addProperty("search_path", "nowhere").addProperty("application_name", "kept");
        PgConnection connection = get(PgConnection.connect(vertx, options));
        assertThat(show(connection, "search_path")).isEqualTo("\"$user\", public");
        assertThat(show(connection, "application_name")).isEqualTo("kept");
        assertThat(show(connection, "client_encoding")).isEqualTo("UTF8");
    }

    @Test
    void metersCountWhatTheClientDid() throws Exception {
        PgConnection connection = get(PgConnection.connect(vertx, plain()));
        assertThat(neon.meters()).satisfies(meters -> {
            assertThat(meters.accepts()).isEqualTo(1);
            assertThat(meters.logins()).isEqualTo(1);
            assertThat(meters.sessions()).isEqualTo(1);
            assertThat(meters.connections()).isEqualTo(1);
            assertThat(meters.roundTrips()).isZero();
        });
        for (int i = 0; i < 3; i++) {
            show(connection, "search_path");
        }
        assertThat(neon.meters().statements()).isEqualTo(3);
        assertThat(neon.meters().roundTrips()).isEqualTo(3);

        neon.resetMeters();
        get(connection.preparedQuery("select $1::int").execute(Tuple.of(1)));
        assertThat(neon.meters().roundTrips()).as("prepare, execute").isEqualTo(2);
        get(connection.preparedQuery("select $1::int").execute(Tuple.of(2)));
        assertThat(neon.meters().roundTrips()).as("it is in the cache now").isEqualTo(3);
        assertThat(neon.statements()).containsExactly("select $1::int", "select $1::int");

        get(connection.close());
        for (int i = 0; i < 6_000 && neon.meters().connections() > 0; i++) {
            Thread.sleep(10);
        }
        assertThat(neon.meters().connections()).isZero();
        assertThat(neon.meters().peakConnections()).isEqualTo(1);
        assertThat(neon.meters().roundTrips()).as("a farewell has no answer").isEqualTo(3);
    }

    @Test
    void aBatchIsOneRoundTripOfManyStatements() throws Exception {
        PgConnection connection = get(PgConnection.connect(vertx, plain()));
        var batch = List.of(Tuple.of(1), Tuple.of(2), Tuple.of(3));
        get(connection.preparedQuery("select $1::int").executeBatch(batch));
        assertThat(neon.meters().statements()).isEqualTo(3);
        assertThat(neon.meters().roundTrips()).isEqualTo(2);
    }

    @Test
    void megabytesPassInBothDirections() throws Exception {
        PgConnection connection = get(PgConnection.connect(vertx, plain()));
        neon.latency(Duration.ofMillis(1));
        String image = "0123456789abcdef".repeat(1 << 20);
        var rows = get(connection.preparedQuery("select $1::text").execute(Tuple.of(image)));
        assertThat(rows.iterator().next().getString(0)).isEqualTo(image);
        assertThat(neon.meters().roundTrips()).isEqualTo(2);
    }

    @Test
    void aCachedStatementIsKnownByItsSql() throws Exception {
        PgConnection connection = get(PgConnection.connect(vertx, plain()));
        get(connection.query("create table t (n integer)").execute());
        String insert = "insert into t values ($1)";
        get(connection.preparedQuery(insert).execute(Tuple.of(1)));
        neon.onNextStatement(Moment.BEFORE_STATEMENT, Ending.FIN, insert::equals);
        assertThatThrownBy(() -> get(connection.preparedQuery(insert).execute(Tuple.of(2))))
                .hasCauseInstanceOf(ClosedConnectionException.class);

        PgConnection other = get(PgConnection.connect(vertx, plain()));
        get(other.preparedQuery(insert).execute(Tuple.of(3)));
        neon.onNextStatement(Moment.AFTER_STATEMENT, Ending.FIN, insert::equals);
        assertThatThrownBy(() -> get(other.preparedQuery(insert).execute(Tuple.of(4))))
                .hasCauseInstanceOf(ClosedConnectionException.class);

        PgConnection last = get(PgConnection.connect(vertx, plain()));
        var rows = get(last.query("select n from t order by n").execute());
        assertThat(rows).extracting(row -> row.getInteger(0)).containsExactly(1, 3, 4);
    }

    @Test
    void aRequestToCancelReachesPostgres() throws Exception {
        PgConnection connection = get(PgConnection.connect(vertx, plain()));
        Future<?> sleep = connection.query("select pg_sleep(600)").execute();
        SimulatedNeon.awaitSleep(database);
        get(Future.<Void>future(promise -> connection.cancelRequest(promise)));
        assertThatThrownBy(() -> get(sleep)).hasMessageContaining("canceling statement");
    }

    private PgConnectOptions plain() {
        return options(neon.plainUrl(false, database)).setCachePreparedStatements(true);
    }

    private static PgConnectOptions options(String url) {
        URI uri = URI.create(url);
        String[] credentials = uri.getUserInfo().split(":");
        return new PgConnectOptions()
                .setHost(uri.getHost())
                .setPort(uri.getPort())
                .setDatabase(uri.getPath().substring(1))
                .setUser(credentials[0])
                .setPassword(credentials[1]);
    }

    private static String show(PgConnection connection, String setting) throws Exception {
        return get(connection.query("show " + setting).execute())
                .iterator()
                .next()
                .getString(0);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
