package dev.bobbin.database.pool;

/** What calls tell about the database; nothing asks it. */
public enum DatabaseState {
    /** A connection is held. */
    AWAKE,
    /** No connection is held, and none is needed. */
    ASLEEP,
    /** No connection is held, and one is being opened. */
    WAKING,
    /** There was no connection within acquire-timeout, or the database refuses. */
    DOWN
}
