package dev.bobbin.database.pool;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the pool counts. Reading any of it asks the database nothing. */
final class PoolMeters {

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
    }

    void observe(ConnectionQueue pool) {
        for (DatabaseState state : DatabaseState.values()) {
            String name = state.name().toLowerCase(Locale.ROOT);
            gauge(
                    "bobbin.database.state",
                    "1 for the state of the database",
                    name,
                    () -> pool.state() == state ? 1 : 0);
        }
        String connections = "bobbin.pool.connections";
        gauge(connections, "Connections of the pool", "idle", () -> pool.counts()
                .idle());
        gauge(connections, "Connections of the pool", "used", () -> pool.counts()
                .used());
        gauge(connections, "Connections of the pool", "opening", () -> pool.counts()
                .opening());
        Gauge.builder("bobbin.pool.waiting", pool, p -> p.counts().waiting())
                .description("Calls that wait for a connection")
                .register(registry);
        count("bobbin.pool.pings", "result", "answered", 0);
        count("bobbin.pool.pings", "result", "dead", 0);
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

    void retried(String reason) {
        count("bobbin.database.retries", "reason", reason, 1);
    }

    private void count(String name, String tag, String value, int howMany) {
        registry.counter(name, tag, value).increment(howMany);
    }

    private void gauge(String name, String description, String state, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).tag("state", state).register(registry);
    }
}
