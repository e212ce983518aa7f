package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.BUSY;

import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one request has reserved. It is released when the connection has taken the response or was closed, and the request's work
 * is done: a parser or a statement does not stop when the client goes away.
 */
final class RequestMemory {

    private final RoutingContext http;
    private final MemoryBudgets budgets;
    private MemoryBudget.@Nullable Reservation reservation;
    private int working;
    private boolean over;

    RequestMemory(RoutingContext http, MemoryBudgets budgets) {
        this.http = http;
        this.budgets = budgets;
        http.addEndHandler(ended -> count(0, true));
    }

    /** Starts a reservation that can grow to this many bytes; it replaces the one before. */
    synchronized void announce(long maximum) {
        if (reservation != null) {
            reservation.release();
        }
        reservation = budgets.of(maximum).open(maximum);
        releaseIfDone();
    }

    /** Whether the reservation has grown to this many bytes without waiting. */
    synchronized boolean growAtOnce(long bytes) {
        return reservation != null && reservation.grow(bytes, () -> {});
    }

    /**
     * Grows the reservation to this many bytes in all, and waits for them.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when they are not there in time; the reservation is released
     */
    synchronized Uni<Void> grow(long bytes) {
        MemoryBudget.Reservation growing = Objects.requireNonNull(reservation);
        return Uni.createFrom().emitter(emitter -> {
            Context context = http.vertx().getOrCreateContext();
            if (growing.grow(bytes, () -> context.runOnContext(granted -> emitter.complete(null)))) {
                emitter.complete(null);
                return;
            }
            long timer = http.vertx().setTimer(budgets.config().waitTimeout().toMillis(), late -> {
                if (growing.giveUp()) {
                    emitter.fail(BUSY.because("Other large bodies and answers take the memory there is; try again"));
                }
            });
            emitter.onTermination(() -> http.vertx().cancelTimer(timer));
        });
    }

    /**
     * Reserves what these documents need. If they did not fit, or have to wait for the memory, they are fetched once it is granted.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when it is not there in time
     */
    Uni<Fetched> reserve(Fetched found, Function<FetchLimit, Uni<Fetched>> fetch) {
        long bytes = found.bytes();
        announce(bytes);
        if (found.isComplete() && growAtOnce(bytes)) {
            return Uni.createFrom().item(found);
        }
        return grow(bytes)
                .flatMap(granted -> this.<Fetched>during(() -> fetch.apply(budgets.limit(bytes))))
                // in between the documents may have been replaced by larger ones
                .flatMap(again -> again.isComplete() ? Uni.createFrom().item(again) : reserve(again, fetch));
    }

    /** Gives back what exceeds this many bytes; the reservation will not grow again. */
    synchronized void settle(long bytes) {
        if (reservation != null) {
            reservation.settle(bytes);
        }
    }

    /** Does work that needs the memory until its own end: cancelling the Uni does not cancel the work. */
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
            // it stays, so that nothing grows from now on
            reservation.release();
        }
    }
}
