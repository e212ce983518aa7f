package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.impl.Connection;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DatabasePoolTest {

    /** Hibernate asks the pool itself for a connection, and knows of no call. */
    @Test
    void workThatTakesItsOwnConnectionsEndsWithItsCall() throws Exception {
        try (FakeServer server = new FakeServer((socket, bytes) -> socket.write(FakeServer.AUTHENTICATION_OK.copy()))) {
            DatabasePool pool = pool(server, "acquire-timeout", "1d", "connect-timeout", "1d");
            DatabasePool ofAnEndedCall = pool.until(System.nanoTime());
            ContextInternal context =
                    ((VertxInternal) server.vertx).createEventLoopContext().duplicate();
            Future<Throwable> failure = Future.future(done -> context.runOnContext(
                    start -> ofAnEndedCall.inContext(pool::getConnection).onFailure(done::complete)));
            assertThat(FakeServer.get(failure)).isInstanceOf(DatabaseUnavailable.class);
            assertThat(context.localContextData()).isEmpty();
        }
    }

    /** A session that waits for a lock would wait on, and hold what it has locked. */
    @Test
    void aRequestToCancelGoesOnThoughNobodyWaitsForItAnyMore() throws Exception {
        Promise<NetSocket> asked = Promise.promise();
        Promise<Void> cancelled = Promise.promise();
        AtomicReference<NetSocket> socket = new AtomicReference<>();
        try (FakeServer server = new FakeServer((from, bytes) -> {
            if (socket.compareAndSet(null, from)) {
                asked.complete(from);
            } else if (bytes.length() == 16) {
                cancelled.complete();
            }
        })) {
            PgConnector connector = new PgConnector(
                    server.vertx,
                    server.options().setSslMode(SslMode.PREFER),
                    opened -> {},
                    failure -> Optional.empty(),
                    PoolBench.config("ping-timeout", "1ms", "connect-timeout", "1d"));
            FakeServer.get(connector.cancel(session()));
            // refuses TLS: the client goes on without
            FakeServer.get(asked.future()).write("N");
            FakeServer.get(cancelled.future());
        }
    }

    @Test
    void allRunsOfACallEndWithIt() throws Exception {
        try (FakeServer server = new FakeServer((socket, bytes) -> {})) {
            List<DatabasePool> pools = new ArrayList<>();
            Future<Object> answer = pool(server).run(pool -> {
                pools.add(pool);
                return pools.size() < 3
                        ? Future.failedFuture(ClosedConnectionException.INSTANCE)
                        : Future.succeededFuture("answered");
            });
            assertThat(FakeServer.get(answer)).isEqualTo("answered");
            assertThat(pools).hasSize(3).containsOnly(pools.get(0));
        }
    }

    private static DatabasePool pool(FakeServer server, String... settings) {
        PoolConfig config = PoolBench.config(settings);
        PgConnector connector =
                new PgConnector(server.vertx, server.options(), socket -> {}, failure -> Optional.empty(), config);
        return new DatabasePool(server.vertx, connector, config, new SimpleMeterRegistry());
    }

    private static Connection session() {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> 1);
    }
}
