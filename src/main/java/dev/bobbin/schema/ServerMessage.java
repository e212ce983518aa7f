package dev.bobbin.schema;

import dev.bobbin.database.connect.NetworkFailure;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What Postgres or its driver says of a failure, or of the failure that caused it. */
final class ServerMessage {

    private ServerMessage() {}

    /** On one line, without the parts that hold rows or our own SQL. */
    static String oneLine(Throwable failure) {
        SQLException cause = cause(failure);
        if (cause instanceof PSQLException e && e.getServerErrorMessage() != null) {
            ServerErrorMessage said = e.getServerErrorMessage();
            // the details of classes 22 and 23 repeat values of rows
            boolean hasRows = sqlState(e).matches("2[23].*");
            return flat(said.getMessage()
                    + (hasRows || said.getDetail() == null ? "" : ". " + said.getDetail())
                    + (said.getHint() == null ? "" : " Hint: " + said.getHint()));
        }
        Throwable root = NetworkFailure.rootCause(failure);
        // the driver's own messages do not say what has happened to the network
        return withRows(cause == null ? failure : cause) + (root instanceof IOException ? ": " + root : "");
    }

    /** All of it on one line, for operators, who need it to find the rows that a constraint rejects. */
    static String withRows(Throwable failure) {
        return flat(String.valueOf(failure.getMessage()));
    }

    /** Empty when the database reported none. */
    static String sqlState(Throwable failure) {
        SQLException cause = cause(failure);
        return cause == null || cause.getSQLState() == null ? "" : cause.getSQLState();
    }

    static @Nullable SQLException cause(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        return (SQLException) cause;
    }

    private static String flat(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceFirst("\\.$", "");
    }
}
