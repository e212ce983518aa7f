package dev.bobbin.database.pool;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The pool's metrics. Reading one does not query the database. */
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
        count("bobbin.pool.pings", "result", "answered", 0);
        count("bobbin.pool.pings", "result", "dead", 0);
    }

    void observe(ConnectionPool pool) {
        for (DatabaseState.Kind kind : DatabaseState.Kind.values()) {
            gauge(
                            "bobbin.database.state",
                            "1 for the state of the database",
                            () -> pool.state().kind() == kind ? 1 : 0)
                    .tag("state", kind.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        connections("idle", () -> pool.counts().idle());
        connections("used", () -> pool.counts().used());
        connections("opening", () -> pool.counts().opening());
        gauge("bobbin.pool.waiting", "Calls that wait for a connection", () -> pool.counts()
                        .waiting())
                .register(registry);
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

    private void connections(String state, Supplier<Number> number) {
        gauge("bobbin.pool.connections", "Connections of the pool", number)
                .tag("state", state)
                .register(registry);
    }

    private static Gauge.Builder<Supplier<Number>> gauge(String name, String description, Supplier<Number> value) {
        return Gauge.builder(name, value).description(description);
    }
}
