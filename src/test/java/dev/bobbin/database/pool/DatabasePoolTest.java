package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.sqlclient.impl.Connection;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DatabasePoolTest {

    /** Hibernate asks the pool itself for a connection, and knows of no call. */
    @Test
    void workThatTakesItsOwnConnectionsEndsWithItsCall() throws Exception {
        try (FakeServer server = new FakeServer((socket, bytes) -> socket.write(FakeServer.AUTHENTICATION_OK.copy()))) {
            DatabasePool pool = new DatabasePool(
                    server.vertx,
                    new Server(server.options(), socket -> {}, failure -> Optional.empty()),
                    PoolBench.config("acquire-timeout", "1d", "connect-timeout", "1d"),
                    new SimpleMeterRegistry());
            DatabasePool ofAnEndedCall = new DatabasePool(pool, System.nanoTime());
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
            var vertx = (VertxInternal) server.vertx;
            var options = server.options().setSslMode(io.vertx.pgclient.SslMode.PREFER);
            var client = vertx.createNetClient(new NetClientOptions(options).setHostnameVerificationAlgorithm(""));
            var attempt = new Attempt(
                    vertx.createEventLoopContext(),
                    client,
                    new Server(options, opened -> {}, failure -> Optional.empty()));
            FakeServer.get(attempt.cancel(session(), Duration.ofMillis(1), Duration.ofDays(1)));
            // refuses TLS: the client goes on without
            FakeServer.get(asked.future()).write("N");
            FakeServer.get(cancelled.future());
        }
    }

    private static Connection session() {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> 1);
    }
}
