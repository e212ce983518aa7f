package dev.bobbin.database.pool;

import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Watches lent connections: cancels statements without an answer, moves reads away from slow ones, takes back what is not used.
 * Guarded by the pool.
 */
final class Watchdog {

    private static final Logger LOG = Logger.getLogger("dev.bobbin.database");

    /** How long reads wait after another one on their connection. */
    private static final long SLOW = Duration.ofMillis(250).toNanos();

    private final ConnectionPool pool;

    /** Sessions whose statement the server is being asked to cancel. */
    private int cancelling;

    Watchdog(ConnectionPool pool) {
        this.pool = pool;
    }

    int cancelling() {
        return cancelling;
    }

    /** It was lent. */
    void watch(Lease lease, long now) {
        pool.alarm.at(now + (lease.isShared() ? Math.min(pool.times.look(), SLOW) : pool.times.look()));
    }

    void look(long now, List<Runnable> then) {
        long abandonedAfter = pool.config.statementTimeout().toNanos();
        for (Lease lease : pool.connections.lent()) {
            boolean silent = lease.silentFor(now) > pool.times.silence() || lease.callEnd() - now <= 0;
            if (lease.isBusy() && silent) {
                cancel(lease, now, then);
            } else if (lease.isShared() && lease.isBusy() && lease.silentFor(now) > SLOW) {
                then.add(lease::overtake);
            } else if (!lease.isBusy() && lease.silentFor(now) > abandonedAfter) {
                then.add(() -> LOG.warn("A borrowed connection was neither used nor given back; it is taken back"));
                pool.connections.discard(lease.connection(), "abandoned", then);
                then.add(lease::end);
            }
            watch(lease, now);
        }
    }

    /** A server that waits for a lock does not notice that its client is gone; a second run would wait beside the first. */
    private void cancel(Lease lease, long now, List<Runnable> then) {
        PooledConnection connection = lease.connection();
        pool.connections.remove(connection);
        connection.givenUp = true;
        pool.connections.suspect(now);
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
}
