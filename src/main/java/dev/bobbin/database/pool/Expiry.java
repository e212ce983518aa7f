package dev.bobbin.database.pool;

import java.time.Duration;
import java.util.List;

/** Closes idle connections: the unused, the old, and those that may be dead. Guarded by the set's monitor. */
final class Expiry {

    private final ConnectionSet connections;
    private final PoolMeters meters;
    private final Timers timers;
    private final Runnable changed;
    private final Alarm alarm;
    private final long idleTimeout;
    private final Duration patience;

    Expiry(PoolConfig config, ConnectionSet connections, PoolMeters meters, Timers timers, Runnable changed) {
        this.connections = connections;
        this.meters = meters;
        this.timers = timers;
        this.changed = changed;
        this.alarm = new Alarm(timers, this::closeUnused);
        this.idleTimeout = config.idleTimeout().toNanos();
        this.patience = config.pingTimeout();
    }

    /** Puts it with the idle ones, unless it has been given up. */
    void rest(PooledConnection connection, long now) {
        connections.rest(connection, now);
        alarm.at(now + idleTimeout);
    }

    /** Gives up the idle ones that may not be lent; with {@code closed}, of a pool that closes. */
    void dropUnfit(long now, boolean closed, List<Runnable> actions) {
        for (PooledConnection connection : connections.dropUnfit(now)) {
            boolean suspect = connections.isSuspect(connection) && !closed;
            String reason = closed
                    ? "pool_closed"
                    : suspect ? "suspect" : connection.isClosed() ? "closed_by_server" : "recycled";
            actions.add(() -> {
                meters.discarded(reason);
                if (suspect) {
                    connection.discard();
                } else {
                    connection.close(patience);
                }
            });
        }
    }

    private void closeUnused() {
        List<PooledConnection> unused;
        synchronized (connections) {
            unused = connections.dropUnused(timers.nanos() - idleTimeout);
            Long unusedSince = connections.unusedSince();
            if (unusedSince != null) {
                alarm.at(unusedSince + idleTimeout);
            }
        }
        for (PooledConnection connection : unused) {
            meters.discarded("idle");
            connection.close(patience);
        }
        changed.run();
    }
}
