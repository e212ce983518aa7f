package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Runs work again for a {@link RetryReason}, as often as that allows and while the call has time. So it must be work that may
 * be done twice.
 */
public final class Retries {

    /** Before the third run and later ones; what passes by itself has mostly passed when the second begins. */
    private static final Backoff PAUSE = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));

    private final LongFunction<DatabasePool> poolUntil;
    private final Supplier<Promise<Void>> promises;
    private final PoolMeters meters;
    private final Timers timers;
    private final long time;

    /**
     * @param poolUntil a pool for a call that ends at a time
     * @param promises of the caller's context, where the next run is to be
     * @param time of a call, in nanoseconds
     */
    Retries(
            LongFunction<DatabasePool> poolUntil,
            Supplier<Promise<Void>> promises,
            PoolMeters meters,
            Timers timers,
            long time) {
        this.poolUntil = poolUntil;
        this.promises = promises;
        this.meters = meters;
        this.timers = timers;
        this.time = time;
    }

    /** What the work gives, on the pool that it is handed, or the failure of its last run. */
    public <T> Future<T> run(Function<DatabasePool, Future<T>> work) {
        return new Call<>(work, timers.nanos() + time).run();
    }

    /** One piece of work; its runs come one after the other. */
    private final class Call<T> {

        private final Function<DatabasePool, Future<T>> work;
        private final long until;
        private final DatabasePool pool;
        private final Map<RetryReason, Integer> retries = new EnumMap<>(RetryReason.class);

        Call(Function<DatabasePool, Future<T>> work, long until) {
            this.work = work;
            this.until = until;
            this.pool = poolUntil.apply(until);
        }

        Future<T> run() {
            return work.apply(pool).recover(this::again);
        }

        private Future<T> again(Throwable failure) {
            RetryReason reason = RetryReason.of(failure);
            if (reason == null || retries.merge(reason, 1, Integer::sum) > reason.mostRetries()) {
                return Future.failedFuture(failure);
            }
            int before = retries.values().stream().mapToInt(Integer::intValue).sum() - 1;
            long pause = before == 0 ? 0 : PAUSE.jittered(before);
            if (timers.nanos() + pause - until >= 0) {
                return Future.failedFuture(failure);
            }
            meters.retried(reason.label());
            if (pause == 0) {
                return run();
            }
            Promise<Void> paused = promises.get();
            timers.after(pause, paused::complete);
            return paused.future().compose(over -> run());
        }
    }
}
