package dev.bobbin.database.pool;

import org.jspecify.annotations.Nullable;

/**
 * What a connection is wanted for.
 *
 * @param end when waiting ends, and a statement that is in flight then is cancelled
 * @param shares whether the connection may have several calls, each with a statement that only reads
 * @param owner to whose rows Postgres is to limit its statements; null if it does not limit them
 */
record Call(long end, boolean shares, @Nullable String owner) {

    Call alone() {
        return shares ? new Call(end, false, owner) : this;
    }
}
