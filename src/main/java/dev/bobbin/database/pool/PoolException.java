package dev.bobbin.database.pool;

import io.vertx.core.VertxException;
import org.jspecify.annotations.Nullable;

/** A failure that the pool itself finds. */
final class PoolException extends VertxException {

    private final @Nullable RetryReason retryReason;

    /** @param retryReason why the call's work may be run again, or null */
    PoolException(String message, @Nullable RetryReason retryReason) {
        super(message, true);
        this.retryReason = retryReason;
    }

    @Nullable
    RetryReason retryReason() {
        return retryReason;
    }
}
