package dev.bobbin.schema;

import org.jspecify.annotations.Nullable;

/** The schema cannot be used, or could not be changed. The message says why, and what to do. */
public final class SchemaException extends RuntimeException {

    /** Decides the exit code of a command. */
    public enum Kind {
        /** The database does not answer, or rejects us. */
        UNREACHABLE,
        /** The schema was inspected, and left alone. */
        REFUSED,
        /** Something was tried, and rolled back. */
        FAILED
    }

    private final Kind kind;

    SchemaException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    static SchemaException refused(String message) {
        return new SchemaException(Kind.REFUSED, message, null);
    }

    public Kind kind() {
        return kind;
    }
}
