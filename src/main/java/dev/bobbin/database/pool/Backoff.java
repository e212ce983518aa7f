package dev.bobbin.database.pool;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double up to a cap. They are in nanoseconds, after so many failures in a row: 1 at least. */
public record Backoff(Duration first, Duration cap) {

    /** Between none and the whole pause ("full jitter"), so that clients do not return all at once. */
    long jittered(int failures) {
        return ThreadLocalRandom.current().nextLong(full(failures) + 1);
    }

    public long full(int failures) {
        int doublings = Math.min(Math.max(failures, 1) - 1, 20);
        return Math.min(first.toNanos() << doublings, cap.toNanos());
    }
}
