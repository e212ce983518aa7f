package dev.bobbin.database.pool;

import java.time.Duration;

/**
 * What the configured times amount to, in nanoseconds.
 *
 * @param look between two looks of the {@link Watchdog}
 * @param silence how long a statement may have no answer
 * @param call from the beginning of a call until its last statement is cancelled. One run may be silent to the end; then
 *     another one waits for a connection, or is silent, too.
 */
record CallTimes(long look, long silence, long call) {

    static CallTimes of(PoolConfig config) {
        long statement = config.statementTimeout().toNanos();
        long look = Math.min(statement / 10, Duration.ofSeconds(1).toNanos());
        long cancelling = look + config.pingTimeout().toNanos();
        long silence = Math.max(statement / 2 - cancelling, statement / 4);
        long call = silence + Math.max(config.acquireTimeout().toNanos(), silence + cancelling);
        return new CallTimes(look, silence, call);
    }
}
