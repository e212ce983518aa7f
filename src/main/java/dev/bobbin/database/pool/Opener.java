package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Opens connections for calls that wait. Guarded by the pool. */
final class Opener {

    private static final Logger LOG = Logger.getLogger("dev.bobbin.database");

    private final ConnectionQueue pool;
    private final ConnectionSet connections;
    private final Alarm alarm;
    private final Reconnect reconnect;
    private int opening;

    Opener(ConnectionQueue pool, ConnectionSet connections, Reconnect reconnect, Alarm alarm) {
        this.pool = pool;
        this.connections = connections;
        this.reconnect = reconnect;
        this.alarm = alarm;
    }

    /** How many attempts are under way. */
    int opening() {
        return opening;
    }

    /**
     * Begins the attempts that are due.
     *
     * @param pinging how many of those that wait are about to get a connection that is open
     * @param cancelling how many sessions the server may still hold, in addition to those in the set
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
        boolean hopeless = ConnectFailure.of(failure) == ConnectFailure.HOPELESS;
        String reason = ConnectFailure.inWords(failure);
        String hint = hopeless && !(failure instanceof Connector.Refused)
                ? ". Check DATABASE_URL, the role and the database's account"
                : "";
        pool.change((now, then) -> {
            opening--;
            boolean alone = connections.isEmpty();
            if (alone) {
                reconnect.begin(now);
            }
            reconnect.failed(failure, !alone, now);
            then.add(() -> LOG.logf(
                    hopeless ? Logger.Level.ERROR : Logger.Level.WARN,
                    "No connection to the database: %s%s",
                    reason,
                    hint));
            if (hopeless && alone) {
                pool.refuseAll("the database refuses: " + reason, then);
            }
        });
    }
}
