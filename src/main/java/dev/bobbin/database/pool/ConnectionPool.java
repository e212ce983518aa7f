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
 * Lends connections to calls, which wait for them in a queue. A connection is opened or pinged for a waiting call only, and
 * closed when it was not used for a while. The monitor guards the state of the whole package.
 */
final class ConnectionPool {

    private static final Logger LOG = Logger.getLogger("dev.bobbin.database");

    /** A call that waits since a moment for a connection, and ends at {@code callEnd}, with one or without. */
    private record Waiter(ContextInternal context, Promise<Lease> lease, long since, long callEnd) {}

    /** Connections, and calls that wait for one. Those being pinged are used. */
    record Counts(int idle, int used, int opening, int waiting) {}

    /** Changes the pool's state. Calls of other code are added to {@code then}, which runs without the monitor. */
    interface Change {
        void at(long now, List<Runnable> then);
    }

    final PoolConfig config;
    final Connector connector;
    final PoolMeters meters;
    final Timers timers;
    final CallTimes times;
    final Alarm alarm;
    final ConnectionSet connections;
    final Reconnect reconnect;

    private final Opener opener;
    private final Watchdog watchdog;
    private final long patience;

    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private int pinging;
    private boolean closed;
    private DatabaseState.Kind logged = DatabaseState.Kind.ASLEEP;

    ConnectionPool(PoolConfig config, Connector connector, PoolMeters meters, Timers timers) {
        this.config = config;
        this.connector = connector;
        this.meters = meters;
        this.timers = timers;
        this.times = CallTimes.of(config);
        this.patience = config.acquireTimeout().toNanos();
        this.alarm = new Alarm(timers, this::onTime);
        this.connections = new ConnectionSet(this);
        this.reconnect = new Reconnect(config, timers.nanos());
        this.opener = new Opener(this);
        this.watchdog = new Watchdog(this);
    }

    /**
     * A connection for the sole use of the caller; a failure is a {@link PoolException}.
     *
     * @param callEnd when waiting ends, and a statement that is in flight then is cancelled
     */
    Future<Lease> acquire(ContextInternal context, long callEnd) {
        Promise<Lease> lease = context.promise();
        change((now, then) -> {
            Waiter waiter = new Waiter(context, lease, now, callEnd);
            String refusal = refusal(now);
            if (refusal == null) {
                waiters.add(waiter);
            } else {
                fail(List.of(waiter), refusal, now, then);
            }
        });
        return lease.future();
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

    /** Makes a change, and does what it lets the pool do for waiting calls. */
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
            logState(then);
        }
        then.forEach(Runnable::run);
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
            PooledConnection connection = connections.takeFresh(waiter.context(), now);
            if (connection == null) {
                // those of the others are set
                setAlarm(waiters.getLast());
                return;
            }
            waiters.removeFirst();
            Lease lease = new Lease(connection, this, waiter.callEnd());
            connection.lease = lease;
            watchdog.watch(now);
            then.add(() -> {
                meters.acquired(now - waiter.since());
                waiter.lease().complete(lease);
            });
        }
    }

    /** An idle connection that could not be lent has rested. */
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
                .onSuccess(answered -> change((now, then) -> {
                    pinging--;
                    connection.proven = answered;
                    then.add(() -> meters.pinged(answered));
                    if (answered) {
                        connections.rest(connection, now);
                    } else {
                        connections.discard(connection, "ping", then);
                        // as SQLAlchemy does: what ended one has probably ended all
                        connections.suspect(began);
                    }
                }));
    }

    /** The database announced that it ends its sessions. */
    void suspectAll() {
        change((now, then) -> connections.suspect(now));
    }

    void giveBack(PooledConnection connection) {
        change((now, then) -> {
            connection.lease = null;
            connection.proven = false;
            connections.rest(connection, now);
        });
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

    private void setAlarm(Waiter waiter) {
        alarm.at(waiter.since() + patience);
        alarm.at(waiter.callEnd());
    }

    private void failLate(long now, List<Runnable> then) {
        List<Waiter> late = new ArrayList<>();
        waiters.removeIf(waiter -> (hasLostPatience(waiter, now) || waiter.callEnd() - now <= 0) && late.add(waiter));
        waiters.forEach(this::setAlarm);
        String waited = "no connection within " + config.acquireTimeout().toMillis() + " ms";
        boolean isDown = connections.isEmpty() && late.stream().anyMatch(waiter -> hasLostPatience(waiter, now));
        String why = isDown ? waited + ": " + reconnect.callDown(waited, now) : waited;
        fail(late, why, now, then);
    }

    private boolean hasLostPatience(Waiter waiter, long now) {
        return now - waiter.since() >= patience;
    }

    /** Fails all calls that wait. */
    void refuseAll(String why, long now, List<Runnable> then) {
        fail(List.copyOf(waiters), why, now, then);
        waiters.clear();
    }

    private void fail(List<Waiter> failed, String why, long now, List<Runnable> then) {
        failed.forEach(waiter -> then.add(() -> {
            meters.acquired(now - waiter.since());
            waiter.lease().fail(new PoolException(why, null));
        }));
    }

    /** The context of a waiting call, with so many before it; null if there is none. */
    @Nullable
    ContextInternal contextOf(int position) {
        return waiters.stream().skip(position).findFirst().map(Waiter::context).orElse(null);
    }

    private void logState(List<Runnable> then) {
        DatabaseState now = state();
        if (now.kind() != logged) {
            logged = now.kind();
            then.add(() -> {
                if (now.reason() == null) {
                    LOG.infof("Database: %s", now.kind());
                } else {
                    LOG.errorf("Database: %s (%s)", now.kind(), now.reason());
                }
            });
        }
    }

    synchronized DatabaseState state() {
        if (!connections.isEmpty()) {
            return new DatabaseState(DatabaseState.Kind.AWAKE, null);
        }
        if (reconnect.down() != null) {
            return new DatabaseState(DatabaseState.Kind.DOWN, reconnect.down());
        }
        boolean waking = reconnect.isUnderWay() || opener.opening() > 0;
        return new DatabaseState(waking ? DatabaseState.Kind.WAKING : DatabaseState.Kind.ASLEEP, null);
    }

    synchronized Counts counts() {
        int idle = connections.idle();
        return new Counts(idle, connections.size() - idle, opener.opening(), waiters.size());
    }

    /** Closes idle connections now, and the others when they are given back. */
    void close() {
        change((now, then) -> {
            closed = true;
            refuseAll("the pool is closed", now, then);
        });
    }
}
