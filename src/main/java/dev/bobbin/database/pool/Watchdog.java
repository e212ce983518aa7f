package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.sqlclient.impl.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Looks after what is lent: cancels statements that have no answer, and takes back what is not used. */
final class Watchdog {

    private static final Logger LOG = Logger.getLogger("dev.bobbin.database");

    private final ConnectionSet connections;
    private final Function<Connection, Future<Void>> canceller;
    private final PoolMeters meters;
    private final Timers timers;
    private final Runnable changed;
    private final Alarm alarm;

    private final long abandonedAfter;
    private final CallTimes times;

    /** Given up with a statement that the server is being told to cancel. Guarded by the set's monitor. */
    private int cancelling;

    Watchdog(
            PoolConfig config,
            ConnectionSet connections,
            Function<Connection, Future<Void>> canceller,
            PoolMeters meters,
            Timers timers,
            Runnable changed) {
        this.connections = connections;
        this.canceller = canceller;
        this.meters = meters;
        this.timers = timers;
        this.changed = changed;
        this.alarm = new Alarm(timers, this::look);
        this.abandonedAfter = config.statementTimeout().toNanos();
        this.times = CallTimes.of(config);
    }

    int cancelling() {
        return cancelling;
    }

    /** Something was lent. */
    void watch(long now) {
        alarm.at(now + times.look());
    }

    /** Half of the time is for the first try: a call that met with a dead connection still gets its answer. */
    private void look() {
        List<Lease> silent = new ArrayList<>();
        List<Lease> abandoned = new ArrayList<>();
        synchronized (connections) {
            long now = timers.nanos();
            List<Lease> lent = connections.lent();
            for (Lease lease : lent) {
                if (lease.isBusy() && (lease.silentFor(now) > times.silence() || lease.until() - now <= 0)) {
                    silent.add(lease);
                } else if (!lease.isBusy() && lease.silentFor(now) > abandonedAfter) {
                    abandoned.add(lease);
                }
            }
            for (Lease lease : silent) {
                connections.remove(lease.connection());
                lease.connection().giveUp();
            }
            abandoned.forEach(lease -> connections.remove(lease.connection()));
            cancelling += silent.size();
            if (!silent.isEmpty()) {
                connections.suspect(now);
            }
            if (!lent.isEmpty()) {
                watch(now);
            }
        }
        silent.forEach(this::cancel);
        for (Lease lease : abandoned) {
            LOG.warn("A borrowed connection was neither used nor given back; it is taken back");
            meters.discarded("abandoned");
            lease.connection().discard();
            lease.end();
        }
        changed.run();
    }

    /** A server that waits for a lock does not see that its client is gone; a second run would wait beside the first. */
    private void cancel(Lease lease) {
        LOG.warnf(
                "A statement was silent for %d ms; it is cancelled, and its connection given up",
                Duration.ofNanos(Math.min(times.silence(), lease.silentFor(timers.nanos())))
                        .toMillis());
        meters.discarded("silent");
        canceller.apply(lease.connection().physical()).onComplete(done -> {
            synchronized (connections) {
                cancelling--;
            }
            lease.connection().discard();
            changed.run();
        });
    }
}
