package dev.bobbin.http;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one request has reserved: released once its answer has been taken by the connection, or the connection was closed,
 * and its work is done: a parser or a statement does not stop when a client goes away.
 */
final class RequestMemory {

    private static final String KEY = RequestMemory.class.getName();

    private MemoryBudget.@Nullable Reservation reservation;
    private int working;
    private boolean over;

    private RequestMemory() {}

    static RequestMemory of(RoutingContext http) {
        RequestMemory known = http.get(KEY);
        if (known != null) {
            return known;
        }
        RequestMemory memory = new RequestMemory();
        http.put(KEY, memory);
        http.addEndHandler(ended -> memory.count(0, true));
        return memory;
    }

    /** Puts this reservation in the place of the one before, which is released. */
    synchronized MemoryBudget.Reservation hold(MemoryBudget.Reservation next) {
        if (reservation != null) {
            reservation.release();
        }
        reservation = next;
        releaseIfDone();
        return next;
    }

    /** Work that holds what was reserved until its own end: cancelling what is returned does not cancel it. */
    <T> Uni<T> during(Supplier<Uni<? extends T>> work) {
        return Uni.createFrom().emitter(emitter -> {
            count(1, false);
            Uni.createFrom()
                    .<T>deferred(work)
                    .onTermination()
                    .invoke(() -> count(-1, false))
                    .subscribe()
                    .with(emitter::complete, emitter::fail);
        });
    }

    private synchronized void count(int work, boolean ended) {
        working += work;
        over |= ended;
        releaseIfDone();
    }

    private void releaseIfDone() {
        if (over && working == 0 && reservation != null) {
            reservation.release();
            reservation = null;
        }
    }
}
