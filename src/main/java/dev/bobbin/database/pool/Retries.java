package dev.bobbin.database.pool;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Runs work again after a loss. Work that never left is run again as long as connections are to be had; work that was lost
 * on its way, or undone by the database, once more. So it must be work that may be done twice.
 */
public final class Retries {

    /** Of work that never left. Each time a connection had just been found good, so this many are no bad luck. */
    private static final int NEVER_SENT = 20;

    private final PoolMeters meters;

    Retries(PoolMeters meters) {
        this.meters = meters;
    }

    /** What the work gives, or the failure of its last run. */
    public <T> Future<T> run(Supplier<Future<T>> work) {
        return run(work, new Count());
    }

    private <T> Future<T> run(Supplier<Future<T>> work, Count count) {
        return work.get().recover(failure -> again(failure, count) ? run(work, count) : Future.failedFuture(failure));
    }

    /** As {@link #run(Supplier)}. */
    public <T> Uni<T> runUni(Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            Count count = new Count();
            return Uni.createFrom()
                    .deferred(work::get)
                    .onFailure(failure -> again(failure, count))
                    .retry()
                    .indefinitely();
        });
    }

    private boolean again(Throwable failure, Count count) {
        Loss loss = Loss.of(failure);
        if (loss == null) {
            return false;
        }
        boolean again = loss == Loss.NEVER_SENT ? count.unsent++ < NEVER_SENT : count.sent++ < 1;
        if (again) {
            meters.retried(loss.label());
        }
        return again;
    }

    /** Of one piece of work, whose runs come one after the other. */
    private static final class Count {
        private int unsent;
        private int sent;
    }
}
