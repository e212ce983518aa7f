package dev.bobbin.database.pool;

import io.vertx.pgclient.PgException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** An error that Postgres or a proxy has reported, by the reactive client or JDBC: the first two characters are its class. */
public record SqlState(String code, String message, Throwable reported) {

    /** The first one among the causes, or null. */
    public static @Nullable SqlState of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException e) {
                return new SqlState(String.valueOf(e.getSqlState()), String.valueOf(e.getErrorMessage()), e);
            }
            if (cause instanceof SQLException e) {
                // without the severity, as the reactive client has it
                ServerErrorMessage said = e instanceof PSQLException ours ? ours.getServerErrorMessage() : null;
                String message = said == null ? e.getMessage() : said.getMessage();
                return new SqlState(String.valueOf(e.getSQLState()), String.valueOf(message), e);
            }
        }
        return null;
    }

    /** Whether the code or its class is one of these. */
    public boolean isOneOf(Set<String> codes) {
        return codes.contains(code) || codes.contains(code.substring(0, Math.min(2, code.length())));
    }
}
