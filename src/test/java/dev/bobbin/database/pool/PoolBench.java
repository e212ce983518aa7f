package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.sqlclient.impl.Connection;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A pool with a clock, a database and callers that are the test's. Nothing in it waits for real time. */
final class PoolBench {

    final ManualTimers time = new ManualTimers();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final PoolConfig config;
    final ConnectionPool pool;
    /** Attempts to connect that are under way, the oldest first. */
    final Deque<Promise<Connector.Opened>> attempts = new ArrayDeque<>();
    /** Requests to cancel that are under way, the oldest first. */
    final Deque<Promise<Void>> cancels = new ArrayDeque<>();

    final List<FakeConnection> opened = new ArrayList<>();
    final ContextInternal caller = context();

    private final Deque<Optional<ContextInternal>> homes = new ArrayDeque<>();

    private PoolBench(PoolConfig config) {
        this.config = config;
        PoolMeters meters = new PoolMeters(registry);
        pool = new ConnectionPool(config, new FakeConnector(), meters, time);
        meters.observe(pool);
    }

    private final class FakeConnector implements Connector {

        @Override
        public Future<Opened> open(ContextInternal near) {
            Promise<Opened> attempt = Promise.promise();
            attempts.add(attempt);
            homes.add(Optional.ofNullable(near));
            return attempt.future();
        }

        @Override
        public ConnectFailure explain(Throwable failure) {
            return ConnectFailure.of(failure);
        }

        @Override
        public Future<Void> cancel(Connection connection) {
            Promise<Void> asked = Promise.promise();
            cancels.add(asked);
            return asked.future();
        }
    }

    /** With these keys of {@code bobbin.pool} and their values, and the defaults of the others. */
    static PoolBench with(String... settings) {
        return new PoolBench(config(settings));
    }

    static PoolConfig config(String... settings) {
        var builder = new SmallRyeConfigBuilder()
                .withMapping(PoolConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter());
        for (int i = 0; i < settings.length; i += 2) {
            builder.withDefaultValue("bobbin.pool." + settings[i], settings[i + 1]);
        }
        return builder.build().getConfigMapping(PoolConfig.class);
    }

    /** A context without a thread: what completes on it does so at once. */
    static ContextInternal context() {
        EventLoop loop = new DefaultEventLoop();
        return (ContextInternal) Proxy.newProxyInstance(
                ContextInternal.class.getClassLoader(),
                new Class<?>[] {ContextInternal.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "promise" -> Promise.promise();
                    case "succeededFuture" -> Future.succeededFuture(arguments[0]);
                    case "failedFuture" ->
                        arguments[0] instanceof Throwable failure
                                ? Future.failedFuture(failure)
                                : Future.failedFuture((String) arguments[0]);
                    case "nettyEventLoop" -> loop;
                    case "isDuplicate" -> false;
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    Future<Lease> acquire() {
        return acquire(caller);
    }

    Future<Lease> acquire(ContextInternal on) {
        return acquire(on, false);
    }

    /** For one statement that only reads. */
    Future<Lease> share() {
        return acquire(caller, true);
    }

    Future<Lease> acquire(ContextInternal on, boolean shares) {
        return pool.acquire(on, new Call(time.nanos() + CallTimes.of(config).call(), shares, null));
    }

    /** For a call that has so much time left. */
    Future<Lease> acquire(Duration left) {
        return pool.acquire(caller, new Call(time.nanos() + left.toNanos(), false, null));
    }

    List<Future<Lease>> acquire(int callers) {
        List<Future<Lease>> calls = new ArrayList<>();
        for (int nr = 0; nr < callers; nr++) {
            calls.add(acquire());
        }
        return calls;
    }

    /** The oldest attempt succeeds. */
    FakeConnection open() {
        FakeConnection connection = new FakeConnection(homes.removeFirst().orElseGet(PoolBench::context));
        opened.add(connection);
        attempts.removeFirst().complete(connection.opened());
        return connection;
    }

    /** The oldest attempt fails. */
    void fail(Throwable failure) {
        homes.removeFirst();
        attempts.removeFirst().fail(failure);
    }

    /** Opens so many connections at once, and gives them all back. */
    List<FakeConnection> rest(int connections) {
        int before = opened.size();
        List<Future<Lease>> calls = acquire(connections);
        while (!attempts.isEmpty()) {
            open();
        }
        calls.forEach(call -> call.result().end());
        assertThat(pool.counts().idle()).isEqualTo(connections);
        return List.copyOf(opened.subList(before, opened.size()));
    }

    double discards(String reason) {
        return count("bobbin.pool.discards", "reason", reason);
    }

    double count(String name, String tag, String value) {
        Counter counter = registry.find(name).tag(tag, value).counter();
        return counter == null ? 0 : counter.count();
    }
}
