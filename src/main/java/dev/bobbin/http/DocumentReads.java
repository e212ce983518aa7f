package dev.bobbin.http;

import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;

/**
 * Answers reads within the memory there is. Most documents come with the first statement. If they are larger than
 * {@link MemoryBudgets#ORDINARY} it returns only their size, and a second one returns them once that is reserved.
 */
@ApplicationScoped
public class DocumentReads {

    private final MemoryBudgets budgets;
    private final FetchLimit unreserved;

    DocumentReads(MemoryBudgets budgets) {
        this.budgets = budgets;
        this.unreserved = budgets.limit(MemoryBudgets.ORDINARY);
    }

    /**
     * The response with what {@code fetch} finds.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when there is no memory for a large response in time
     */
    public Uni<Response> answer(RoutingContext http, Function<FetchLimit, Uni<Fetched>> fetch) {
        return fetch.apply(unreserved)
                .flatMap(found -> found.bytes() <= MemoryBudgets.SMALL
                        ? answer(found)
                        : reserved(new RequestMemory(http, budgets), found, fetch));
    }

    private Uni<Response> reserved(RequestMemory memory, Fetched found, Function<FetchLimit, Uni<Fetched>> fetch) {
        long bytes = found.bytes();
        memory.announce(bytes);
        if (found.isComplete() && memory.growAtOnce(bytes)) {
            return answer(found);
        }
        return memory.grow(bytes)
                .flatMap(granted -> memory.during(() -> fetch.apply(budgets.limit(bytes))))
                // in between the documents may have been replaced by larger ones
                .flatMap(again -> again.isComplete() ? answer(again) : reserved(memory, again, fetch));
    }

    private static Uni<Response> answer(Fetched found) {
        return Uni.createFrom().item(Answers.documents(found.json()));
    }
}
