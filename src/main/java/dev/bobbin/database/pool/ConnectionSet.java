package dev.bobbin.database.pool;

import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections that are open, and which of them may be lent. Its monitor guards the whole pool's state, and nothing
 * outside the pool is called while it is held. Times are of {@link Timers#nanos()}.
 */
final class ConnectionSet {

    private static final Backoff REPLACE_ALL = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));

    private final long prePingAfter;
    private final long pingTimeout;

    /** Lent ones, those being pinged, and idle ones. */
    private final Set<PooledConnection> open = new HashSet<>();

    /** The last used first: what is superfluous grows old at the other end. */
    private final ArrayDeque<PooledConnection> idle = new ArrayDeque<>();

    /** What was opened before this moment may be dead. */
    private long suspectBefore;

    /** How often in a row, and when, all were replaced for a stale statement. */
    private int replacements;

    private long allReplacedAt;

    ConnectionSet(PoolConfig config, long now) {
        this.prePingAfter = config.prePingAfter().toNanos();
        this.pingTimeout = config.pingTimeout().toNanos();
        this.suspectBefore = now - 1;
    }

    /** Takes in a new one, which is then to {@link #rest}. */
    void add(PooledConnection connection) {
        open.add(connection);
    }

    /** Puts it with the idle ones, unless it has been given up. */
    void rest(PooledConnection connection, long now) {
        if (open.contains(connection)) {
            connection.lastUsed = now;
            idle.addFirst(connection);
        }
    }

    /** Gives it up; whether it was still there. */
    boolean remove(PooledConnection connection) {
        idle.remove(connection);
        return open.remove(connection);
    }

    /** An idle one that needs no ping, of the caller's own thread where there is one; null without any. */
    @Nullable
    PooledConnection takeFresh(ContextInternal context, long now) {
        PooledConnection chosen = null;
        for (PooledConnection connection : idle) {
            if (isFresh(connection, now) && isFit(connection, now)) {
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

    /** The idle one that was used last; null without any. */
    @Nullable
    PooledConnection takeIdle() {
        return idle.pollFirst();
    }

    /** What was opened or pinged just now is fresh, however soon a connection is to be pinged. */
    private boolean isFresh(PooledConnection connection, long now) {
        long rested = now - connection.lastUsed;
        return rested < prePingAfter || (connection.proven && rested < pingTimeout);
    }

    /** Whether it may be lent, perhaps after a ping. */
    boolean isFit(PooledConnection connection, long now) {
        return !isSuspect(connection) && connection.retireAt - now > 0 && !connection.isClosed();
    }

    boolean isSuspect(PooledConnection connection) {
        return connection.openedAt - suspectBefore <= 0;
    }

    /** What was opened up to this moment is not lent any more. */
    void suspect(long moment) {
        suspectBefore = moment - suspectBefore > 0 ? moment : suspectBefore;
    }

    /**
     * One had a stale statement, and the others probably have. They are replaced after a pause only, where new ones turn out
     * to be no better, as with a PgBouncer that does not keep prepared statements.
     */
    void suspectStale(long now) {
        long sinceLast = now - allReplacedAt;
        if (replacements == 0 || sinceLast >= REPLACE_ALL.full(replacements)) {
            replacements = sinceLast > REPLACE_ALL.cap().toNanos() ? 1 : replacements + 1;
            allReplacedAt = now;
            suspect(now);
        }
    }

    /** Gives up the idle ones that may not be lent. */
    List<PooledConnection> dropUnfit(long now) {
        List<PooledConnection> dropped = new ArrayList<>();
        for (Iterator<PooledConnection> all = idle.iterator(); all.hasNext(); ) {
            PooledConnection connection = all.next();
            if (!isFit(connection, now)) {
                all.remove();
                open.remove(connection);
                dropped.add(connection);
            }
        }
        return dropped;
    }

    /** Gives up the idle ones that were not used since. */
    List<PooledConnection> dropUnused(long since) {
        List<PooledConnection> dropped = new ArrayList<>();
        while (!idle.isEmpty() && idle.getLast().lastUsed - since <= 0) {
            PooledConnection connection = idle.removeLast();
            open.remove(connection);
            dropped.add(connection);
        }
        return dropped;
    }

    /** When the idle one that rests the longest was used; null without any. */
    @Nullable
    Long unusedSince() {
        return idle.isEmpty() ? null : idle.getLast().lastUsed;
    }

    List<Lease> lent() {
        return open.stream()
                .map(PooledConnection::lease)
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
