package dev.bobbin.database.pool;

import io.vertx.core.impl.ContextInternal;
import java.time.Duration;

/** The pool's clock and timers. */
interface Timers {

    /** As {@link System#nanoTime()}. All times of the pool are of this clock. */
    long nanos();

    /** Runs work once, after this many nanoseconds or slightly more, on another thread. What it returns cancels that. */
    Runnable after(long nanos, Runnable work);

    /** Those of Vert.x. The context must not be a request's, which timers would keep in memory. */
    static Timers on(ContextInternal context) {
        return new Timers() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public Runnable after(long nanos, Runnable work) {
                // a millisecond late rather than slightly early, when nothing is due yet
                long delay = Duration.ofNanos(Math.max(0, nanos)).toMillis() + 1;
                long id = context.setTimer(delay, fired -> work.run());
                return () -> context.owner().cancelTimer(id);
            }
        };
    }
}
