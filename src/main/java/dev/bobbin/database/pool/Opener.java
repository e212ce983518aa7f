package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Opens connections for calls that wait, which tells whether the database answers. Guarded by the pool. */
final class Opener {

    private static final Logger LOG = Logger.getLogger("dev.bobbin.database");

    private final ConnectionQueue pool;
    private final ConnectionSet connections;
    private final Alarm alarm;
    private final Reconnect reconnect;
    private int opening;
    private DatabaseState shown = DatabaseState.ASLEEP;

    Opener(ConnectionQueue pool, ConnectionSet connections, Alarm alarm) {
        this.pool = pool;
        this.connections = connections;
        this.alarm = alarm;
        this.reconnect =
                new Reconnect(pool.config.acquireTimeout().toNanos(), pool.config.probeInterval(), pool.timers.nanos());
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
     * @param pinging how many of those that wait are about to get a connection that is open
     * @param cancelling how many sessions the server may still hold, besides those in the set
     */
    void grow(long now, int waiting, int pinging, int cancelling, List<Runnable> then) {
        while (wantsConnection(waiting, pinging, cancelling)) {
            long due = reconnect.due(waiting > 0);
            if (due - now > 0) {
                alarm.at(due);
                return;
            }
            if (connections.isEmpty()) {
                reconnect.begin(now);
            }
            // on the event loop of a call that waits, so that it and the connection share a thread
            ContextInternal near = pool.contextOf(opening);
            opening++;
            then.add(() -> connect(near));
        }
    }

    /** While no connection is held there is one attempt, however many wait: more would not wake the database sooner. */
    private boolean wantsConnection(int waiting, int pinging, int cancelling) {
        if (connections.size() + opening + cancelling >= pool.config.maxSize()) {
            return false;
        }
        if (connections.isEmpty()) {
            return opening == 0 && (waiting > 0 || reconnect.isUnderWay());
        }
        return waiting > pinging + opening && (reconnect.isSmooth() || opening == 0);
    }

    private void connect(@Nullable ContextInternal near) {
        Future.succeededFuture()
                // catches what is thrown, too
                .compose(begin -> pool.connector.open(near))
                .onSuccess(this::connected)
                .onFailure(this::notConnected);
    }

    private void connected(Connector.Opened open) {
        PooledConnection connection = new PooledConnection(open, pool);
        if (!connection.begin()) {
            notConnected(new DatabaseUnavailable("the connection was closed as soon as it was open"));
            return;
        }
        pool.change((now, then) -> {
            opening--;
            connections.add(connection);
            long wakeTook = reconnect.succeeded(connection.openedAt);
            if (wakeTook > 0) {
                then.add(() -> {
                    pool.meters.woke(wakeTook);
                    LOG.infof(
                            "The database is awake after %d ms",
                            Duration.ofNanos(wakeTook).toMillis());
                });
            }
        });
    }

    private void notConnected(Throwable failure) {
        Optional<String> objection = objectionTo(failure);
        ConnectFailure kind = objection.isPresent() ? ConnectFailure.HOPELESS : ConnectFailure.of(failure);
        String reason = objection.orElseGet(() -> ConnectFailure.inWords(failure));
        boolean hopeless = kind == ConnectFailure.HOPELESS;
        pool.change((now, then) -> {
            opening--;
            boolean alone = connections.isEmpty();
            if (alone) {
                reconnect.begin(now);
            }
            reconnect.failed(kind, reason, ConnectFailure.isOfTheDatabase(failure), !alone, now);
            then.add(() -> LOG.logf(
                    hopeless ? Logger.Level.ERROR : Logger.Level.WARN,
                    "No connection to the database: %s%s",
                    reason,
                    hopeless && objection.isEmpty()
                            ? ". Check DATABASE_URL, the role and the database's account"
                            : ""));
            if (hopeless && alone) {
                pool.refuseAll("the database refuses: " + reason, then);
            }
        });
    }

    /** An attempt must come to its end here: a failure that is thrown would count as an attempt for ever. */
    private Optional<String> objectionTo(Throwable failure) {
        try {
            return pool.connector.objection(failure);
        } catch (RuntimeException e) {
            LOG.error("A failed connect could not be explained", e);
            return Optional.empty();
        }
    }

    /**
     * A call has waited for acquire-timeout, in vain.
     *
     * @return why the database is down now: the last failure, or {@code otherwise}
     */
    @Nullable
    String callDown(String otherwise, long now) {
        reconnect.begin(now);
        reconnect.callDown(otherwise, now);
        return reconnect.down();
    }

    /** Logs the state if it has changed. */
    void noteState(List<Runnable> then) {
        DatabaseState now = state();
        if (now != shown) {
            shown = now;
            boolean isDown = now == DatabaseState.DOWN;
            String reason = isDown ? " (" + reconnect.down() + ")" : "";
            then.add(() -> LOG.logf(isDown ? Logger.Level.ERROR : Logger.Level.INFO, "Database: %s%s", now, reason));
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

    /** Why the database is down, or null. */
    @Nullable
    String down() {
        return connections.isEmpty() ? reconnect.down() : null;
    }
}
