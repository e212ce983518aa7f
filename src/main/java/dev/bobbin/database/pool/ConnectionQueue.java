package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait for a connection, and which call gets which connection. Its monitor guards all state of the pool.
 *
 * <p>Nothing runs on a connection by itself: a connection is opened or pinged for a call that waits, and closed when it was
 * not used for a while.
 */
final class ConnectionQueue {

    private static final Logger LOG = Logger.getLogger("dev.bobbin.database");

    /** A call that waits, since and until; {@code callUntil} is when it ends, with a connection or without. */
    private record Waiter(ContextInternal context, Promise<Lease> lease, long since, long until, long callUntil) {}

    /** Connections, and calls that wait for one. Those being pinged are used. */
    record Counts(int idle, int used, int opening, int waiting) {}

    /** A change of the pool's state. What calls other code is added to {@code then}, to be done without the monitor. */
    interface Change {
        void at(long now, List<Runnable> then);
    }

    final PoolConfig config;
    final Connector connector;
    final PoolMeters meters;
    final Timers timers;
    final CallTimes times;

    private final Alarm alarm;
    private final ConnectionSet connections;
    private final Reconnect reconnect;
    private final Opener opener;
    private final Watchdog watchdog;

    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private int pinging;
    private boolean closed;
    private DatabaseState logged = DatabaseState.ASLEEP;

    ConnectionQueue(PoolConfig config, Connector connector, PoolMeters meters, Timers timers) {
        this.config = config;
        this.connector = connector;
        this.meters = meters;
        this.timers = timers;
        this.times = CallTimes.of(config);
        this.alarm = new Alarm(timers, this::onTime);
        this.connections = new ConnectionSet(config, meters, alarm, timers.nanos());
        this.reconnect = new Reconnect(config, timers.nanos());
        this.opener = new Opener(this, connections, reconnect, alarm);
        this.watchdog = new Watchdog(this, connections, alarm);
    }

    /**
     * A connection for the sole use of the caller; a failure is a {@link DatabaseUnavailable}.
     *
     * @param until when the call ends: it waits no longer, and a statement that is in flight then is cancelled
     */
    Future<Lease> acquire(ContextInternal context, long until) {
        long now = timers.nanos();
        Lease fresh;
        String refusal;
        Waiter waiter = null;
        synchronized (this) {
            fresh = waiters.isEmpty() && !closed ? lendFresh(context, until, now) : null;
            refusal = fresh == null ? refusal(now) : null;
            if (fresh == null && refusal == null) {
                long patience = Math.min(config.acquireTimeout().toNanos(), Math.max(0, until - now));
                waiter = new Waiter(context, context.promise(), now, now + patience, until);
                waiters.add(waiter);
                alarm.at(waiter.until());
            }
        }
        if (waiter != null) {
            work();
            return waiter.lease().future();
        }
        meters.acquired(0);
        return fresh == null
                ? context.failedFuture(new DatabaseUnavailable(String.valueOf(refusal)))
                : context.succeededFuture(fresh);
    }

    private @Nullable String refusal(long now) {
        if (closed) {
            return "the pool is closed";
        }
        if (waiters.size() >= config.maxWaiting()) {
            return "as many calls as may (" + config.maxWaiting() + ") wait for a connection";
        }
        return connections.isEmpty() ? reconnect.refusal(now) : null;
    }

    private @Nullable Lease lendFresh(ContextInternal context, long until, long now) {
        PooledConnection connection = connections.takeFresh(context, now);
        if (connection == null) {
            return null;
        }
        Lease lease = new Lease(connection, this, until);
        connection.lease = lease;
        watchdog.watch(now);
        return lease;
    }

    /** Makes a change, and does what it lets the pool do for the calls that wait. */
    void change(Change change) {
        List<Runnable> then = new ArrayList<>();
        synchronized (this) {
            long now = timers.nanos();
            change.at(now, then);
            connections.closeUnfit(now, closed, then);
            serve(now, then);
            pingRested(then);
            if (!closed) {
                opener.grow(now, waiters.size(), pinging, watchdog.cancelling(), then);
            }
            noteState(then);
        }
        then.forEach(Runnable::run);
    }

    private void work() {
        change((now, then) -> {});
    }

    private void onTime() {
        change((now, then) -> {
            failLate(now, then);
            watchdog.look(now, then);
        });
    }

    private void serve(long now, List<Runnable> then) {
        while (!waiters.isEmpty()) {
            Waiter waiter = waiters.getFirst();
            Lease lease = lendFresh(waiter.context(), waiter.callUntil(), now);
            if (lease == null) {
                return;
            }
            waiters.removeFirst();
            then.add(() -> {
                meters.acquired(now - waiter.since());
                waiter.lease().complete(lease);
            });
        }
    }

    /** An idle connection that could not be lent as it is has rested. */
    private void pingRested(List<Runnable> then) {
        while (waiters.size() > pinging + opener.opening()) {
            PooledConnection connection = connections.takeIdle();
            if (connection == null) {
                return;
            }
            pinging++;
            then.add(() -> ping(connection));
        }
    }

    private void ping(PooledConnection connection) {
        long began = timers.nanos();
        connection
                .ping()
                .onComplete(pong -> change((now, then) -> {
                    pinging--;
                    connection.proven = pong.succeeded();
                    then.add(() -> meters.pinged(pong.succeeded()));
                    if (pong.succeeded()) {
                        connections.rest(connection, now);
                    } else {
                        connections.discard(connection, "ping", then);
                        // as SQLAlchemy does: what ended one has probably ended all
                        connections.suspect(began);
                    }
                }));
    }

    /** The database said that it ends its sessions. */
    void suspectAll() {
        change((now, then) -> connections.suspect(now));
    }

    void giveBack(PooledConnection connection) {
        synchronized (this) {
            connection.lease = null;
            connection.proven = false;
            long now = timers.nanos();
            connections.rest(connection, now);
            if (!closed && waiters.isEmpty() && connections.isFit(connection, now)) {
                return;
            }
        }
        work();
    }

    /** A statement was lost with the connection, or the connection is of no use any more. */
    void lost(PooledConnection connection, RetryReason why) {
        change((now, then) -> {
            if (why == RetryReason.STALE_STATEMENT) {
                connections.suspectStale(now);
            } else if (why != RetryReason.NEVER_SENT) {
                connections.suspect(now);
            }
            connections.discard(connection, why.label(), then);
        });
    }

    /** Its socket is closed, from this side or the other. */
    void ended(PooledConnection connection) {
        change((now, then) -> {
            Lease lease = connection.lease;
            if (connections.discard(connection, "closed_by_server", then) && lease != null && lease.isBusy()) {
                connections.suspect(now);
            }
        });
    }

    private void failLate(long now, List<Runnable> then) {
        List<Waiter> late = new ArrayList<>();
        waiters.removeIf(waiter -> waiter.until() - now <= 0 && late.add(waiter));
        waiters.forEach(waiter -> alarm.at(waiter.until()));
        long patience = config.acquireTimeout().toNanos();
        String waited = "no connection within " + config.acquireTimeout().toMillis() + " ms";
        boolean isDown = connections.isEmpty() && late.stream().anyMatch(waiter -> now - waiter.since() >= patience);
        String why = isDown ? waited + ": " + reconnect.callDown(waited, now) : waited;
        late.forEach(waiter -> then.add(() -> meters.acquired(waiter.until() - waiter.since())));
        fail(late, why, then);
    }

    /** Fails all calls that wait. */
    void refuseAll(String why, List<Runnable> then) {
        fail(List.copyOf(waiters), why, then);
        waiters.clear();
    }

    private static void fail(List<Waiter> failed, String why, List<Runnable> then) {
        failed.forEach(waiter -> then.add(() -> waiter.lease().fail(new DatabaseUnavailable(why))));
    }

    /** The context of a call that waits, with so many before it; null if there is none. */
    @Nullable
    ContextInternal contextOf(int position) {
        return waiters.stream().skip(position).findFirst().map(Waiter::context).orElse(null);
    }

    private void noteState(List<Runnable> then) {
        DatabaseState now = state();
        if (now != logged) {
            logged = now;
            String why = down();
            then.add(() -> {
                if (why == null) {
                    LOG.infof("Database: %s", now);
                } else {
                    LOG.errorf("Database: %s (%s)", now, why);
                }
            });
        }
    }

    synchronized DatabaseState state() {
        if (!connections.isEmpty()) {
            return DatabaseState.AWAKE;
        }
        if (reconnect.down() != null) {
            return DatabaseState.DOWN;
        }
        return reconnect.isUnderWay() || opener.opening() > 0 ? DatabaseState.WAKING : DatabaseState.ASLEEP;
    }

    /** Why the database is down, or null. */
    synchronized @Nullable String down() {
        return connections.isEmpty() ? reconnect.down() : null;
    }

    synchronized Counts counts() {
        int idle = connections.idle();
        return new Counts(idle, connections.size() - idle, opener.opening(), waiters.size());
    }

    /** Closes what is idle now, and the rest when it is given back. */
    void close() {
        change((now, then) -> {
            closed = true;
            refuseAll("the pool is closed", then);
        });
    }
}
