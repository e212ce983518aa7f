package dev.bobbin.database.pool;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The pool's metrics. Reading one does not query the database. */
final class PoolMeters {

    private static final String CONNECTIONS = "bobbin.pool.connections";

    private final MeterRegistry registry;
    private final Timer acquire;
    private final Timer wakes;

    PoolMeters(MeterRegistry registry) {
        this.registry = registry;
        this.acquire = Timer.builder("bobbin.pool.acquire")
                .description("How long calls waited for a connection")
                .register(registry);
        this.wakes = Timer.builder("bobbin.database.wakes")
                .description("From the first connect to a database without connections to the first connection")
                .register(registry);
        count("bobbin.pool.pings", "result", "answered", 0);
        count("bobbin.pool.pings", "result", "dead", 0);
    }

    void observe(ConnectionPool pool) {
        for (DatabaseState.Kind kind : DatabaseState.Kind.values()) {
            Supplier<Number> isKind = () -> pool.state().kind() == kind ? 1 : 0;
            String state = kind.name().toLowerCase(Locale.ROOT);
            gauge("bobbin.database.state", "1 for the state of the database", isKind, "state", state);
        }
        gauge(CONNECTIONS, "Connections of the pool", () -> pool.counts().idle(), "state", "idle");
        gauge(CONNECTIONS, "Connections of the pool", () -> pool.counts().used(), "state", "used");
        gauge(CONNECTIONS, "Connections of the pool", () -> pool.counts().opening(), "state", "opening");
        gauge("bobbin.pool.waiting", "Calls that wait for a connection", () -> pool.counts()
                .waiting());
    }

    void acquired(long nanos) {
        acquire.record(nanos, TimeUnit.NANOSECONDS);
    }

    void woke(long nanos) {
        wakes.record(nanos, TimeUnit.NANOSECONDS);
    }

    void pinged(boolean answered) {
        count("bobbin.pool.pings", "result", answered ? "answered" : "dead", 1);
    }

    void discarded(String reason) {
        count("bobbin.pool.discards", "reason", reason, 1);
    }

    void retried(RetryReason reason) {
        count("bobbin.database.retries", "reason", reason.label(), 1);
    }

    private void count(String name, String tag, String value, int howMany) {
        registry.counter(name, tag, value).increment(howMany);
    }

    private void gauge(String name, String description, Supplier<Number> value, String... tags) {
        Gauge.builder(name, value).description(description).tags(tags).register(registry);
    }
}
