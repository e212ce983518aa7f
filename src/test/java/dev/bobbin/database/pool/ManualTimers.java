package dev.bobbin.database.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A clock that moves when it is told to, and runs on the way what is due. Starts where {@code long} overflows soon. */
final class ManualTimers implements Timers {

    private record Timer(long due, Runnable work) {}

    private final List<Timer> timers = new ArrayList<>();
    private long now = Long.MAX_VALUE - Duration.ofSeconds(7).toNanos();

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Runnable after(long nanos, Runnable work) {
        Timer timer = new Timer(now + nanos, work);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    void advance(Duration time) {
        long end = now + time.toNanos();
        while (true) {
            Timer next = timers.stream()
                    .min(Comparator.comparingLong(timer -> timer.due() - now))
                    .orElse(null);
            if (next == null || next.due() - end > 0) {
                now = end;
                return;
            }
            now = next.due();
            timers.remove(next);
            next.work().run();
        }
    }

    /** How long it takes until the next one runs. */
    Duration next() {
        return Duration.ofNanos(
                timers.stream().mapToLong(timer -> timer.due() - now).min().orElseThrow());
    }

    /** How many are set. */
    int pending() {
        return timers.size();
    }
}
