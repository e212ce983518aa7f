package dev.bobbin.neon;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** What is set up to go wrong, each thing once. Event loop only. */
final class Traps {

    /** A login that fails. */
    record Failure(String sqlState, String message) {}

    /** A statement whose connection ends, or with {@code everywhere} all connections, which is a suspend. */
    record Trap(Moment moment, Ending ending, Predicate<String> sql, boolean everywhere) {}

    private final Deque<Failure> logins = new ArrayDeque<>();
    private final Deque<Failure> wakes = new ArrayDeque<>();
    private final List<Trap> statements = new ArrayList<>();
    private Ending onNextBytes;

    /** Replaces what was left of the last such order. */
    void failLogins(int times, Failure failure) {
        refill(logins, times, failure);
    }

    /** Replaces what was left of the last such order. */
    void failWakes(int times, Failure failure) {
        refill(wakes, times, failure);
    }

    void add(Trap trap) {
        statements.add(trap);
    }

    void onNextBytes(Ending ending) {
        onNextBytes = ending;
    }

    /** How this login fails, or null. */
    Failure takeFailure(boolean awake) {
        if (!logins.isEmpty()) {
            return logins.removeFirst();
        }
        return awake ? null : wakes.pollFirst();
    }

    /** The oldest trap for this statement, which is gone then, or null. */
    Trap take(String sql) {
        for (Trap trap : statements) {
            if (trap.sql.test(sql)) {
                statements.remove(trap);
                return trap;
            }
        }
        return null;
    }

    /** The ending that bytes from a client set off, or null. */
    Ending takeNextBytes() {
        Ending ending = onNextBytes;
        onNextBytes = null;
        return ending;
    }

    void clear() {
        logins.clear();
        wakes.clear();
        statements.clear();
        onNextBytes = null;
    }

    private static void refill(Deque<Failure> queue, int times, Failure failure) {
        queue.clear();
        for (int i = 0; i < times; i++) {
            queue.add(failure);
        }
    }
}
