package dev.bobbin.database.pool;

import org.jspecify.annotations.Nullable;

/**
 * What calls reveal about the database; nothing queries it.
 *
 * @param reason why the database is down, or null
 */
public record DatabaseState(Kind kind, @Nullable String reason) {

    public enum Kind {
        /** A connection is open. */
        AWAKE,
        /** No connection is open, and none is needed. */
        ASLEEP,
        /** No connection is open, and one is being opened. */
        WAKING,
        /** There was no connection within acquire-timeout, or the database refuses. */
        DOWN
    }
}
