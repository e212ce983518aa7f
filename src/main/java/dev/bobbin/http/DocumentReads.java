package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.BUSY;

import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;

/**
 * Answers reads within the memory there is. Most documents come with the first statement. Where they are larger than
 * {@link MemoryBudgets#ORDINARY}, it brings their size instead, and a second one brings them once that is reserved.
 */
@ApplicationScoped
public class DocumentReads {

    private final MemoryBudgets budgets;

    DocumentReads(MemoryBudgets budgets) {
        this.budgets = budgets;
    }

    /**
     * The answer that {@code fetch} brings.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when there is no memory for a large answer in time
     */
    public Uni<Response> answer(RoutingContext http, Function<FetchLimit, Uni<Fetched>> fetch) {
        return fetch.apply(limit(MemoryBudgets.ORDINARY)).flatMap(found -> {
            if (found.isComplete() && (found.bytes() <= MemoryBudgets.SMALL || reserveNow(http, found.bytes()))) {
                return Uni.createFrom().item(Answers.documents(found.json()));
            }
            return afterReserving(http, found.bytes(), fetch);
        });
    }

    private FetchLimit limit(long fetch) {
        return new FetchLimit(fetch, budgets.pageBytes());
    }

    private boolean reserveNow(RoutingContext http, long bytes) {
        MemoryBudget.Reservation reservation = budgets.of(bytes).tryReserve(bytes);
        if (reservation != null) {
            RequestMemory.of(http).hold(reservation);
        }
        return reservation != null;
    }

    private Uni<Response> afterReserving(RoutingContext http, long bytes, Function<FetchLimit, Uni<Fetched>> fetch) {
        return reserve(http, bytes)
                .flatMap(reserved -> RequestMemory.of(http).during(() -> fetch.apply(limit(bytes))))
                .flatMap(found -> found.isComplete()
                        ? Uni.createFrom().item(Answers.documents(found.json()))
                        // the documents were replaced by larger ones in between
                        : afterReserving(http, found.bytes(), fetch));
    }

    private Uni<Void> reserve(RoutingContext http, long bytes) {
        return Uni.createFrom().emitter(emitter -> {
            Context context = http.vertx().getOrCreateContext();
            MemoryBudget.Reservation reservation = budgets.of(bytes).open(bytes);
            RequestMemory.of(http).hold(reservation);
            if (reservation.grow(bytes, () -> context.runOnContext(granted -> emitter.complete(null)))) {
                emitter.complete(null);
                return;
            }
            http.vertx().setTimer(budgets.waitTimeout().toMillis(), over -> {
                if (reservation.giveUp()) {
                    emitter.fail(BUSY.because(MemoryBudgets.NO_ROOM));
                }
            });
        });
    }
}
