package dev.bobbin.database.pool;

import org.jspecify.annotations.Nullable;

/** Runs its work once, at the earliest of the times that it was set to. */
final class Alarm {

    private final Timers timers;
    private final Runnable work;
    private long due;
    private @Nullable Runnable cancel;

    Alarm(Timers timers, Runnable work) {
        this.timers = timers;
        this.work = work;
    }

    synchronized void at(long time) {
        if (cancel != null) {
            if (due - time <= 0) {
                return;
            }
            cancel.run();
        }
        due = time;
        cancel = timers.after(Math.max(0, time - timers.nanos()), () -> ring(time));
    }

    private void ring(long time) {
        synchronized (this) {
            if (due == time) {
                cancel = null;
            }
        }
        work.run();
    }
}
