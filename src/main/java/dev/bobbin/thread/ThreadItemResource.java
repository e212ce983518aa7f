package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.Completion;
import dev.bobbin.document.Document;
import dev.bobbin.document.DocumentReader;
import dev.bobbin.document.Ids;
import dev.bobbin.document.Kind;
import dev.bobbin.http.Answers;
import dev.bobbin.http.Incoming;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.Page;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** ChatKit's calls on the items of a thread. */
@Path("/v1/threads/{thread_id}/items")
@Produces(MediaType.APPLICATION_JSON)
public class ThreadItemResource {

    private static final int MAX_TYPE = 255;
    private static final int MAX_BATCH = 1_000;

    private final ThreadItemStore items;
    private final Clock clock;

    ThreadItemResource(ThreadItemStore items, Clock clock) {
        this.items = items;
        this.clock = clock;
    }

    @GET
    @Operation(operationId = "load_thread_items", summary = "A page of a thread's items")
    @APIResponse(responseCode = "200", ref = "ThreadItemPage")
    @APIResponse(responseCode = "404", ref = "NotFound")
    public Uni<Response> loadThreadItems(
            @PathParam("thread_id") String threadId,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @QueryParam("order") @Nullable String order,
            @Context RoutingContext http) {
        Ids.check("thread_id", threadId);
        return items.list(Owner.of(http), threadId, PageRequest.of(limit, after, order))
                .map(Page::json)
                .map(Answers::document);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "add_thread_item", summary = "Stores an item, or a batch of items, that is not there yet")
    @RequestBody(ref = "NewThreadItems")
    @APIResponse(responseCode = "200", ref = "ThreadItems")
    @APIResponse(responseCode = "201", ref = "NewThreadItems")
    @APIResponse(responseCode = "204", ref = "Minimal")
    @APIResponse(responseCode = "404", ref = "NotFound")
    @APIResponse(responseCode = "409", ref = "Conflict")
    public Uni<Response> addThreadItem(
            @PathParam("thread_id") String threadId,
            @QueryParam("on_conflict") @Nullable String onConflict,
            @Context RoutingContext http) {
        Ids.check("thread_id", threadId);
        boolean replace = replaces(onConflict);
        return Incoming.of(http, body -> read(body, threadId), sent -> {
            if (sent.batch()) {
                return storeAll(http, threadId, sent.items(), replace);
            }
            return store(http, threadId, sent.items().get(0), replace)
                    .map(added ->
                            Answers.added(http, added.created(), added.document(), http.normalizedPath(), added.id()));
        });
    }

    @PUT
    @Path("/{item_id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "save_item", summary = "Stores an item, in the place of the one with this id")
    @RequestBody(ref = "ThreadItem")
    @APIResponse(responseCode = "200", ref = "ThreadItem")
    @APIResponse(responseCode = "201", ref = "NewThreadItem")
    @APIResponse(responseCode = "204", ref = "Minimal")
    @APIResponse(responseCode = "404", ref = "NotFound")
    public Uni<Response> saveItem(
            @PathParam("thread_id") String threadId,
            @PathParam("item_id") String itemId,
            @Context RoutingContext http) {
        Ids.check("thread_id", threadId);
        Ids.check("item_id", itemId);
        return Incoming.of(http, body -> check(DocumentReader.read(Kind.ITEM, body)), item -> items.save(
                        Owner.of(http), threadId, item.agreeing("id", itemId), item)
                .map(created -> Answers.stored(http, created, item.text())));
    }

    @GET
    @Path("/{item_id}")
    @Operation(operationId = "load_item", summary = "An item")
    @APIResponse(responseCode = "200", ref = "ThreadItem")
    @APIResponse(responseCode = "404", ref = "NotFound")
    public Uni<Response> loadItem(
            @PathParam("thread_id") String threadId,
            @PathParam("item_id") String itemId,
            @Context RoutingContext http) {
        Ids.check("thread_id", threadId);
        Ids.check("item_id", itemId);
        return items.load(Owner.of(http), threadId, itemId).map(Answers::document);
    }

    @DELETE
    @Path("/{item_id}")
    @Operation(operationId = "delete_thread_item", summary = "Deletes an item")
    @APIResponse(responseCode = "204", ref = "Gone")
    public Uni<Response> deleteThreadItem(
            @PathParam("thread_id") String threadId,
            @PathParam("item_id") String itemId,
            @Context RoutingContext http) {
        Ids.check("thread_id", threadId);
        Ids.check("item_id", itemId);
        return items.delete(Owner.of(http), threadId, itemId).map(deleted -> Answers.noContent());
    }

    @DELETE
    @Operation(operationId = "delete_items_after", summary = "Deletes every item behind one, which stays")
    @APIResponse(responseCode = "204", ref = "Gone")
    @APIResponse(responseCode = "404", ref = "NotFound")
    public Uni<Response> deleteItemsAfter(
            @PathParam("thread_id") String threadId,
            @QueryParam("after") @Nullable String after,
            @Context RoutingContext http) {
        Ids.check("thread_id", threadId);
        if (after == null || after.isEmpty()) {
            throw INVALID_REQUEST.because("after is needed: the id of the last item that stays");
        }
        return items.deleteAfter(Owner.of(http), threadId, Ids.check("after", after))
                .map(deleted -> Answers.noContent());
    }

    private Uni<Added> store(RoutingContext http, String threadId, Completion item, boolean replace) {
        Owner owner = Owner.of(http);
        if (!replace) {
            return items.add(owner, threadId, item);
        }
        return items.save(owner, threadId, item.id(), item.document())
                .map(created -> new Added(item.id(), item.document().text(), created));
    }

    private Uni<Response> storeAll(RoutingContext http, String threadId, List<Completion> batch, boolean replace) {
        Owner owner = Owner.of(http);
        Uni<List<Added>> stored =
                replace ? items.saveAll(owner, threadId, batch) : items.addAll(owner, threadId, batch);
        return stored.map(all -> Answers.stored(http, all.stream().anyMatch(Added::created), data(all)));
    }

    private static String data(List<Added> all) {
        StringBuilder json = new StringBuilder("{\"data\":[");
        for (int i = 0; i < all.size(); i++) {
            json.append(i == 0 ? "" : ",").append(all.get(i).document());
        }
        return json.append("]}").toString();
    }

    /** What a POST brought: one item, or a batch of them. */
    private record Sent(List<Completion> items, boolean batch) {}

    private Sent read(String body, String threadId) {
        if (!DocumentReader.isArray(body)) {
            return new Sent(List.of(complete(DocumentReader.read(Kind.ITEM, body), threadId)), false);
        }
        List<Document> documents = DocumentReader.readArray(Kind.ITEM, body);
        if (documents.isEmpty() || documents.size() > MAX_BATCH) {
            throw INVALID_REQUEST.because(
                    "A batch must have 1 to " + MAX_BATCH + " items, and has " + documents.size());
        }
        List<Completion> batch =
                documents.stream().map(item -> complete(item, threadId)).toList();
        Set<String> ids = new HashSet<>();
        for (Completion item : batch) {
            if (!ids.add(item.id())) {
                throw INVALID_REQUEST.because("Item " + item.id() + " stands twice in the batch");
            }
        }
        return new Sent(batch, true);
    }

    private Completion complete(Document item, String threadId) {
        check(item);
        String prefix = ItemType.idPrefix(String.valueOf(item.string("type")));
        return Completion.of(item, prefix, Map.of("thread_id", threadId), clock);
    }

    private static Document check(Document item) {
        String type = item.string("type");
        if (type == null || type.isEmpty() || type.length() > MAX_TYPE || type.indexOf(0) >= 0) {
            throw INVALID_REQUEST.because(
                    "An item must have a type of 1 to " + MAX_TYPE + " characters, such as user_message");
        }
        return item;
    }

    private static boolean replaces(@Nullable String onConflict) {
        if (onConflict == null || onConflict.isEmpty()) {
            return false;
        }
        if (!onConflict.equals("replace")) {
            throw INVALID_REQUEST.because("on_conflict must be replace");
        }
        return true;
    }
}
