package dev.bobbin.database.pool;

import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why work may be sent once more. The client (Vert.x 4.5) tells some of this by its messages only. */
public enum RetryReason {
    /** The connection was gone before the statement left. */
    NEVER_SENT(10),
    /**
     * The connection was lost before the answer came: the statement may have been executed, or not. A database that ends its
     * sessions ends one after the other, so the second run may be on one that is next.
     */
    UNKNOWN(5),
    /** There was no answer for so long that the statement was cancelled: executed, or not. */
    SILENT(1),
    /** The database undid it, and says to try again: 40001 serialization failure, 40P01 deadlock. */
    ROLLED_BACK(5),
    /** The connection's prepared statements are not those of the session, or of the schema, any more. */
    STALE_STATEMENT(5);

    private static final Set<String> TRY_AGAIN = Set.of("40001", "40P01");

    /** 26000 no such prepared statement, 42P05 there is one already. */
    private static final Set<String> STALE = Set.of("26000", "42P05");

    /** 57P01 and 57P02 the database ends its sessions, 57P05 and 25P03 one that was idle too long. */
    private static final Set<String> ENDED = Set.of("57P01", "57P02", "57P05", "25P03");

    private final int mostRetries;

    RetryReason(int mostRetries) {
        this.mostRetries = mostRetries;
    }

    /** How often one piece of work is run again for this reason. */
    int mostRetries() {
        return mostRetries;
    }

    /** What it was, or null when the statement's failure is its own. */
    public static @Nullable RetryReason of(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof DatabaseUnavailable) {
                return null;
            }
            String message = String.valueOf(t.getMessage());
            if (message.startsWith("Connection is not active now")
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
        if (TRY_AGAIN.contains(state)) {
            return ROLLED_BACK;
        }
        if (STALE.contains(state) || (state.equals("0A000") && message.contains("cached plan"))) {
            return STALE_STATEMENT;
        }
        return ENDED.contains(state) || state.startsWith("08") ? UNKNOWN : null;
    }

    /** Whether the connection is of no use any more. */
    boolean ofConnection() {
        return this != ROLLED_BACK;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
