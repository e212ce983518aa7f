package dev.bobbin.database.pool;

import io.vertx.core.impl.ContextInternal;
import java.time.Duration;

/** The pool's clock, and what runs later by it. */
interface Timers {

    /** As {@link System#nanoTime()}: all times of the pool are of this. */
    long nanos();

    /**
     * Runs work once, when this many nanoseconds have passed or a little later, and on another thread.
     *
     * @return calls it off
     */
    Runnable after(long nanos, Runnable work);

    /** Vert.x' own. The context must be no request's: timers would keep the request in memory. */
    static Timers on(ContextInternal context) {
        return new Timers() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public Runnable after(long nanos, Runnable work) {
                // a millisecond late rather than a bit too early, to find nothing due
                long delay = Math.max(0, Duration.ofNanos(nanos).toMillis()) + 1;
                long id = context.setTimer(delay, fired -> work.run());
                return () -> context.owner().cancelTimer(id);
            }
        };
    }
}
