package dev.bobbin.http;

import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import io.smallrye.mutiny.Uni;
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
        return fetch.apply(budgets.limit(MemoryBudgets.ORDINARY))
                .flatMap(found -> found.isComplete() && isReserved(http, found.bytes())
                        ? Uni.createFrom().item(Answers.documents(found.json()))
                        : afterReserving(http, found.bytes(), fetch));
    }

    private boolean isReserved(RoutingContext http, long bytes) {
        if (bytes <= MemoryBudgets.SMALL) {
            return true;
        }
        MemoryBudget.Reservation reservation = budgets.of(bytes).tryReserve(bytes);
        if (reservation != null) {
            RequestMemory.of(http).hold(reservation);
        }
        return reservation != null;
    }

    private Uni<Response> afterReserving(RoutingContext http, long bytes, Function<FetchLimit, Uni<Fetched>> fetch) {
        RequestMemory memory = RequestMemory.of(http);
        return budgets.grow(memory.hold(budgets.of(bytes).open(bytes)), bytes, http)
                .flatMap(reserved -> memory.during(() -> fetch.apply(budgets.limit(bytes))))
                .flatMap(found -> found.isComplete()
                        ? Uni.createFrom().item(Answers.documents(found.json()))
                        // the documents were replaced by larger ones in between
                        : afterReserving(http, found.bytes(), fetch));
    }
}
