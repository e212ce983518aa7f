package dev.bobbin.database.pool;

import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** One timer for each job, and none while there is nothing to do. */
final class Clockwork {

    /** Jobs that wait for their time. */
    enum Job {
        WAITERS,
        IDLE,
        LEASES,
        CONNECT
    }

    private record Timer(long id, long due) {}

    /** Of its own: on a request's context, timers would carry the request about. */
    private final ContextInternal context;

    private final Map<Job, Timer> timers = new EnumMap<>(Job.class);

    Clockwork(ContextInternal context) {
        this.context = context;
    }

    /** Runs it once at the time, of {@link System#nanoTime()}, or at the earlier one that it was told before. */
    synchronized void at(Job job, long due, Runnable work) {
        Timer earlier = timers.get(job);
        if (earlier != null) {
            if (earlier.due() - due <= 0) {
                return;
            }
            context.owner().cancelTimer(earlier.id());
        }
        // a millisecond late rather than a bit too early, to find nothing due
        long delay = Math.max(0, Duration.ofNanos(due - System.nanoTime()).toMillis()) + 1;
        long id = context.setTimer(delay, fired -> {
            done(job, due);
            work.run();
        });
        timers.put(job, new Timer(id, due));
    }

    private synchronized void done(Job job, long due) {
        Timer timer = timers.get(job);
        if (timer != null && timer.due() == due) {
            timers.remove(job);
        }
    }
}
