package dev.bobbin.database.pool;

import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/** Watches lent connections: cancels statements without an answer, takes back what is not used. Guarded by the pool. */
final class Watchdog {

    private static final Logger LOG = Logger.getLogger("dev.bobbin.database");

    private final ConnectionPool pool;
    private final ConnectionSet connections;
    private final Alarm alarm;
    private final long abandonedAfter;

    /** Sessions whose statement the server is being asked to cancel. */
    private int cancelling;

    Watchdog(ConnectionPool pool, ConnectionSet connections, Alarm alarm) {
        this.pool = pool;
        this.connections = connections;
        this.alarm = alarm;
        this.abandonedAfter = pool.config.statementTimeout().toNanos();
    }

    int cancelling() {
        return cancelling;
    }

    /** A connection was lent. */
    void watch(long now) {
        alarm.at(now + pool.times.look());
    }

    void look(long now, List<Runnable> then) {
        for (Lease lease : connections.lent()) {
            boolean silent = lease.silentFor(now) > pool.times.silence() || lease.callEnd() - now <= 0;
            if (lease.isBusy() && silent) {
                cancel(lease, now, then);
            } else if (!lease.isBusy() && lease.silentFor(now) > abandonedAfter) {
                takeBack(lease, then);
            }
            watch(now);
        }
    }

    /** A server that waits for a lock does not see that its client is gone; a second run would wait beside the first. */
    private void cancel(Lease lease, long now, List<Runnable> then) {
        PooledConnection connection = lease.connection();
        connections.remove(connection);
        connection.givenUp = true;
        connections.suspect(now);
        cancelling++;
        long silence = Math.min(pool.times.silence(), lease.silentFor(now));
        then.add(() -> {
            LOG.warnf(
                    "A statement was silent for %d ms; it is cancelled, and its connection given up",
                    Duration.ofNanos(silence).toMillis());
            pool.meters.discarded("silent");
            pool.connector
                    .cancel(connection.physical())
                    .onComplete(asked -> pool.change((later, next) -> {
                        cancelling--;
                        next.add(connection::discard);
                    }));
        });
    }

    private void takeBack(Lease lease, List<Runnable> then) {
        then.add(() -> LOG.warn("A borrowed connection was neither used nor given back; it is taken back"));
        connections.discard(lease.connection(), "abandoned", then);
        then.add(lease::end);
    }
}
