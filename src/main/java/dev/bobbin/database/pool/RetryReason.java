package dev.bobbin.database.pool;

import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why work may be sent again. */
public enum RetryReason {
    /** The connection was gone before the statement was sent. */
    NEVER_SENT(10, true),
    /** The connection was lost before the answer arrived. A database that shuts down ends its sessions one by one. */
    UNKNOWN(5, false),
    /** There was no answer for so long that the statement was cancelled. */
    SILENT(1, false),
    /** It waited after a slow statement on a shared connection; afterwards it has one of its own. */
    BEHIND(1, true),
    /** The database rolled it back and asks for a retry. */
    ROLLED_BACK(5, true),
    /** The connection's prepared statements do not fit its session, or the schema, any more. */
    STALE_STATEMENT(5, true);

    /** Serialization failure, deadlock. */
    private static final Set<String> ASKS_FOR_RETRY = Set.of("40001", "40P01");

    /** No such prepared statement, or one of that name exists already. */
    private static final Set<String> STALE = Set.of("26000", "42P05");

    /** 08 connection exception; 57P01 and 57P02: all sessions are ended; 57P05 and 25P03: one that was idle for too long. */
    private static final Set<String> SESSION_ENDED = Set.of("08", "57P01", "57P02", "57P05", "25P03");

    private final int mostRetries;
    private final boolean nothingDone;

    RetryReason(int mostRetries, boolean nothingDone) {
        this.mostRetries = mostRetries;
        this.nothingDone = nothingDone;
    }

    /** How often one piece of work is run again for this reason. */
    int mostRetries() {
        return mostRetries;
    }

    /** Whether the database cannot have committed anything. */
    boolean nothingDone() {
        return nothingDone;
    }

    /** Null when the statement itself failed, or no connection could be lent. */
    public static @Nullable RetryReason of(Throwable failure) {
        SqlState error = SqlState.of(failure);
        if (error != null) {
            return of(error);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PoolException e) {
                return e.retryReason();
            }
            // the client (Vert.x 4.5) has no types for these
            String message = String.valueOf(cause.getMessage());
            if (message.startsWith("Connection is not active now")
                    || message.startsWith("Pending requests failed to be sent")) {
                return NEVER_SENT;
            }
            if (cause instanceof ClosedConnectionException || cause instanceof IOException) {
                return UNKNOWN;
            }
        }
        return null;
    }

    private static @Nullable RetryReason of(SqlState error) {
        boolean stalePlan = error.code().equals("0A000") && error.message().contains("cached plan");
        if (stalePlan || error.isOneOf(STALE)) {
            return STALE_STATEMENT;
        }
        if (error.isOneOf(ASKS_FOR_RETRY)) {
            return ROLLED_BACK;
        }
        return error.isOneOf(SESSION_ENDED) ? UNKNOWN : null;
    }

    /** Whether the connection is of no use any more. */
    boolean ofConnection() {
        return this != ROLLED_BACK && this != BEHIND;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
