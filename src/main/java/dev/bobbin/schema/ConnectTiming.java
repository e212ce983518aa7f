package dev.bobbin.schema;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a database was reached.
 *
 * @param milliseconds from the first attempt to connect until it had connected
 * @param slow whether it took more than a second or more than one attempt
 * @param woke whether the database was started after the first attempt, and so because of it
 * @param sleptMilliseconds how long the database had been down before it woke; null when it did not wake or this is unknown
 */
@RegisterForReflection
public record ConnectTiming(
        long milliseconds, int attempts, boolean slow, boolean woke, @Nullable Long sleptMilliseconds) {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /**
     * @param sinceFirstAttempt until the server was asked how long it had been up
     * @param up by the server's own clock: clocks of two machines cannot be compared
     * @param downBefore from the last checkpoint to the start; null when unknown
     */
    static ConnectTiming of(
            Duration waited, int attempts, Duration sinceFirstAttempt, Duration up, @Nullable Duration downBefore) {
        boolean slow = attempts > 1 || waited.compareTo(SECOND) > 0;
        boolean woke = up.compareTo(sinceFirstAttempt) < 0;
        // Postgres keeps the checkpoint's time in whole seconds; after a crash it is later than the start
        Long slept =
                woke && downBefore != null && downBefore.compareTo(SECOND) >= 0 ? (Long) downBefore.toMillis() : null;
        return new ConnectTiming(waited.toMillis(), attempts, slow, woke, slept);
    }
}
