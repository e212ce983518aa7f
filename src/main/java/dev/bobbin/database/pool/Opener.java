package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Opens connections for calls that wait. Guarded by the pool. */
final class Opener {

    private static final Logger LOG = Logger.getLogger("dev.bobbin.database");

    /** When the same reason is logged again, in nanoseconds. */
    private static final long LOG_AGAIN = Duration.ofMinutes(1).toNanos();

    private final ConnectionPool pool;
    private final ConnectionSet connections;
    private final Reconnect reconnect;
    private int opening;
    /** The last reason in the log. With too few connections for all replicas, attempts fail all the time. */
    private @Nullable String logged;

    private long loggedAt;

    Opener(ConnectionPool pool) {
        this.pool = pool;
        this.connections = pool.connections;
        this.reconnect = pool.reconnect;
    }

    /** How many attempts are under way. */
    int opening() {
        return opening;
    }

    /**
     * Begins the attempts that are due.
     *
     * @param pinging how many of the waiting calls are about to get an open connection
     * @param cancelling how many sessions the server may still hold, in addition to those in the set
     */
    void grow(long now, WaitingCalls waiting, int pinging, int cancelling, List<Runnable> then) {
        if (connections.size() + opening + cancelling >= pool.config.maxSize()) {
            return;
        }
        List<ContextInternal> wanted = waiting.needs();
        while (wantsConnection(wanted.size(), pinging, cancelling)) {
            long due = reconnect.due(!wanted.isEmpty());
            if (due - now > 0) {
                pool.alarm.at(due);
                return;
            }
            if (connections.isEmpty()) {
                reconnect.begin(now);
            }
            // on the event loop of a waiting call, so that it and the connection share a thread
            ContextInternal near = opening < wanted.size() ? wanted.get(opening) : null;
            opening++;
            then.add(() -> connect(near));
        }
    }

    /** While no connection is open there is one attempt, however many calls wait: more would not wake the database sooner. */
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
                .onFailure(this::failed);
    }

    private void connected(Connector.Opened open) {
        if (!open.physical().isValid()) {
            failed(new SocketException("closed as soon as it was open"));
            return;
        }
        PooledConnection connection = new PooledConnection(open, pool);
        open.physical().init(connection);
        pool.change((now, then) -> {
            opening--;
            connections.add(connection);
            long took = reconnect.succeeded(connection.openedAt);
            if (took > 0) {
                pool.lastWake = new PoolSpans.Wake(connection.openedAt - took, connection.openedAt);
                then.add(() -> {
                    pool.meters.woke(took);
                    LOG.infof(
                            "The database is awake after %d ms",
                            Duration.ofNanos(took).toMillis());
                });
            }
        });
    }

    private void failed(Throwable cause) {
        ConnectFailure failure = pool.connector.explain(cause);
        Logger.Level level = failure.isHopeless() ? Logger.Level.ERROR : Logger.Level.WARN;
        pool.change((now, then) -> {
            opening--;
            boolean othersOpen = !connections.isEmpty();
            reconnect.failed(failure, othersOpen, now);
            if (!failure.reason().equals(logged) || now - loggedAt > LOG_AGAIN) {
                logged = failure.reason();
                loggedAt = now;
                then.add(() -> LOG.logf(level, "No connection to the database: %s", failure.reason()));
            }
            if (failure.isHopeless() && !othersOpen) {
                pool.refuseAll("the database refuses: " + failure.reason(), now, then);
            }
        });
    }
}
