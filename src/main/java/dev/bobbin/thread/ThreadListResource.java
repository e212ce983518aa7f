package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.http.DocumentReads;
import dev.bobbin.http.MoreParameters;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.PageRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Lists of threads, and the deletion of all that are in one. */
@Path("/v1/threads")
@Produces(MediaType.APPLICATION_JSON)
public class ThreadListResource {

    private final ThreadListStore threads;
    private final DocumentReads reads;

    ThreadListResource(ThreadListStore threads, DocumentReads reads) {
        this.threads = threads;
        this.reads = reads;
    }

    @GET
    @MoreParameters(ThreadFilter.PARAMETERS)
    public Uni<Response> loadThreads(
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @QueryParam("order") @Nullable String order,
            @QueryParam("before") @Nullable String before,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("sort") @Nullable String sort,
            @QueryParam("include") @Nullable String include,
            @QueryParam("count") @Nullable String count,
            @Context RoutingContext http) {
        PageRequest page = PageRequest.of(limit, after, before, order, cursor, sort);
        ThreadFilter filter = ThreadFilter.of(http.queryParams());
        boolean lastItem = ThreadResource.isChosen("include", include, "last_item");
        boolean total = ThreadResource.isChosen("count", count, "true");
        return reads.answer(http, most -> threads.list(Owner.of(http), filter, page, lastItem, total, most));
    }

    @DELETE
    @MoreParameters(ThreadFilter.PARAMETERS)
    public Uni<Response> deleteThreads(
            @QueryParam("confirm") @Nullable String confirm,
            @QueryParam("attachments") @Nullable String attachments,
            @Context RoutingContext http) {
        ThreadFilter filter = ThreadFilter.of(http.queryParams());
        boolean withAttachments = ThreadResource.isChosen("attachments", attachments, "delete");
        return threads.delete(Owner.of(http), filter, confirmed(confirm), withAttachments)
                .map(deleted ->
                        Response.ok(JsonObject.of("deleted", deleted).encode()).build());
    }

    private static int confirmed(@Nullable String confirm) {
        if (confirm == null
                || !confirm.matches("\\d{1,5}")
                || Integer.parseInt(confirm) > ThreadListStore.MAX_DELETED) {
            throw INVALID_REQUEST.because("confirm must be the number of threads to delete, from 0 to "
                    + ThreadListStore.MAX_DELETED + "; the list says it with count=true");
        }
        return Integer.parseInt(confirm);
    }
}
