package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.DocumentReader;
import dev.bobbin.document.Ids;
import dev.bobbin.document.Kind;
import dev.bobbin.document.NewDocument;
import dev.bobbin.http.Answers;
import dev.bobbin.http.DocumentReads;
import dev.bobbin.http.RequestBodyFilter;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.PageRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ChatKit's calls on the items of a thread. */
@Path("/v1/threads/{thread_id}/items")
@Produces(MediaType.APPLICATION_JSON)
public class ThreadItemResource {

    private final ThreadItemStore items;
    private final DocumentReads reads;
    private final Clock clock;

    ThreadItemResource(ThreadItemStore items, DocumentReads reads, Clock clock) {
        this.items = items;
        this.reads = reads;
        this.clock = clock;
    }

    @GET
    public Uni<Response> loadThreadItems(
            @PathParam("thread_id") String threadId,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @QueryParam("order") @Nullable String order,
            @Context RoutingContext http) {
        PageRequest page = PageRequest.of(limit, after, order);
        return reads.answer(http, most -> items.list(Owner.of(http), threadId, page, most));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Response> addThreadItem(
            @PathParam("thread_id") String threadId,
            @QueryParam("on_conflict") @Nullable String onConflict,
            @Context RoutingContext http) {
        boolean replace = ThreadResource.isChosen("on_conflict", onConflict, "replace");
        return RequestBodyFilter.of(http, body -> NewItems.read(body, threadId, clock), sent -> (replace
                        ? items.save(Owner.of(http), threadId, sent.items())
                        : items.add(Owner.of(http), threadId, sent.items()))
                .map(stored -> sent.batch() ? batch(http, stored) : single(http, stored.get(0))));
    }

    @DELETE
    public Uni<Void> deleteItemsAfter(
            @PathParam("thread_id") String threadId,
            @QueryParam("after") @Nullable String after,
            @Context RoutingContext http) {
        if (after == null || after.isEmpty()) {
            throw INVALID_REQUEST.because("after is needed: the id of the last item that stays");
        }
        return items.deleteAfter(Owner.of(http), threadId, Ids.check("after", after));
    }

    @PUT
    @Path("/{item_id}")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Response> saveItem(
            @PathParam("thread_id") String threadId,
            @PathParam("item_id") String itemId,
            @Context RoutingContext http) {
        return RequestBodyFilter.of(
                http,
                body -> NewDocument.named(itemId, NewItems.check(DocumentReader.read(Kind.ITEM, body))),
                item -> items.save(Owner.of(http), threadId, List.of(item))
                        .map(saved -> Answers.stored(
                                http, saved.get(0).created(), saved.get(0).document())));
    }

    @GET
    @Path("/{item_id}")
    public Uni<Response> loadItem(
            @PathParam("thread_id") String threadId,
            @PathParam("item_id") String itemId,
            @Context RoutingContext http) {
        return reads.answer(http, most -> items.load(Owner.of(http), threadId, itemId, most));
    }

    @DELETE
    @Path("/{item_id}")
    public Uni<Void> deleteThreadItem(
            @PathParam("thread_id") String threadId,
            @PathParam("item_id") String itemId,
            @Context RoutingContext http) {
        return items.delete(Owner.of(http), threadId, itemId);
    }

    private static Response single(RoutingContext http, AddResult result) {
        return Answers.added(http, result.created(), result.document(), result.id());
    }

    private static Response batch(RoutingContext http, List<AddResult> results) {
        String[] json = new String[2 * results.size() + 1];
        for (int i = 0; i < results.size(); i++) {
            json[2 * i] = i == 0 ? "{\"data\":[" : ",";
            json[2 * i + 1] = results.get(i).document();
        }
        json[2 * results.size()] = "]}";
        return Answers.stored(http, results.stream().anyMatch(AddResult::created), json);
    }
}
