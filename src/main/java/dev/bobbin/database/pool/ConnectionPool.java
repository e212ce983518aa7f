package dev.bobbin.database.pool;

import dev.bobbin.database.pool.WaitingCalls.Waiter;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Lends connections to calls, which wait for them in a queue. A connection is opened or pinged for a waiting call only, and
 * closed when it was not used for a while. The monitor guards the state of the whole package.
 */
final class ConnectionPool {

    private static final Logger LOG = Logger.getLogger("dev.bobbin.database");

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

    private final WaitingCalls waiting;
    /** The last connection that was lent to reads, of each event loop. */
    private final Map<EventLoop, Lease> shared = new ConcurrentHashMap<>();

    /** The last wake of the database, for the spans of calls that waited for it. */
    volatile PoolSpans.@Nullable Wake lastWake;

    volatile Consumer<DatabaseState.Kind> observer = kind -> {};

    private int pinging;
    private boolean closed;
    private DatabaseState.Kind logged = DatabaseState.Kind.ASLEEP;

    ConnectionPool(PoolConfig config, Connector connector, PoolMeters meters, Timers timers) {
        this.config = config;
        this.connector = connector;
        this.meters = meters;
        this.timers = timers;
        this.times = CallTimes.of(config);
        this.alarm = new Alarm(timers, this::onTime);
        this.connections = new ConnectionSet(this);
        this.reconnect = new Reconnect(config, timers.nanos());
        this.waiting = new WaitingCalls(this);
        this.opener = new Opener(this);
        this.watchdog = new Watchdog(this);
    }

    /** A connection for a call; a failure is a {@link PoolException}. */
    Future<Lease> acquire(ContextInternal context, Call call) {
        long began = timers.nanos();
        Lease joined = join(context, call, began);
        if (joined == null && (joined = takeAtOnce(context, call, began)) == null) {
            return enqueue(context, call);
        }
        meters.acquired(0);
        return context.succeededFuture(joined);
    }

    /** The connection that reads of the same event loop are using; null if the call needs another one. */
    private @Nullable Lease join(ContextInternal context, Call call, long now) {
        Lease lease = call.shares() ? shared.get(context.nettyEventLoop()) : null;
        return lease != null && lease.join(call, now) ? lease : null;
    }

    /** An idle connection, if no call waits; it is the common case, and changes nothing else. */
    private synchronized @Nullable Lease takeAtOnce(ContextInternal context, Call call, long now) {
        return waiting.isEmpty() && !closed ? take(context, call, now) : null;
    }

    private @Nullable Lease take(ContextInternal context, Call call, long now) {
        PooledConnection connection = connections.takeFresh(context, now);
        if (connection == null) {
            return null;
        }
        Lease lease = new Lease(connection, this, call);
        connection.lease = lease;
        if (call.shares()) {
            shared.put(context.nettyEventLoop(), lease);
        }
        watchdog.watch(lease, now);
        return lease;
    }

    private Future<Lease> enqueue(ContextInternal context, Call call) {
        Promise<Lease> lease = context.promise();
        PoolSpans.wait(context, lease.future(), this);
        change((now, then) -> waiting.add(new Waiter(context, lease, now, call), refusal(now), then));
        return lease.future();
    }

    private @Nullable String refusal(long now) {
        if (closed) {
            return "the pool is closed";
        }
        if (waiting.size() >= config.maxWaiting()) {
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
                opener.grow(now, waiting, pinging, watchdog.cancelling(), then);
            }
            logState(then);
        }
        then.forEach(Runnable::run);
    }

    private void onTime() {
        change((now, then) -> {
            waiting.failLate(now, then);
            watchdog.look(now, then);
        });
    }

    private void serve(long now, List<Runnable> then) {
        for (Waiter first = waiting.first(); first != null; first = waiting.first()) {
            Lease lease = take(first.context(), first.call(), now);
            if (lease == null) {
                return;
            }
            waiting.lend(lease, first, now, then);
            if (first.call().shares()) {
                waiting.join(other -> join(other.context(), other.call(), now), now, then);
            }
        }
    }

    /** An idle connection that could not be lent has rested. */
    private void pingRested(List<Runnable> then) {
        while (connections.idle() > 0 && waiting.needs().size() > pinging + opener.opening()) {
            PooledConnection connection = connections.takeIdle();
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
        boolean settled;
        synchronized (this) {
            connection.lease = null;
            connection.proven = false;
            settled = connections.rest(connection, timers.nanos()) && waiting.isEmpty() && !closed;
        }
        if (!settled) {
            change((now, then) -> {});
        }
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

    private void logState(List<Runnable> then) {
        DatabaseState now = state();
        if (now.kind() != logged) {
            logged = now.kind();
            then.add(() -> {
                observer.accept(now.kind());
                if (now.reason() == null) {
                    LOG.infof("Database: %s", now.kind());
                } else {
                    LOG.errorf("Database: %s (%s)", now.kind(), now.reason());
                }
            });
        }
    }

    /** No call joins those whose connection may be dead. */
    void stopSharing() {
        shared.clear();
    }

    /** Fails all calls that wait. */
    void refuseAll(String why, long now, List<Runnable> then) {
        waiting.failAll(why, now, then);
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
        return new Counts(idle, connections.size() - idle, opener.opening(), waiting.size());
    }

    /** Closes idle connections now, and the others when they are given back. */
    void close() {
        change((now, then) -> {
            closed = true;
            stopSharing();
            waiting.failAll("the pool is closed", now, then);
        });
    }
}
