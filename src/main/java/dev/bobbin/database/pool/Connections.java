package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The connections there are, and who waits for one. Nothing here runs on a connection by itself: a connection is opened for
 * somebody who waits, pinged for somebody who waits, and closed when nobody has used it for a while.
 *
 * <p>All state is guarded by this object's monitor, and nothing foreign is called while it is held.
 */
final class Connections {

    private static final Logger LOG = Logger.getLogger("dev.bobbin.database");

    private final PoolConfig config;
    private final Function<ContextInternal, Future<Attempt.Opened>> connector;
    private final Function<PooledConnection, Future<Void>> canceller;
    private final Function<Throwable, Optional<String>> objection;
    private final PoolMeters meters;
    private final VertxInternal vertx;
    private final Clockwork clockwork;

    private final long idleTimeout;
    private final long acquireTimeout;
    private final long statementTimeout;
    /** How long a statement may be silent; its connection, its cancelling and a second run have the rest. */
    private final long silence;

    private final Inventory connections;
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private final Wake wake;
    private int opening;
    private int pinging;
    private int lent;
    /** Given up with a statement in it, which the server is being told to cancel. */
    private int cancelling;

    private DatabaseState shown = DatabaseState.ASLEEP;
    private boolean closed;

    Connections(
            VertxInternal vertx,
            PoolConfig config,
            Function<ContextInternal, Future<Attempt.Opened>> connector,
            Function<PooledConnection, Future<Void>> canceller,
            Function<Throwable, Optional<String>> objection,
            PoolMeters meters) {
        this.vertx = vertx;
        this.config = config;
        this.connector = connector;
        this.canceller = canceller;
        this.objection = objection;
        this.meters = meters;
        this.clockwork = new Clockwork(vertx.createEventLoopContext());
        this.connections = new Inventory(config);
        this.idleTimeout = config.idleTimeout().toNanos();
        this.acquireTimeout = config.acquireTimeout().toNanos();
        this.statementTimeout = config.statementTimeout().toNanos();
        this.silence = Math.max(
                statementTimeout / 2 - watchInterval() - config.pingTimeout().toNanos(), statementTimeout / 4);
        this.wake = new Wake(acquireTimeout, config.probeInterval());
    }

    /**
     * A connection for the sole use of the caller; a failure is a {@link DatabaseUnavailable}.
     *
     * @param atMost how long the caller waits, in nanoseconds, if that is less than all wait
     */
    Future<Lease> acquire(ContextInternal context, long atMost) {
        long now = System.nanoTime();
        Lease fresh;
        String refusal = null;
        Waiter waiter = null;
        synchronized (this) {
            fresh = waiters.isEmpty() && !closed ? lendFresh(context, now) : null;
            if (fresh == null) {
                refusal = refusal(now);
            }
            if (fresh == null && refusal == null) {
                waiter = new Waiter(context, context.promise(), now, now + Math.min(acquireTimeout, atMost));
                waiters.add(waiter);
                clockwork.at(Clockwork.Job.WAITERS, waiter.until(), this::failLateWaiters);
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
        return connections.isEmpty() && wake.isRefusedUntilLater(now) ? wake.down() : null;
    }

    private @Nullable Lease lendFresh(ContextInternal context, long now) {
        PooledConnection connection = connections.takeFresh(context, now);
        if (connection == null) {
            return null;
        }
        Lease lease = new Lease(connection, this);
        connection.lendTo(lease);
        lent++;
        clockwork.at(Clockwork.Job.LEASES, now + watchInterval(), this::endSilentLeases);
        return lease;
    }

    /** Does what there is to do for those who wait. */
    private void work() {
        List<Runnable> actions = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            dropUnfit(now, actions);
            serve(now, actions);
            pingRested(actions);
            grow(now, actions);
            noteState(actions);
        }
        actions.forEach(Runnable::run);
    }

    private void dropUnfit(long now, List<Runnable> actions) {
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
                    connection.close(config.pingTimeout());
                }
            });
        }
    }

    private void serve(long now, List<Runnable> actions) {
        while (!waiters.isEmpty()) {
            Lease lease = lendFresh(waiters.getFirst().context(), now);
            if (lease == null) {
                return;
            }
            Waiter waiter = waiters.removeFirst();
            actions.add(() -> {
                meters.acquired(now - waiter.since());
                waiter.lease().complete(lease);
            });
        }
    }

    /** What is idle and was not lent has rested. */
    private void pingRested(List<Runnable> actions) {
        while (waiters.size() > pinging + opening) {
            PooledConnection connection = connections.takeIdle();
            if (connection == null) {
                return;
            }
            pinging++;
            actions.add(() -> ping(connection));
        }
    }

    private void grow(long now, List<Runnable> actions) {
        while (wantsConnection()) {
            long due = wake.due(!waiters.isEmpty());
            if (due - now > 0) {
                clockwork.at(Clockwork.Job.CONNECT, due, this::work);
                return;
            }
            if (connections.isEmpty()) {
                wake.begin(now);
            }
            ContextInternal home = home(opening);
            opening++;
            actions.add(() -> connect(home));
        }
    }

    /** While no connection is held there is one attempt, whoever waits: more would not wake the database sooner. */
    private boolean wantsConnection() {
        if (closed || connections.size() + opening + cancelling >= config.maxSize()) {
            return false;
        }
        if (connections.isEmpty()) {
            return opening == 0 && (!waiters.isEmpty() || wake.isUnderWay());
        }
        return waiters.size() > pinging + opening && (wake.isSmooth() || opening == 0);
    }

    /** The event loop of one who waits, so that he and the connection share a thread. */
    private ContextInternal home(int nr) {
        Iterator<Waiter> waiting = waiters.iterator();
        Waiter chosen = null;
        for (int i = 0; i <= nr && waiting.hasNext(); i++) {
            chosen = waiting.next();
        }
        return chosen == null
                ? vertx.createEventLoopContext()
                : vertx.createEventLoopContext(
                        chosen.context().nettyEventLoop(),
                        null,
                        chosen.context().classLoader());
    }

    private void connect(ContextInternal home) {
        Future<Attempt.Opened> connecting;
        try {
            connecting = connector.apply(home);
        } catch (RuntimeException failure) {
            notConnected(failure);
            return;
        }
        connecting.onComplete(attempt -> {
            if (attempt.succeeded()) {
                connected(home, attempt.result());
            } else {
                notConnected(attempt.cause());
            }
        });
    }

    private void connected(ContextInternal home, Attempt.Opened opened) {
        long now = System.nanoTime();
        long lifetime = config.recycle().toNanos();
        long retireAt = now + lifetime - ThreadLocalRandom.current().nextLong(lifetime / 10 + 1);
        PooledConnection connection = new PooledConnection(opened, home, this, now, retireAt);
        if (!connection.begin()) {
            notConnected(new DatabaseUnavailable("the connection was closed as soon as it was open"));
            return;
        }
        long wakeTook;
        synchronized (this) {
            opening--;
            connections.add(connection, now);
            closeIdleInTime();
            wakeTook = wake.succeeded(now);
        }
        if (wakeTook > 0) {
            meters.woke(wakeTook);
            LOG.infof(
                    "The database is awake after %d ms",
                    Duration.ofNanos(wakeTook).toMillis());
        }
        work();
    }

    private void notConnected(Throwable failure) {
        Optional<String> objected = objectionTo(failure);
        ConnectFailure kind = objected.isPresent() ? ConnectFailure.HOPELESS : ConnectFailure.of(failure);
        String reason = objected.orElseGet(() -> ConnectFailure.inWords(failure));
        List<Waiter> refused = List.of();
        synchronized (this) {
            long now = System.nanoTime();
            opening--;
            if (connections.isEmpty()) {
                wake.begin(now);
            }
            wake.failed(kind, reason, ConnectFailure.isOfTheDatabase(failure), !connections.isEmpty(), now);
            if (kind == ConnectFailure.HOPELESS && connections.isEmpty()) {
                refused = List.copyOf(waiters);
                waiters.clear();
            }
        }
        LOG.logf(
                kind == ConnectFailure.HOPELESS ? Logger.Level.ERROR : Logger.Level.WARN,
                "No connection to the database: %s%s",
                reason,
                kind == ConnectFailure.HOPELESS && objected.isEmpty()
                        ? ". Check DATABASE_URL, the role and the database's account"
                        : "");
        refused.forEach(waiter -> waiter.lease().fail(new DatabaseUnavailable("the database refuses: " + reason)));
        work();
    }

    private Optional<String> objectionTo(Throwable failure) {
        try {
            return objection.apply(failure);
        } catch (RuntimeException e) {
            LOG.error("A failed connect could not be explained", e);
            return Optional.empty();
        }
    }

    private void ping(PooledConnection connection) {
        long began = System.nanoTime();
        connection.ping(config.pingTimeout()).onComplete(pong -> {
            synchronized (this) {
                pinging--;
                connection.proven = pong.succeeded();
                if (pong.failed()) {
                    connections.remove(connection);
                    // as SQLAlchemy does: what killed one has probably killed all
                    connections.suspect(began);
                } else {
                    connections.rest(connection, System.nanoTime());
                    closeIdleInTime();
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
        synchronized (this) {
            connections.suspect(System.nanoTime());
        }
        work();
    }

    /** A borrower is done with it. */
    void giveBack(PooledConnection connection) {
        boolean work;
        synchronized (this) {
            lent--;
            connection.lendTo(null);
            connection.proven = false;
            long now = System.nanoTime();
            connections.rest(connection, now);
            closeIdleInTime();
            work = closed || !waiters.isEmpty() || !connections.isFit(connection, now);
        }
        if (work) {
            work();
        }
    }

    /** A borrower's statement was lost with it, or it is of no use any more. */
    void lost(PooledConnection connection, Loss loss) {
        synchronized (this) {
            if (loss != Loss.NEVER_SENT) {
                connections.suspect(System.nanoTime());
            }
            if (!connections.remove(connection)) {
                return;
            }
        }
        meters.discarded(loss.label());
        connection.discard();
        work();
    }

    /** Its socket is closed, from this side or the other. */
    void ended(PooledConnection connection) {
        synchronized (this) {
            if (!connections.remove(connection)) {
                return;
            }
            Lease lease = connection.lease();
            if (lease != null && lease.isBusy()) {
                connections.suspect(System.nanoTime());
            }
        }
        meters.discarded("closed_by_server");
        work();
    }

    private void failLateWaiters() {
        List<Waiter> late = new ArrayList<>();
        String why;
        synchronized (this) {
            long now = System.nanoTime();
            for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
                Waiter waiter = all.next();
                if (waiter.until() - now <= 0) {
                    all.remove();
                    late.add(waiter);
                } else {
                    clockwork.at(Clockwork.Job.WAITERS, waiter.until(), this::failLateWaiters);
                }
            }
            why = "no connection within " + config.acquireTimeout().toMillis() + " ms";
            if (connections.isEmpty() && late.stream().anyMatch(waiter -> now - waiter.since() >= acquireTimeout)) {
                wake.begin(now);
                wake.callDown(why, now);
                why += ": " + wake.down();
            }
        }
        for (Waiter waiter : late) {
            meters.acquired(waiter.until() - waiter.since());
            waiter.lease().fail(new DatabaseUnavailable(why));
        }
        work();
    }

    /** To be called when one has become idle. */
    private void closeIdleInTime() {
        Long unusedSince = connections.unusedSince();
        if (unusedSince != null) {
            clockwork.at(Clockwork.Job.IDLE, unusedSince + idleTimeout, this::closeIdle);
        }
    }

    private void closeIdle() {
        List<PooledConnection> unused;
        synchronized (this) {
            unused = connections.dropUnused(System.nanoTime() - idleTimeout);
            closeIdleInTime();
        }
        for (PooledConnection connection : unused) {
            meters.discarded("idle");
            connection.close(config.pingTimeout());
        }
        work();
    }

    private long watchInterval() {
        return Math.min(statementTimeout / 10, Duration.ofSeconds(1).toNanos());
    }

    /** Half of the time is for the first try: a call that met with a dead connection still gets its answer. */
    private void endSilentLeases() {
        List<PooledConnection> silent = new ArrayList<>();
        List<Lease> abandoned = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            for (PooledConnection connection : connections.lent()) {
                Lease lease = connection.lease();
                if (lease != null && lease.isBusy() && lease.silentFor(now) > silence) {
                    silent.add(connection);
                } else if (lease != null && !lease.isBusy() && lease.silentFor(now) > statementTimeout) {
                    abandoned.add(lease);
                }
            }
            silent.forEach(connections::remove);
            silent.forEach(PooledConnection::giveUp);
            abandoned.forEach(lease -> connections.remove(lease.connection()));
            cancelling += silent.size();
            if (!silent.isEmpty()) {
                connections.suspect(now);
            }
            if (lent > 0) {
                clockwork.at(Clockwork.Job.LEASES, now + watchInterval(), this::endSilentLeases);
            }
        }
        silent.forEach(this::cancel);
        for (Lease lease : abandoned) {
            LOG.warn("A borrowed connection was neither used nor given back; it is taken back");
            meters.discarded("abandoned");
            lease.connection().discard();
            lease.end();
        }
        work();
    }

    /** A server that waits for a lock does not see that its client is gone; a second run would wait beside the first. */
    private void cancel(PooledConnection connection) {
        LOG.warnf(
                "A statement was silent for %d ms; it is cancelled, and its connection given up",
                Duration.ofNanos(silence).toMillis());
        meters.discarded("silent");
        canceller.apply(connection).onComplete(done -> {
            synchronized (this) {
                cancelling--;
            }
            connection.discard();
            work();
        });
    }

    private void noteState(List<Runnable> actions) {
        DatabaseState now = state();
        if (now != shown) {
            shown = now;
            String reason = wake.down();
            actions.add(() -> LOG.logf(
                    now == DatabaseState.DOWN ? Logger.Level.ERROR : Logger.Level.INFO,
                    "Database: %s%s",
                    now,
                    now == DatabaseState.DOWN ? " (" + reason + ")" : ""));
        }
    }

    synchronized DatabaseState state() {
        if (!connections.isEmpty()) {
            return DatabaseState.AWAKE;
        }
        if (wake.down() != null) {
            return DatabaseState.DOWN;
        }
        return wake.isUnderWay() || opening > 0 ? DatabaseState.WAKING : DatabaseState.ASLEEP;
    }

    /** Why it is down, or null when it is not. */
    synchronized @Nullable String down() {
        return connections.isEmpty() ? wake.down() : null;
    }

    synchronized int size() {
        return connections.size();
    }

    synchronized int idle() {
        return connections.idle();
    }

    synchronized int used() {
        return connections.size() - connections.idle();
    }

    synchronized int opening() {
        return opening;
    }

    synchronized int waiting() {
        return waiters.size();
    }

    /** Closes what is idle now, and the rest when it is given back. */
    void close() {
        List<Waiter> late;
        synchronized (this) {
            closed = true;
            connections.suspect(System.nanoTime());
            late = List.copyOf(waiters);
            waiters.clear();
        }
        late.forEach(waiter -> waiter.lease().fail(new DatabaseUnavailable("the pool is closed")));
        work();
    }
}
