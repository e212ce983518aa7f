package dev.bobbin.database.pool;

/**
 * What a connection is wanted for.
 *
 * @param end when waiting ends, and a statement that is in flight then is cancelled
 * @param shares whether the connection may have several calls, each with a statement that only reads
 */
record Call(long end, boolean shares) {

    Call alone() {
        return shares ? new Call(end, false) : this;
    }
}
