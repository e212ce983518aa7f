package dev.bobbin.schema;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a database was reached.
 *
 * @param milliseconds from the first attempt to connect until it had connected
 * @param attempts how many it took
 * @param slow whether it took more than a second or more than one attempt
 * @param woke whether the database was started after the first attempt, and so because of it
 * @param sleptMilliseconds how long the database had been down before it woke; null when it did not, or when that is not
 *     known
 */
@RegisterForReflection
public record ConnectTiming(
        long milliseconds, int attempts, boolean slow, boolean woke, @Nullable Long sleptMilliseconds) {

    /** Longer than any login takes where the database is awake. */
    private static final Duration NOTICEABLE = Duration.ofSeconds(1);

    /** Postgres keeps the time of its last checkpoint in whole seconds, so less may also mean that it never slept. */
    private static final Duration SHORTEST_SLEEP = Duration.ofSeconds(1);

    /**
     * Works out whether it woke for us.
     *
     * @param sinceFirstAttempt until the server was asked how long it had been up
     * @param up how long it had, by its own clock: clocks of two machines cannot be compared
     * @param downBefore from the last checkpoint to the start, null when that cannot be told
     */
    static ConnectTiming of(
            Duration waited, int attempts, Duration sinceFirstAttempt, Duration up, @Nullable Duration downBefore) {
        boolean woke = woke(sinceFirstAttempt, up);
        // a checkpoint after the start is one that ends a recovery, and a crash is not recorded
        boolean known = woke && downBefore != null && downBefore.compareTo(SHORTEST_SLEEP) >= 0;
        return new ConnectTiming(
                waited.toMillis(),
                attempts,
                attempts > 1 || waited.compareTo(NOTICEABLE) > 0,
                woke,
                known && downBefore != null ? (Long) downBefore.toMillis() : null);
    }

    static boolean woke(Duration sinceFirstAttempt, Duration up) {
        return up.compareTo(sinceFirstAttempt) < 0;
    }
}
