package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** One call's work, which is run again for a {@link RetryReason}, as often as that allows and while the call has time. */
final class Retries<T> {

    /** Before the third run and later ones; the second often succeeds without a pause. */
    private static final Backoff PAUSE = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));

    private final Function<Call, Future<T>> work;
    private final boolean repeatable;
    private final Call first;
    private final ContextInternal context;
    private final ConnectionPool pool;
    private final Map<RetryReason, Integer> retries = new EnumMap<>(RetryReason.class);

    /**
     * @param repeatable whether the work may be done twice; otherwise it is only run again if nothing can have been done
     * @param context the caller's, where the next run is to be
     */
    Retries(
            Function<Call, Future<T>> work,
            boolean repeatable,
            Call first,
            ContextInternal context,
            ConnectionPool pool) {
        this.work = work;
        this.repeatable = repeatable;
        this.first = first;
        this.context = context;
        this.pool = pool;
    }

    /** The work's result, or the failure of its last run. Later runs share no connection, which others may have lost. */
    Future<T> run() {
        return once().recover(this::again);
    }

    private Future<T> once() {
        return work.apply(retries.isEmpty() ? first : first.alone());
    }

    private Future<T> again(Throwable failure) {
        RetryReason reason = RetryReason.of(failure);
        if (reason == null
                || !repeatable && !reason.nothingDone()
                || retries.merge(reason, 1, Integer::sum) > reason.mostRetries()) {
            return Future.failedFuture(failure);
        }
        int before = retries.values().stream().mapToInt(Integer::intValue).sum() - 1;
        long pause = before == 0 ? 0 : PAUSE.jittered(before);
        if (pool.timers.nanos() + pause - first.end() >= 0) {
            return Future.failedFuture(failure);
        }
        pool.meters.retried(reason);
        return PoolSpans.retry(context, reason, () -> after(pause)).recover(this::again);
    }

    private Future<T> after(long pause) {
        if (pause == 0) {
            return once();
        }
        Promise<Void> paused = context.promise();
        pool.timers.after(pause, paused::complete);
        return paused.future().compose(over -> once());
    }
}
