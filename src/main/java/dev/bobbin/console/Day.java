package dev.bobbin.console;

import dev.bobbin.database.pool.DatabaseState.Kind;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last 24 hours as this process saw them, a slot per minute. It has no timer: time is accounted for when something happens,
 * and when the day is read.
 */
final class Day {

    static final int SLOTS = 24 * 60;
    static final long SLOT = Duration.ofMinutes(1).toMillis();

    private static final int MOST_WAKES = 8;

    /** Each bound of a latency is 1.25 times the one before, from 1 ms to 20 s. */
    private static final int BUCKETS = 46;

    private static final double GROWTH = Math.log(1.25);

    /** A minute. */
    static final class Slot {
        private final long minute;
        private final int[] millis = new int[Kind.values().length];
        private int billed;
        private int calls;
        private int failed;
        private int wakes;
        private long retries;
        private final int[] latencies = new int[BUCKETS];

        private Slot(long minute) {
            this.minute = minute;
        }

        /** Since 1970. */
        long minute() {
            return minute;
        }

        int millis(Kind kind) {
            return millis[kind.ordinal()];
        }

        int calls() {
            return calls;
        }

        int wakes() {
            return wakes;
        }
    }

    /** A wake-up: when it began, and how long it took, in milliseconds. */
    record Wake(long at, long took) {}

    /** Sums over some slots; latencies in milliseconds, 0 without calls. */
    record Sums(long[] millis, long billed, long calls, long failed, long wakes, long retries, long p50, long p95) {

        long millis(Kind kind) {
            return millis[kind.ordinal()];
        }
    }

    private final Clock clock;
    private final long suspendAfter;
    private final LongSupplier retries;
    private final @Nullable Slot[] slots = new Slot[SLOTS];
    private final Deque<Wake> wakes = new ArrayDeque<>();

    private final long began;
    private Kind state;
    private long since;
    private long accounted;
    /** Until when the database stays awake by itself. */
    private long awakeUntil;

    private long retriesBefore;

    /**
     * Begins now.
     *
     * @param suspendAfter how long the database stays awake without a connection
     * @param retries how many there have been in all
     */
    Day(Clock clock, Kind state, Duration suspendAfter, LongSupplier retries) {
        this.clock = clock;
        this.state = state;
        this.suspendAfter = suspendAfter.toMillis();
        this.retries = retries;
        this.began = clock.millis();
        this.since = began;
        this.accounted = began;
        this.awakeUntil = began;
        this.retriesBefore = retries.getAsLong();
    }

    /** The database has a new state. */
    synchronized void changed(Kind kind) {
        account();
        if (kind == Kind.AWAKE && state == Kind.WAKING) {
            slot(accounted).wakes++;
            wakes.addFirst(new Wake(since, accounted - since));
            if (wakes.size() > MOST_WAKES) {
                wakes.removeLast();
            }
        }
        state = kind;
        since = accounted;
    }

    /** A call was answered. */
    synchronized void called(long nanos, boolean failed) {
        account();
        Slot slot = slot(accounted);
        slot.calls++;
        slot.failed += failed ? 1 : 0;
        slot.latencies[bucket(nanos / 1_000_000.0)]++;
    }

    synchronized Kind state() {
        return state;
    }

    /** Since when the state is the present one. */
    synchronized long since() {
        return since;
    }

    long began() {
        return began;
    }

    /** The last wakes, the newest first. */
    synchronized List<Wake> wakes() {
        return List.copyOf(wakes);
    }

    /** The slots of the last 24 hours that were accounted for, the oldest first. */
    synchronized List<Slot> slots() {
        account();
        long oldest = accounted / SLOT - SLOTS;
        List<Slot> found = new ArrayList<>();
        for (long minute = oldest + 1; minute <= accounted / SLOT; minute++) {
            Slot slot = slots[(int) (minute % SLOTS)];
            if (slot != null && slot.minute == minute) {
                found.add(slot);
            }
        }
        return found;
    }

    static Sums sum(List<Slot> slots) {
        long[] millis = new long[Kind.values().length];
        int[] latencies = new int[BUCKETS];
        for (Slot slot : slots) {
            Arrays.setAll(millis, kind -> millis[kind] + slot.millis[kind]);
            Arrays.setAll(latencies, bucket -> latencies[bucket] + slot.latencies[bucket]);
        }
        return new Sums(
                millis,
                slots.stream().mapToLong(slot -> slot.billed).sum(),
                slots.stream().mapToLong(slot -> slot.calls).sum(),
                slots.stream().mapToLong(slot -> slot.failed).sum(),
                slots.stream().mapToLong(slot -> slot.wakes).sum(),
                slots.stream().mapToLong(slot -> slot.retries).sum(),
                quantile(latencies, 0.5),
                quantile(latencies, 0.95));
    }

    private void account() {
        long now = Math.max(accounted, clock.millis());
        // a clock that leaps, or a machine that slept
        accounted = Math.max(accounted, now - SLOTS * SLOT + SLOT);
        while (accounted < now) {
            Slot slot = slot(accounted);
            long end = Math.min(now, (slot.minute + 1) * SLOT);
            slot.millis[state.ordinal()] += (int) (end - accounted);
            if (state == Kind.AWAKE) {
                awakeUntil = end + suspendAfter;
            }
            slot.billed += (int) Math.max(0, Math.min(end, awakeUntil) - accounted);
            accounted = end;
        }
        long total = retries.getAsLong();
        if (total > retriesBefore) {
            slot(accounted).retries += total - retriesBefore;
            retriesBefore = total;
        }
    }

    private Slot slot(long millis) {
        long minute = millis / SLOT;
        int at = (int) (minute % SLOTS);
        Slot slot = slots[at];
        if (slot == null || slot.minute != minute) {
            slot = new Slot(minute);
            slots[at] = slot;
        }
        return slot;
    }

    private static int bucket(double millis) {
        return millis <= 1 ? 0 : (int) Math.min(BUCKETS - 1, Math.ceil(Math.log(millis) / GROWTH));
    }

    /** The upper bound of the bucket with the quantile. */
    private static long quantile(int[] latencies, double share) {
        long rest = (long) Math.ceil(Arrays.stream(latencies).sum() * share);
        for (int bucket = 0; bucket < BUCKETS && rest > 0; bucket++) {
            rest -= latencies[bucket];
            if (rest <= 0) {
                return Math.round(Math.exp(bucket * GROWTH));
            }
        }
        return 0;
    }
}
