package dev.bobbin.schema;

import dev.bobbin.database.pool.ConnectFailure;
import java.sql.SQLException;

/** The schema cannot be used, or could not be changed. The message is for the operator: what is wrong, and what to do. */
public final class SchemaException extends RuntimeException {

    /** What kind of trouble it is, which decides the exit code of a command. */
    public enum Kind {
        /** The database does not answer, or rejects us. */
        UNREACHABLE,
        /** It was looked at, and left alone. */
        REFUSED,
        /** Something was tried, and rolled back. */
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
                        "The connection to " + target.url() + " was lost: " + ServerMessage.oneLine(failure),
                        failure)
                : new SchemaException(
                        Kind.FAILED, where + " cannot be read: " + ServerMessage.oneLine(failure), failure);
    }

    public Kind kind() {
        return kind;
    }
}
