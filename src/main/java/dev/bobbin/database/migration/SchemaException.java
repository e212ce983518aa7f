package dev.bobbin.database.migration;

import dev.bobbin.database.pool.ConnectFailure;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The schema cannot be used, or could not be changed. The message is for the operator: what is wrong, and what to do. */
public final class SchemaException extends RuntimeException {

    /** What kind of trouble it is, for who has to answer with a number. */
    public enum Kind {
        /** The database does not answer, or does not let us in. */
        UNREACHABLE,
        /** It was looked at, and left alone. */
        REFUSED,
        /** Something was tried, and taken back. */
        FAILED
    }

    private final Kind kind;

    SchemaException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    SchemaException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Of a question that the database did not answer. */
    static SchemaException whileReading(SchemaTarget target, SQLException failure) {
        String where = "The " + target.where();
        return ConnectFailure.isOfTheConnection(failure)
                ? new SchemaException(
                        Kind.UNREACHABLE,
                        "The connection to " + target.url() + " was lost: " + oneLine(failure),
                        failure)
                : new SchemaException(Kind.FAILED, where + " cannot be read: " + oneLine(failure), failure);
    }

    public Kind kind() {
        return kind;
    }

    /** A failure on one line: of the server's words those that hold neither rows nor our own SQL. */
    static String oneLine(Throwable failure) {
        if (failure instanceof PSQLException e && e.getServerErrorMessage() != null) {
            ServerErrorMessage said = e.getServerErrorMessage();
            String detail = said.getDetail();
            // 22 and 23 are of values, and the detail repeats them, in whatever language
            boolean tellsOfRows =
                    detail == null || String.valueOf(e.getSQLState()).matches("2[23].*");
            return flat(said.getMessage()
                    + (tellsOfRows ? "" : ". " + detail)
                    + (said.getHint() == null ? "" : " Hint: " + said.getHint()));
        }
        return flat(String.valueOf(failure.getMessage()));
    }

    private static String flat(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceFirst("\\.$", "");
    }
}
