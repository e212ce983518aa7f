package dev.bobbin.http;

import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A response of any length, in parts. Each is fetched when the client has taken the one before, and no more than one is held, in
 * memory that is reserved for it.
 */
final class StreamAnswer {

    private static final Pattern ACCEPTS_GZIP =
            Pattern.compile("(^|,)\\s*gzip\\s*(;(?!\\s*q=0(\\.0*)?\\s*(,|$))|,|$)", Pattern.CASE_INSENSITIVE);

    private final MemoryBudgets budgets;
    private final RequestMemory memory;
    private final Function<FetchLimit, Uni<Fetched>> fetch;
    private final boolean gzip;
    private List<Buffer> first = List.of();

    private StreamAnswer(RoutingContext http, MemoryBudgets budgets, Function<FetchLimit, Uni<Fetched>> fetch) {
        this.budgets = budgets;
        this.memory = new RequestMemory(http, budgets);
        this.fetch = fetch;
        this.gzip = ACCEPTS_GZIP
                .matcher(String.join(",", http.request().headers().getAll("accept-encoding")))
                .find();
    }

    /**
     * Fetches the first part, so that a failure is still told by a status.
     *
     * @param fetch the next part; one of no bytes after the last. If it says that the part is too large for the limit, it is
     *     called again.
     */
    static Uni<Response.ResponseBuilder> of(
            RoutingContext http, MemoryBudgets budgets, Function<FetchLimit, Uni<Fetched>> fetch) {
        StreamAnswer answer = new StreamAnswer(http, budgets, fetch);
        return answer.next().map(first -> {
            answer.first = first;
            Response.ResponseBuilder response = Response.ok(answer);
            http.response()
                    .headers()
                    .set(HttpHeaders.VARY, http.response().headers().get(HttpHeaders.VARY) + ", Accept-Encoding");
            return answer.gzip ? response.header("Content-Encoding", "gzip") : response;
        });
    }

    boolean isGzip() {
        return gzip;
    }

    /** The part that was fetched first; a second time nothing. */
    List<Buffer> takeFirst() {
        List<Buffer> taken = first;
        first = List.of();
        return taken;
    }

    /** As much as there is memory for at once. */
    Uni<List<Buffer>> next() {
        memory.announce(MemoryBudgets.ORDINARY);
        boolean granted = memory.growAtOnce(MemoryBudgets.ORDINARY);
        return memory.<Fetched>during(
                        () -> fetch.apply(budgets.limit(granted ? MemoryBudgets.ORDINARY : MemoryBudgets.SMALL)))
                .flatMap(found -> found.isComplete() ? Uni.createFrom().item(found) : memory.reserve(found, fetch))
                .map(Fetched::json);
    }
}
