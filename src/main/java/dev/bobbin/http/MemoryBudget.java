package dev.bobbin.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A number of bytes that requests reserve before they hold them. A reservation may grow up to what it announced, and
 * waits where the budget does not allow that yet. Growth is granted only where every reservation could still grow to
 * what it announced, each after all older ones have been released. So the oldest one never waits for younger ones, they
 * cannot block each other, and what waits for long is not overtaken by what would make it wait longer.
 */
final class MemoryBudget {

    private final long size;

    /** Oldest first. */
    private final List<Reservation> reservations = new ArrayList<>();

    MemoryBudget(long size) {
        this.size = size;
    }

    /** The most bytes that a single reservation, and all of them together, can have. */
    long size() {
        return size;
    }

    /** A reservation of nothing yet, that may grow to {@code most} bytes, or to {@link #size} if that is less. */
    synchronized Reservation open(long most) {
        Reservation reservation = new Reservation(Math.min(most, size));
        reservations.add(reservation);
        return reservation;
    }

    /** A reservation of so many bytes, or null if it would have to wait for them. */
    @Nullable
    Reservation tryReserve(long bytes) {
        Reservation reservation = open(bytes);
        if (reservation.grow(bytes, () -> {})) {
            return reservation;
        }
        reservation.release();
        return null;
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
        long left = size - growing.wanted;
        for (Reservation other : reservations) {
            left -= other == growing ? 0 : other.held;
        }
        if (left < 0) {
            return false;
        }
        for (Reservation next : reservations) {
            long held = next == growing ? next.wanted : next.held;
            if (next.most - held > left) {
                return false;
            }
            left += held;
        }
        return true;
    }

    /** What one request holds of the budget. */
    final class Reservation {

        private long most;
        private long held;
        private long wanted;
        private @Nullable Runnable granted;

        private Reservation(long most) {
            this.most = most;
        }

        /**
         * Grows to so many bytes in all, or to what it announced if that is less.
         *
         * @param granted called later, by the thread that made it possible, if this is false: it must do no more than
         *     hand work to another thread
         * @return whether it has them now; never after its release
         */
        boolean grow(long bytes, Runnable granted) {
            synchronized (MemoryBudget.this) {
                if (!reservations.contains(this)) {
                    return false;
                }
                wanted = Math.max(held, Math.min(bytes, most));
                if (isSafe(this)) {
                    take();
                    return true;
                }
                this.granted = granted;
                return false;
            }
        }

        /** Keeps no more than so many bytes, and will not grow again. */
        void settle(long bytes) {
            synchronized (MemoryBudget.this) {
                held = Math.min(bytes, held);
                wanted = held;
                most = held;
                grantWaiting();
            }
        }

        /** Whether it was waiting, and has been released instead. */
        boolean giveUp() {
            synchronized (MemoryBudget.this) {
                boolean waiting = granted != null;
                if (waiting) {
                    release();
                }
                return waiting;
            }
        }

        /** Gives back all of it. A second time does nothing. */
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
    }
}
