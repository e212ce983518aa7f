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
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.Connection;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class DatabaseClientTest {

    /** A transaction asks the pool itself for a connection. */
    @Test
    void workThatTakesItsOwnConnectionsEndsWithItsCall() throws Exception {
        try (FakeServer server = new FakeServer((socket, bytes) -> socket.write(FakeServer.AUTHENTICATION_OK.copy()))) {
            DatabaseClient client = client(server, "acquire-timeout", "1d", "connect-timeout", "1d");
            ContextInternal context = callContext(server);
            context.localContextData().put(DatabaseClient.CALL, new Call(System.nanoTime(), true, null));
            Future<SqlConnection> connection = onContext(context, client::getConnection);
            assertThat(FakeServer.get(connection.otherwiseEmpty())).isNull();
            assertThat(connection.cause()).isInstanceOf(PoolException.class);
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
                    ConnectFailure::of,
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
            DatabaseClient client = client(server);
            ContextInternal context = callContext(server);
            List<Long> ends = new ArrayList<>();
            long before = System.nanoTime();
            Future<String> answer = onContext(
                    context,
                    () -> client.run(null, () -> {
                        ends.add(((Call) context.localContextData().get(DatabaseClient.CALL)).end());
                        return ends.size() < 3
                                ? Future.failedFuture(ClosedConnectionException.INSTANCE)
                                : Future.succeededFuture("answered");
                    }));
            assertThat(FakeServer.get(answer)).isEqualTo("answered");
            assertThat(ends).hasSize(3).containsOnly(ends.get(0));
            assertThat(ends.get(0) - before)
                    .isBetween(
                            Duration.ofSeconds(43).toNanos(),
                            Duration.ofMinutes(5).toNanos());
            assertThat(context.localContextData()).as("after the call").isEmpty();
        }
    }

    private static ContextInternal callContext(FakeServer server) {
        return ((VertxInternal) server.vertx).createEventLoopContext().duplicate();
    }

    private static <T> Future<T> onContext(ContextInternal context, Supplier<Future<T>> work) {
        return Future.future(done -> context.runOnContext(start -> work.get().onComplete(done)));
    }

    private static DatabaseClient client(FakeServer server, String... settings) {
        PoolConfig config = PoolBench.config(settings);
        PgConnector connector =
                new PgConnector(server.vertx, server.options(), socket -> {}, ConnectFailure::of, config);
        return new DatabaseClient(server.vertx, connector, config, new SimpleMeterRegistry());
    }

    private static Connection session() {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> 1);
    }
}
