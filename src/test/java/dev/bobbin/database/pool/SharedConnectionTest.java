package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.database.connect.DatabaseUrl;
import dev.bobbin.database.connect.DriverOptions;
import dev.bobbin.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reads that the real client has in flight on one connection, behind one that waits for a lock. */
@Tag("postgres")
class SharedConnectionTest {

    private static final String LOCKED = "select 0 as n from (select pg_advisory_lock_shared(1)) locked";
    private static final List<Integer> NUMBERS =
            IntStream.rangeClosed(1, 20).boxed().toList();

    private final String url = TestDatabase.get().freshDatabase();
    private final Vertx vertx = Vertx.vertx();
    private final ContextInternal loop = ((VertxInternal) vertx).createEventLoopContext();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DatabaseClient client = client();

    @AfterEach
    void close() throws Exception {
        FakeServer.get(client.close());
        FakeServer.get(vertx.close());
    }

    @Test
    void readsAreAnsweredWhileOneIsSlow() throws Exception {
        try (Connection other = TestDatabase.get().connect(url)) {
            query(other, "select 1 from (select pg_advisory_lock(1)) locked");
            Future<Integer> slow = read(LOCKED, Tuple.tuple());
            assertThat(FakeServer.get(Future.all(numbers())).<Integer>list()).isEqualTo(NUMBERS);
            assertThat(slow.isComplete()).isFalse();
            query(other, "select 1 from (select pg_advisory_unlock(1)) unlocked");
            assertThat(FakeServer.get(slow)).isZero();
        }
    }

    @Test
    void readsAreRepeatedWhenTheirConnectionIsLost() throws Exception {
        try (Connection other = TestDatabase.get().connect(url)) {
            query(other, "select 1 from (select pg_advisory_lock(1)) locked");
            Future<Integer> slow = read(LOCKED, Tuple.tuple());
            List<Future<Integer>> behind = numbers();
            while (query(other, "select count(*) from pg_locks where not granted") == 0) {
                Thread.onSpinWait();
            }
            query(other, "select count(pg_terminate_backend(pid)) from pg_locks where not granted");
            assertThat(FakeServer.get(Future.all(behind)).<Integer>list()).isEqualTo(NUMBERS);
            query(other, "select 1 from (select pg_advisory_unlock(1)) unlocked");
            assertThat(FakeServer.get(slow)).isZero();
            assertThat(registry.get("bobbin.pool.discards")
                            .tag("reason", "unknown")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }

    private List<Future<Integer>> numbers() {
        return NUMBERS.stream()
                .map(n -> read("select $1::int as n", Tuple.of(n)))
                .toList();
    }

    private Future<Integer> read(String sql, Tuple parameters) {
        return Future.future(done -> loop.duplicate().runOnContext(start -> client.run(
                        null, () -> client.preparedQuery(sql).execute(parameters))
                .map(rows -> rows.iterator().next().getInteger("n"))
                .onComplete(done)));
    }

    private DatabaseClient client() {
        DatabaseUrl database = DatabaseUrl.parse(url);
        // so that nothing is silent
        PoolConfig config = PoolBench.config("statement-timeout", "1d");
        PgConnector connector = new PgConnector(
                vertx,
                DriverOptions.reactive(new PgConnectOptions(), database),
                socket -> {},
                ConnectFailure::of,
                config);
        return new DatabaseClient(vertx, connector, config, registry);
    }

    private static long query(Connection connection, String sql) throws SQLException {
        try (ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
