package dev.bobbin.database.pool;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double up to a cap. */
public record Backoff(Duration first, Duration cap) {

    /**
     * Anything between nothing and the pause ("full jitter"): clients that failed together do not come back together.
     *
     * @param failures so far in a row, 1 at least
     * @return nanoseconds
     */
    long jittered(int failures) {
        return ThreadLocalRandom.current().nextLong(full(failures) + 1);
    }

    /** The whole pause, in nanoseconds. */
    public long full(int failures) {
        int doublings = Math.min(Math.max(failures, 1) - 1, 20);
        return Math.min(first.toNanos() << doublings, cap.toNanos());
    }
}
