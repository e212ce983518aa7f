package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Opens connections for those who wait, and knows by that whether the database is there. Guarded by the set's monitor. */
final class Opener {

    private static final Logger LOG = Logger.getLogger("dev.bobbin.database");

    private final PoolConfig config;
    private final Function<Optional<ContextInternal>, Future<OpenConnection>> connector;
    private final Function<Throwable, Optional<String>> objection;
    private final ConnectionSet connections;
    private final Expiry expiry;
    private final ConnectionQueue queue;
    private final PoolMeters meters;
    private final Timers timers;

    private final Reconnect reconnect;
    private final Alarm nextAttempt;
    private int opening;
    private DatabaseState shown = DatabaseState.ASLEEP;

    Opener(
            PoolConfig config,
            Function<Optional<ContextInternal>, Future<OpenConnection>> connector,
            Function<Throwable, Optional<String>> objection,
            ConnectionSet connections,
            Expiry expiry,
            ConnectionQueue queue,
            PoolMeters meters,
            Timers timers) {
        this.config = config;
        this.connector = connector;
        this.objection = objection;
        this.connections = connections;
        this.expiry = expiry;
        this.queue = queue;
        this.meters = meters;
        this.timers = timers;
        this.reconnect = new Reconnect(config.acquireTimeout().toNanos(), config.probeInterval(), timers.nanos());
        this.nextAttempt = new Alarm(timers, queue::work);
    }

    /** How many attempts are under way. */
    int opening() {
        return opening;
    }

    /** Why there is no use in waiting now, or null. */
    @Nullable
    String refusal(long now) {
        return connections.isEmpty() && reconnect.isRefusedUntilLater(now) ? reconnect.down() : null;
    }

    /**
     * Begins the attempts that are due.
     *
     * @param pinging how many waiters are about to have a connection that is open already
     * @param cancelling how many sessions the server may still hold, besides those in the set
     */
    void grow(long now, Collection<Waiter> waiters, int pinging, int cancelling, List<Runnable> actions) {
        while (wantsConnection(waiters.size(), pinging, cancelling)) {
            long due = reconnect.due(!waiters.isEmpty());
            if (due - now > 0) {
                nextAttempt.at(due);
                return;
            }
            if (connections.isEmpty()) {
                reconnect.begin(now);
            }
            // the event loop of a call that waits, so that it and the connection share a thread
            Optional<ContextInternal> near =
                    waiters.stream().limit(opening + 1L).map(Waiter::context).reduce((earlier, later) -> later);
            opening++;
            actions.add(() -> connect(near));
        }
    }

    /** While no connection is held there is one attempt, however many wait: more would not wake the database sooner. */
    private boolean wantsConnection(int waiting, int pinging, int cancelling) {
        if (connections.size() + opening + cancelling >= config.maxSize()) {
            return false;
        }
        if (connections.isEmpty()) {
            return opening == 0 && (waiting > 0 || reconnect.isUnderWay());
        }
        return waiting > pinging + opening && (reconnect.isSmooth() || opening == 0);
    }

    private void connect(Optional<ContextInternal> near) {
        Future<OpenConnection> connecting;
        try {
            connecting = connector.apply(near);
        } catch (RuntimeException failure) {
            notConnected(failure);
            return;
        }
        connecting.onSuccess(this::connected).onFailure(this::notConnected);
    }

    private void connected(OpenConnection open) {
        long lifetime = config.recycle().toNanos();
        PooledConnection connection = new PooledConnection(
                open, queue, timers, lifetime - ThreadLocalRandom.current().nextLong(lifetime / 10 + 1));
        if (!connection.begin()) {
            notConnected(new DatabaseUnavailable("the connection was closed as soon as it was open"));
            return;
        }
        long wakeTook;
        synchronized (connections) {
            opening--;
            connections.add(connection);
            expiry.rest(connection, connection.openedAt);
            wakeTook = reconnect.succeeded(connection.openedAt);
        }
        if (wakeTook > 0) {
            meters.woke(wakeTook);
            LOG.infof(
                    "The database is awake after %d ms",
                    Duration.ofNanos(wakeTook).toMillis());
        }
        queue.work();
    }

    private void notConnected(Throwable failure) {
        Optional<String> objected = objectionTo(failure);
        ConnectFailure kind = objected.isPresent() ? ConnectFailure.HOPELESS : ConnectFailure.of(failure);
        String reason = objected.orElseGet(() -> ConnectFailure.inWords(failure));
        boolean hopeless = kind == ConnectFailure.HOPELESS;
        boolean alone;
        synchronized (connections) {
            long now = timers.nanos();
            opening--;
            alone = connections.isEmpty();
            if (alone) {
                reconnect.begin(now);
            }
            reconnect.failed(kind, reason, ConnectFailure.isOfTheDatabase(failure), !alone, now);
        }
        LOG.logf(
                hopeless ? Logger.Level.ERROR : Logger.Level.WARN,
                "No connection to the database: %s%s",
                reason,
                hopeless && objected.isEmpty() ? ". Check DATABASE_URL, the role and the database's account" : "");
        if (hopeless && alone) {
            queue.refuseAll("the database refuses: " + reason);
        }
        queue.work();
    }

    private Optional<String> objectionTo(Throwable failure) {
        try {
            return objection.apply(failure);
        } catch (RuntimeException e) {
            LOG.error("A failed connect could not be explained", e);
            return Optional.empty();
        }
    }

    /**
     * A call has waited in vain for as long as calls wait.
     *
     * @return why the database is down now: the last failure, or {@code otherwise}
     */
    @Nullable
    String callDown(String otherwise, long now) {
        reconnect.begin(now);
        reconnect.callDown(otherwise, now);
        return reconnect.down();
    }

    /** Logs the state when it is another than last time. */
    void noteState(List<Runnable> actions) {
        DatabaseState now = state();
        if (now != shown) {
            shown = now;
            boolean isDown = now == DatabaseState.DOWN;
            String reason = isDown ? " (" + reconnect.down() + ")" : "";
            actions.add(() -> LOG.logf(isDown ? Logger.Level.ERROR : Logger.Level.INFO, "Database: %s%s", now, reason));
        }
    }

    DatabaseState state() {
        if (!connections.isEmpty()) {
            return DatabaseState.AWAKE;
        }
        if (reconnect.down() != null) {
            return DatabaseState.DOWN;
        }
        return reconnect.isUnderWay() || opening > 0 ? DatabaseState.WAKING : DatabaseState.ASLEEP;
    }

    /** Why it is down, or null when it is not. */
    @Nullable
    String down() {
        return connections.isEmpty() ? reconnect.down() : null;
    }
}
