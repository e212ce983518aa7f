package dev.bobbin.database.pool;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs work again after a loss. Work that was not executed is run again until its time is up; work that was lost on its way,
 * or undone by the database, a few times; work that was silent, once. So it must be work that may be done twice.
 */
public final class Retries {

    /** A database that ends its sessions ends one after the other: the second run may be on one that is next. */
    private static final int LOSSES = 5;

    private final DatabasePool pool;
    private final PoolMeters meters;
    private final long time;

    /**
     * @param time from the beginning of the first run to the beginning of the last one
     */
    Retries(DatabasePool pool, PoolMeters meters, Duration time) {
        this.pool = pool;
        this.meters = meters;
        this.time = time.toNanos();
    }

    /** What the work gives, on the pool that it is handed, or the failure of its last run. */
    public <T> Future<T> run(Function<DatabasePool, Future<T>> work) {
        return run(pool, work, new Runs(System.nanoTime() + time));
    }

    private <T> Future<T> run(DatabasePool on, Function<DatabasePool, Future<T>> work, Runs runs) {
        return work.apply(on)
                .recover(failure -> again(failure, runs)
                        ? run(pool.waitingAtMost(runs.until - System.nanoTime()), work, runs)
                        : Future.failedFuture(failure));
    }

    /** As {@link #run}, for work that takes its connections from the pool by itself. */
    public <T> Uni<T> runUni(Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            Runs runs = new Runs(System.nanoTime() + time);
            return Uni.createFrom()
                    .deferred(work::get)
                    .onFailure(failure -> again(failure, runs))
                    .retry()
                    .indefinitely();
        });
    }

    private boolean again(Throwable failure, Runs runs) {
        Loss loss = Loss.of(failure);
        if (loss == null || System.nanoTime() - runs.until > 0) {
            return false;
        }
        if (loss == Loss.SILENT && runs.silences++ > 0) {
            return false;
        }
        if ((loss == Loss.UNKNOWN || loss == Loss.ROLLED_BACK) && runs.losses++ >= LOSSES) {
            return false;
        }
        meters.retried(loss.label());
        return true;
    }

    /** Of one piece of work; they come one after the other. */
    private static final class Runs {

        private final long until;
        private int losses;
        private int silences;

        Runs(long until) {
            this.until = until;
        }
    }
}
