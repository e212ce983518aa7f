package dev.bobbin.http;

import dev.bobbin.document.DocumentTooLarge;
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
        return read(http, fetch).map(found -> Answers.read(found.json()));
    }

    /**
     * A response of any length in parts, each fetched when the client has taken the one before; compressed if the client asks for
     * it. A failure after the first part ends the connection.
     *
     * @param fetch the next part; one of no bytes after the last
     * @throws dev.bobbin.problem.ProblemException in the Uni, when the first part cannot be fetched
     */
    public Uni<Response.ResponseBuilder> stream(RoutingContext http, Function<FetchLimit, Uni<Fetched>> fetch) {
        return StreamAnswer.of(http, budgets, fetch);
    }

    /** The same for one stored document, which has an {@code ETag}. */
    public Uni<Response> document(RoutingContext http, Function<FetchLimit, Uni<Fetched>> fetch) {
        return read(http, fetch)
                .map(found -> Answers.document(http, found.json().get(0)));
    }

    /**
     * The result of a write that reads a document first. {@code write} fails by {@link DocumentTooLarge}, and has done nothing,
     * if that is larger than its limit; it is called again once the memory is reserved.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when there is no memory for a large document in time
     */
    public <T> Uni<T> edit(RoutingContext http, Function<FetchLimit, Uni<T>> write) {
        return write.apply(budgets.limit(MemoryBudgets.SMALL))
                .onFailure(DocumentTooLarge.class)
                .recoverWithUni(
                        failure -> edit(new RequestMemory(http, budgets), ((DocumentTooLarge) failure).bytes(), write));
    }

    private <T> Uni<T> edit(RequestMemory memory, long bytes, Function<FetchLimit, Uni<T>> write) {
        // both the old and the new document are held
        memory.announce(2 * bytes);
        return memory.grow(2 * bytes)
                .flatMap(granted -> memory.<T>during(() -> write.apply(budgets.limit(bytes))))
                .onFailure(DocumentTooLarge.class)
                .recoverWithUni(failure -> edit(memory, ((DocumentTooLarge) failure).bytes(), write));
    }

    private Uni<Fetched> read(RoutingContext http, Function<FetchLimit, Uni<Fetched>> fetch) {
        return fetch.apply(unreserved)
                .flatMap(found -> found.bytes() <= MemoryBudgets.SMALL
                        ? Uni.createFrom().item(found)
                        : new RequestMemory(http, budgets).reserve(found, fetch));
    }
}
