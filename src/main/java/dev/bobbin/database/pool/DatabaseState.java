package dev.bobbin.database.pool;

/** What is known of the database from real traffic; nothing asks the database for it. */
public enum DatabaseState {
    /** A connection is held. */
    AWAKE,
    /** No connection is held, and the last answer was fine. */
    ASLEEP,
    /** No connection is held, and a connect is under way. */
    WAKING,
    /** No connection could be had within the time that calls wait for one, or the database refuses. */
    DOWN
}
