package dev.bobbin.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A number of bytes that requests reserve before they hold them. A reservation grows, in steps, up to the maximum that it
 * announced. It waits unless all reservations could still grow to their maximum, each after the older ones are released: so the
 * oldest one never waits for younger ones, and reservations cannot block each other.
 */
final class MemoryBudget {

    private final long size;

    /** Oldest first. */
    private final List<Reservation> reservations = new ArrayList<>();

    MemoryBudget(long size) {
        this.size = size;
    }

    long size() {
        return size;
    }

    /** An empty reservation that may grow to this many bytes, or to {@link #size} if that is less. */
    synchronized Reservation open(long maximum) {
        Reservation reservation = new Reservation(Math.min(maximum, size));
        reservations.add(reservation);
        return reservation;
    }

    private void grantWaiting() {
        for (Reservation waiting : reservations) {
            Runnable granted = waiting.granted;
            if (granted != null && isSafe(waiting)) {
                waiting.take();
                granted.run();
            }
        }
    }

    /** Whether all could still finish one after the other, oldest first, if this one got what it wants. */
    private boolean isSafe(Reservation growing) {
        long left = size;
        for (Reservation each : reservations) {
            left -= each.heldIfGranted(growing);
        }
        boolean safe = left >= 0;
        for (Reservation each : reservations) {
            safe &= each.maximum - each.heldIfGranted(growing) <= left;
            left += each.heldIfGranted(growing);
        }
        return safe;
    }

    /** What one request holds of the budget. */
    final class Reservation {

        private long maximum;
        private long held;
        private long wanted;
        private @Nullable Runnable granted;

        private Reservation(long maximum) {
            this.maximum = maximum;
        }

        /**
         * Grows to this many bytes in all, or to its maximum if that is less. Returns whether it has them now; after its
         * release never.
         *
         * @param granted if it has to wait, called later by the thread that made it possible; it must only hand work to another
         */
        boolean grow(long bytes, Runnable granted) {
            synchronized (MemoryBudget.this) {
                if (!reservations.contains(this)) {
                    return false;
                }
                wanted = Math.max(held, Math.min(bytes, maximum));
                if (isSafe(this)) {
                    take();
                    return true;
                }
                this.granted = granted;
                return false;
            }
        }

        /** Keeps no more than this many bytes, and will not grow again. */
        void settle(long bytes) {
            synchronized (MemoryBudget.this) {
                held = Math.min(bytes, held);
                wanted = held;
                maximum = held;
                grantWaiting();
            }
        }

        /** Releases it if it is waiting. Returns whether it was. */
        boolean giveUp() {
            synchronized (MemoryBudget.this) {
                boolean waiting = granted != null;
                if (waiting) {
                    release();
                }
                return waiting;
            }
        }

        /** Gives everything back; a second time does nothing. */
        void release() {
            synchronized (MemoryBudget.this) {
                if (reservations.remove(this)) {
                    granted = null;
                    held = 0;
                    grantWaiting();
                }
            }
        }

        private void take() {
            held = wanted;
            granted = null;
        }

        private long heldIfGranted(Reservation growing) {
            return this == growing ? wanted : held;
        }
    }
}
