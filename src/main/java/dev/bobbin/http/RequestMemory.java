package dev.bobbin.http;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one request has reserved: released once its answer has been taken by the connection, or the connection was closed,
 * and no work for it goes on. The second matters when a client goes away: a parser or a statement does not stop then.
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
        http.addEndHandler(ended -> memory.requestIsOver());
        return memory;
    }

    static boolean isReservedFor(RoutingContext http) {
        return http.get(KEY) != null;
    }

    /** Puts this reservation in the place of the one before, which is released. */
    synchronized void hold(MemoryBudget.Reservation next) {
        if (reservation != null) {
            reservation.release();
        }
        reservation = next;
        releaseIfDone();
    }

    /** Work that holds what was reserved until its own end: cancelling what is returned does not cancel it. */
    <T> Uni<T> during(Supplier<Uni<? extends T>> work) {
        return Uni.createFrom().emitter(emitter -> {
            begin();
            Uni.createFrom()
                    .<T>deferred(work)
                    .onTermination()
                    .invoke(this::end)
                    .subscribe()
                    .with(emitter::complete, emitter::fail);
        });
    }

    private synchronized void begin() {
        working++;
    }

    private synchronized void end() {
        working--;
        releaseIfDone();
    }

    private synchronized void requestIsOver() {
        over = true;
        releaseIfDone();
    }

    private void releaseIfDone() {
        if (over && working == 0 && reservation != null) {
            reservation.release();
            reservation = null;
        }
    }
}
