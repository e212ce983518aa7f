package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import io.vertx.sqlclient.impl.Connection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait for a connection, and who gets which. Nothing here runs on a connection by itself: a connection is
 * opened or pinged for a call that waits, and closed when it was not used for a while.
 */
final class ConnectionQueue {

    private final PoolConfig config;
    private final PoolMeters meters;
    private final Timers timers;

    /** Its monitor guards all state of the pool. */
    private final ConnectionSet connections;

    private final Opener opener;
    private final Watchdog watchdog;
    private final Expiry expiry;
    private final Alarm late;

    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private int pinging;
    private boolean closed;

    /**
     * @param connector opens a connection, on the event loop of a context if there is one; completes on that loop
     * @param canceller asks the server to cancel what a connection does; completes when it was asked or cannot be
     * @param objection as {@link Server#objection()}
     */
    ConnectionQueue(
            PoolConfig config,
            Function<Optional<ContextInternal>, Future<OpenConnection>> connector,
            Function<Connection, Future<Void>> canceller,
            Function<Throwable, Optional<String>> objection,
            PoolMeters meters,
            Timers timers) {
        this.config = config;
        this.meters = meters;
        this.timers = timers;
        this.connections = new ConnectionSet(config, timers.nanos());
        this.expiry = new Expiry(config, connections, meters, timers, this::work);
        this.opener = new Opener(config, connector, objection, connections, expiry, this, meters, timers);
        this.watchdog = new Watchdog(config, connections, canceller, meters, timers, this::work);
        this.late = new Alarm(timers, this::failLate);
    }

    /**
     * A connection for the sole use of the caller; a failure is a {@link DatabaseUnavailable}.
     *
     * @param until when the caller's time is up: it waits no longer, and a statement that is under way then is cancelled
     */
    Future<Lease> acquire(ContextInternal context, long until) {
        long now = timers.nanos();
        Lease fresh;
        String refusal = null;
        Waiter waiter = null;
        long patience = Math.min(config.acquireTimeout().toNanos(), Math.max(0, until - now));
        synchronized (connections) {
            fresh = waiters.isEmpty() && !closed ? lendFresh(context, until, now) : null;
            if (fresh == null) {
                refusal = refusal(now);
            }
            if (fresh == null && refusal == null) {
                waiter = new Waiter(context, context.promise(), now, now + patience, until);
                waiters.add(waiter);
                late.at(waiter.until());
            }
        }
        if (waiter == null) {
            meters.acquired(0);
            return fresh == null
                    ? context.failedFuture(new DatabaseUnavailable(String.valueOf(refusal)))
                    : context.succeededFuture(fresh);
        }
        work();
        return waiter.lease().future();
    }

    private @Nullable String refusal(long now) {
        if (closed) {
            return "the pool is closed";
        }
        if (waiters.size() >= config.maxWaiting()) {
            return "as many calls as may (" + config.maxWaiting() + ") wait for a connection";
        }
        return opener.refusal(now);
    }

    private @Nullable Lease lendFresh(ContextInternal context, long until, long now) {
        PooledConnection connection = connections.takeFresh(context, now);
        if (connection == null) {
            return null;
        }
        Lease lease = new Lease(connection, this, timers, until);
        connection.lendTo(lease);
        watchdog.watch(now);
        return lease;
    }

    /** Does what there is to do for those who wait. */
    void work() {
        List<Runnable> actions = new ArrayList<>();
        synchronized (connections) {
            long now = timers.nanos();
            expiry.dropUnfit(now, closed, actions);
            serve(now, actions);
            pingRested(actions);
            if (!closed) {
                opener.grow(now, waiters, pinging, watchdog.cancelling(), actions);
            }
            opener.noteState(actions);
        }
        actions.forEach(Runnable::run);
    }

    private void serve(long now, List<Runnable> actions) {
        while (!waiters.isEmpty()) {
            Waiter waiter = waiters.getFirst();
            Lease lease = lendFresh(waiter.context(), waiter.callUntil(), now);
            if (lease == null) {
                return;
            }
            waiters.removeFirst();
            actions.add(() -> {
                meters.acquired(now - waiter.since());
                waiter.lease().complete(lease);
            });
        }
    }

    /** What is idle and was not lent has rested. */
    private void pingRested(List<Runnable> actions) {
        while (waiters.size() > pinging + opener.opening()) {
            PooledConnection connection = connections.takeIdle();
            if (connection == null) {
                return;
            }
            pinging++;
            actions.add(() -> ping(connection));
        }
    }

    private void ping(PooledConnection connection) {
        long began = timers.nanos();
        connection.ping(config.pingTimeout()).onComplete(pong -> {
            synchronized (connections) {
                pinging--;
                connection.proven = pong.succeeded();
                if (pong.failed()) {
                    connections.remove(connection);
                    // as SQLAlchemy does: what killed one has probably killed all
                    connections.suspect(began);
                } else {
                    expiry.rest(connection, timers.nanos());
                }
            }
            meters.pinged(pong.succeeded());
            if (pong.failed()) {
                meters.discarded("ping");
                connection.discard();
            }
            work();
        });
    }

    /** The database said that it ends its sessions. */
    void suspectAll() {
        synchronized (connections) {
            connections.suspect(timers.nanos());
        }
        work();
    }

    /** A borrower is done with it. */
    void giveBack(PooledConnection connection) {
        synchronized (connections) {
            connection.lendTo(null);
            connection.proven = false;
            long now = timers.nanos();
            expiry.rest(connection, now);
            if (!closed && waiters.isEmpty() && connections.isFit(connection, now)) {
                return;
            }
        }
        work();
    }

    /** A borrower's statement was lost with it, or it is of no use any more. */
    void lost(PooledConnection connection, RetryReason why) {
        synchronized (connections) {
            if (why == RetryReason.STALE_STATEMENT) {
                connections.suspectStale(timers.nanos());
            } else if (why != RetryReason.NEVER_SENT) {
                connections.suspect(timers.nanos());
            }
            if (!connections.remove(connection)) {
                return;
            }
        }
        meters.discarded(why.label());
        connection.discard();
        work();
    }

    /** Its socket is closed, from this side or the other. */
    void ended(PooledConnection connection) {
        synchronized (connections) {
            if (!connections.remove(connection)) {
                return;
            }
            Lease lease = connection.lease();
            if (lease != null && lease.isBusy()) {
                connections.suspect(timers.nanos());
            }
        }
        meters.discarded("closed_by_server");
        work();
    }

    private void failLate() {
        List<Waiter> failed = new ArrayList<>();
        String why = "no connection within " + config.acquireTimeout().toMillis() + " ms";
        synchronized (connections) {
            long now = timers.nanos();
            for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
                Waiter waiter = all.next();
                if (waiter.until() - now <= 0) {
                    all.remove();
                    failed.add(waiter);
                } else {
                    late.at(waiter.until());
                }
            }
            long patience = config.acquireTimeout().toNanos();
            if (connections.isEmpty() && failed.stream().anyMatch(waiter -> now - waiter.since() >= patience)) {
                why += ": " + opener.callDown(why, now);
            }
        }
        for (Waiter waiter : failed) {
            meters.acquired(waiter.until() - waiter.since());
            waiter.lease().fail(new DatabaseUnavailable(why));
        }
        work();
    }

    /** Fails all calls that wait. */
    void refuseAll(String why) {
        List<Waiter> refused;
        synchronized (connections) {
            refused = List.copyOf(waiters);
            waiters.clear();
        }
        refused.forEach(waiter -> waiter.lease().fail(new DatabaseUnavailable(why)));
    }

    DatabaseState state() {
        synchronized (connections) {
            return opener.state();
        }
    }

    /** Why it is down, or null when it is not. */
    @Nullable
    String down() {
        synchronized (connections) {
            return opener.down();
        }
    }

    /** Connections, and calls that wait for one. Those being pinged are used. */
    record Counts(int idle, int used, int opening, int waiting) {}

    Counts counts() {
        synchronized (connections) {
            int idle = connections.idle();
            return new Counts(idle, connections.size() - idle, opener.opening(), waiters.size());
        }
    }

    /** Closes what is idle now, and the rest when it is given back. */
    void close() {
        synchronized (connections) {
            closed = true;
            connections.suspect(timers.nanos());
        }
        refuseAll("the pool is closed");
        work();
    }
}
