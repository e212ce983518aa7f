package dev.bobbin.database.pool;

import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why work may be sent again. Some of these the client (Vert.x 4.5) reports by its messages only. */
public enum RetryReason {
    /** The connection was gone before the statement left. */
    NEVER_SENT(10),
    /**
     * The connection was lost before the answer came; the statement may have been executed. A database that ends its sessions
     * ends one after the other, so the second run may lose its connection as well.
     */
    UNKNOWN(5),
    /** There was no answer for so long that the statement was cancelled; it may have been executed. */
    SILENT(1),
    /** The database rolled it back and asks for a retry: serialization failure, deadlock. */
    ROLLED_BACK(5),
    /** The connection's prepared statements do not fit its session, or the schema, any more. */
    STALE_STATEMENT(5);

    /** 57P01 and 57P02: the database ends its sessions; 57P05 and 25P03: one that was idle for too long. */
    private static final Map<String, RetryReason> BY_SQL_STATE = Map.of(
            "40001", ROLLED_BACK,
            "40P01", ROLLED_BACK,
            "26000", STALE_STATEMENT,
            "42P05", STALE_STATEMENT,
            "57P01", UNKNOWN,
            "57P02", UNKNOWN,
            "57P05", UNKNOWN,
            "25P03", UNKNOWN);

    private final int mostRetries;

    RetryReason(int mostRetries) {
        this.mostRetries = mostRetries;
    }

    /** How often one piece of work is run again for this reason. */
    int mostRetries() {
        return mostRetries;
    }

    /** Null when the statement itself failed. */
    public static @Nullable RetryReason of(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof DatabaseUnavailable) {
                return null;
            }
            String message = String.valueOf(t.getMessage());
            if (t instanceof Lease.GivenBack
                    || message.startsWith("Connection is not active now")
                    || message.startsWith("Pending requests failed to be sent")) {
                return NEVER_SENT;
            }
            if (t instanceof Lease.SilentStatement) {
                return SILENT;
            }
            if (t instanceof ClosedConnectionException || t instanceof IOException) {
                return UNKNOWN;
            }
            if (t instanceof PgException e) {
                return ofSqlState(String.valueOf(e.getSqlState()), message);
            }
            // what Hibernate Reactive makes of it
            if (t instanceof SQLException e) {
                return ofSqlState(String.valueOf(e.getSQLState()), message);
            }
        }
        return null;
    }

    private static @Nullable RetryReason ofSqlState(String state, String message) {
        if (state.equals("0A000") && message.contains("cached plan")) {
            return STALE_STATEMENT;
        }
        return state.startsWith("08") ? UNKNOWN : BY_SQL_STATE.get(state);
    }

    /** Whether the connection is of no use any more. */
    boolean ofConnection() {
        return this != ROLLED_BACK;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
