package dev.bobbin.database.pool;

import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The open connections: which may be lent, and when idle ones are closed. Guarded by the pool. */
final class ConnectionSet {

    private static final Backoff REPLACE_ALL = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));
    private static final String SUSPECT = "suspect";

    private final ConnectionPool pool;
    private final long prePingAfter;
    private final long pingTimeout;
    private final long idleTimeout;

    /** Lent ones, those being pinged, and idle ones. */
    private final Set<PooledConnection> open = new HashSet<>();
    /** The last used first, so that unneeded ones grow old at the other end. */
    private final ArrayDeque<PooledConnection> idle = new ArrayDeque<>();
    /** Connections opened up to this moment may be dead. */
    private long suspectUntil;
    /** How often in a row all were replaced for a stale statement. */
    private int replacements;

    private long allReplacedAt;

    ConnectionSet(ConnectionPool pool) {
        this.pool = pool;
        this.prePingAfter = pool.config.prePingAfter().toNanos();
        this.pingTimeout = pool.config.pingTimeout().toNanos();
        this.idleTimeout = pool.config.idleTimeout().toNanos();
        this.suspectUntil = pool.timers.nanos() - 1;
    }

    void add(PooledConnection connection) {
        open.add(connection);
        rest(connection, connection.openedAt);
    }

    /** Makes it idle, unless it was removed. Whether it may be lent again. */
    boolean rest(PooledConnection connection, long now) {
        if (!open.contains(connection)) {
            return false;
        }
        connection.lastUsed = now;
        idle.addFirst(connection);
        pool.alarm.at(now + idleTimeout);
        return unfitness(connection, now) == null;
    }

    /** Whether it was still there. */
    boolean remove(PooledConnection connection) {
        idle.remove(connection);
        return open.remove(connection);
    }

    /** Removes it, and ends it without a message to the server. Whether it was still there. */
    boolean discard(PooledConnection connection, String reason, List<Runnable> then) {
        return end(connection, reason, connection::discard, then);
    }

    private boolean end(PooledConnection connection, String reason, Runnable ending, List<Runnable> then) {
        boolean removed = remove(connection);
        if (removed) {
            then.add(() -> {
                pool.meters.discarded(reason);
                ending.run();
            });
        }
        return removed;
    }

    /** Takes an idle one that needs no ping, of the caller's own thread if possible; null if there is none. */
    @Nullable
    PooledConnection takeFresh(ContextInternal context, long now) {
        PooledConnection chosen = null;
        for (PooledConnection connection : idle) {
            if (isFresh(connection, now) && unfitness(connection, now) == null) {
                if (connection.isOn(context)) {
                    chosen = connection;
                    break;
                }
                chosen = chosen == null ? connection : chosen;
            }
        }
        if (chosen != null) {
            idle.remove(chosen);
        }
        return chosen;
    }

    /** Takes the idle one that was used last. */
    PooledConnection takeIdle() {
        return idle.removeFirst();
    }

    /** One that was just opened or pinged is fresh even if pre-ping-after is zero. */
    private boolean isFresh(PooledConnection connection, long now) {
        long rested = now - connection.lastUsed;
        return rested < prePingAfter || (connection.proven && rested < pingTimeout);
    }

    /** Why it may not be lent, even after a ping; null if it may. */
    private @Nullable String unfitness(PooledConnection connection, long now) {
        if (connection.openedAt - suspectUntil <= 0) {
            return SUSPECT;
        }
        if (connection.isClosed()) {
            return "closed_by_server";
        }
        if (connection.retireAt - now <= 0) {
            return "recycled";
        }
        return connection.lastUsed + idleTimeout - now <= 0 ? "idle" : null;
    }

    /** Connections opened up to this moment are not lent any more. */
    void suspect(long moment) {
        suspectUntil = moment - suspectUntil > 0 ? moment : suspectUntil;
        pool.stopSharing();
    }

    /**
     * One had a stale statement, and the others probably have. After the first time they are replaced at growing intervals
     * only: with a PgBouncer that does not keep prepared statements, new ones are no better.
     */
    void suspectStale(long now) {
        long sinceLast = now - allReplacedAt;
        if (replacements == 0 || sinceLast >= REPLACE_ALL.full(replacements)) {
            replacements = sinceLast > REPLACE_ALL.cap().toNanos() ? 1 : replacements + 1;
            allReplacedAt = now;
            suspect(now);
        }
    }

    /** Closes idle ones that may not be lent, and all of them when the pool is closed. */
    void closeUnfit(long now, boolean poolClosed, List<Runnable> then) {
        // without a copy, since each acquire and each return comes here
        for (Iterator<PooledConnection> each = idle.iterator(); each.hasNext(); ) {
            PooledConnection connection = each.next();
            String reason = poolClosed ? "pool_closed" : unfitness(connection, now);
            if (reason != null) {
                each.remove();
                end(connection, reason, reason.equals(SUSPECT) ? connection::discard : connection::close, then);
            }
        }
        if (!idle.isEmpty()) {
            pool.alarm.at(idle.getLast().lastUsed + idleTimeout);
        }
    }

    List<Lease> lent() {
        return open.stream()
                .map(connection -> connection.lease)
                .filter(Objects::nonNull)
                .toList();
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    int size() {
        return open.size();
    }

    int idle() {
        return idle.size();
    }
}
