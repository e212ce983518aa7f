package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.thread.ThreadResource.isChosen;

import dev.bobbin.document.DocumentReader;
import dev.bobbin.document.Ids;
import dev.bobbin.document.Kind;
import dev.bobbin.document.NewDocument;
import dev.bobbin.document.NewIds;
import dev.bobbin.document.Precondition;
import dev.bobbin.http.Answers;
import dev.bobbin.http.DocumentReads;
import dev.bobbin.http.Preconditions;
import dev.bobbin.http.RequestBodyFilter;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.PageRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
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
@Path("/v1/threads")
@Produces(MediaType.APPLICATION_JSON)
public class ThreadItemResource {

    private final ThreadItemStore items;
    private final ThreadItemListStore lists;
    private final ThreadItemEditStore edits;
    private final ThreadBatchStore batches;
    private final DocumentReads reads;
    private final RequestBodyFilter bodies;
    private final Clock clock;

    ThreadItemResource(
            ThreadItemStore items,
            ThreadItemListStore lists,
            ThreadItemEditStore edits,
            ThreadBatchStore batches,
            DocumentReads reads,
            RequestBodyFilter bodies,
            Clock clock) {
        this.items = items;
        this.lists = lists;
        this.edits = edits;
        this.batches = batches;
        this.reads = reads;
        this.bodies = bodies;
        this.clock = clock;
    }

    @GET
    @Path("/{thread_id}/items")
    public Uni<Response> loadThreadItems(
            @PathParam("thread_id") String threadId,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @QueryParam("order") @Nullable String order,
            @QueryParam("before") @Nullable String before,
            @QueryParam("around") @Nullable String around,
            @QueryParam("cursor") @Nullable String cursor,
            @Context RoutingContext http) {
        PageRequest page = PageRequest.of(limit, after, before, order, cursor, "created_at")
                .around(around);
        return reads.answer(http, most -> lists.list(Owner.of(http), threadId, page, most));
    }

    @POST
    @Path("/{thread_id}/items")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Response> addThreadItem(
            @PathParam("thread_id") String threadId,
            @QueryParam("on_conflict") @Nullable String onConflict,
            @QueryParam("enforce_status") @Nullable String enforceStatus,
            @Context RoutingContext http) {
        boolean replace = isChosen("on_conflict", onConflict, "replace");
        ItemsOf thread = itemsOf(threadId, enforceStatus, http);
        NewIds ids = IdempotencyKey.ids(http);
        return RequestBodyFilter.of(http, body -> NewItems.read(body, threadId, ids, clock), sent -> (replace
                        ? items.save(thread, sent.items())
                        : items.add(thread, sent))
                .map(stored -> sent.batch() ? batch(http, stored) : single(http, stored.get(0))));
    }

    @PUT
    @Path("/{thread_id}/items")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Response> replaceItems(
            @PathParam("thread_id") String threadId,
            @QueryParam("create") @Nullable String create,
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("enforce_status") @Nullable String enforceStatus,
            @Context RoutingContext http) {
        boolean createThread = isChosen("create", create, "true");
        String named = ThreadKind.named(kind);
        if (named != null && !createThread) {
            throw INVALID_REQUEST.because("kind is for a new thread, and so for create=true");
        }
        ItemsOf thread = itemsOf(threadId, enforceStatus, http);
        return RequestBodyFilter.of(
                http, body -> NewItems.readAll(body, threadId, NewIds.random(), clock), all -> batches.replace(
                                thread, all, createThread, named)
                        .map(stored -> Answers.stored(http, false, documents(stored))));
    }

    @DELETE
    @Path("/{thread_id}/items")
    public Uni<Void> deleteItemsAfter(
            @PathParam("thread_id") String threadId,
            @QueryParam("after") @Nullable String after,
            @QueryParam("enforce_status") @Nullable String enforceStatus,
            @Context RoutingContext http) {
        if (after == null || after.isEmpty()) {
            throw INVALID_REQUEST.because("after is needed: the id of the last item that stays");
        }
        return items.deleteAfter(itemsOf(threadId, enforceStatus, http), Ids.check("after", after));
    }

    @POST
    @Path("/{thread_id}/items/pop")
    public Uni<Response> popItem(
            @PathParam("thread_id") String threadId,
            @QueryParam("enforce_status") @Nullable String enforceStatus,
            @Context RoutingContext http) {
        ItemsOf thread = itemsOf(threadId, enforceStatus, http);
        IdempotencyKey.refuse(http);
        return reads.edit(http, most -> edits.pop(thread, most))
                .map(document -> document == null ? Answers.noContent() : Answers.read(List.of(document)));
    }

    @PUT
    @Path("/{thread_id}/items/{item_id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Preconditions({Precondition.IF_MATCH, Precondition.IF_NONE_MATCH})
    public Uni<Response> saveItem(
            @PathParam("thread_id") String threadId,
            @PathParam("item_id") String itemId,
            @QueryParam("enforce_status") @Nullable String enforceStatus,
            @Context RoutingContext http) {
        Precondition precondition = Precondition.ofWrite(http.request().headers());
        ItemsOf thread = itemsOf(threadId, enforceStatus, http);
        return RequestBodyFilter.of(
                http,
                body -> NewDocument.named(itemId, NewItems.check(DocumentReader.read(Kind.ITEM, body))),
                item -> save(thread, item, precondition)
                        .map(saved -> Answers.stored(http, saved.created(), saved.document())));
    }

    private Uni<AddResult> save(ItemsOf thread, NewDocument item, Precondition precondition) {
        if (precondition.isNone()) {
            return items.save(thread, List.of(item)).map(saved -> saved.get(0));
        }
        return precondition.absent()
                ? items.addOnlyNew(thread, item, precondition)
                : edits.save(thread, item, precondition);
    }

    @PATCH
    @Path("/{thread_id}/items/{item_id}")
    @Consumes(DocumentPatch.MEDIA_TYPE)
    @Preconditions({Precondition.IF_MATCH, Precondition.IF_NONE_MATCH})
    public Uni<Response> patchItem(
            @PathParam("thread_id") String threadId,
            @PathParam("item_id") String itemId,
            @QueryParam("enforce_status") @Nullable String enforceStatus,
            @Context RoutingContext http) {
        Precondition precondition = Precondition.ofWrite(http.request().headers());
        ItemsOf thread = itemsOf(threadId, enforceStatus, http);
        return RequestBodyFilter.of(
                http, body -> DocumentPatch.read(Kind.ITEM, itemId, body, bodies), patch -> reads.edit(
                                http, most -> edits.change(thread, itemId, precondition, patch::applyTo, most))
                        .map(document -> Answers.stored(http, false, document)));
    }

    @GET
    @Path("/{thread_id}/items/{item_id}")
    @Preconditions(Precondition.IF_NONE_MATCH)
    public Uni<Response> loadItem(
            @PathParam("thread_id") String threadId,
            @PathParam("item_id") String itemId,
            @Context RoutingContext http) {
        return reads.document(http, most -> items.load(Owner.of(http), threadId, itemId, most));
    }

    @DELETE
    @Path("/{thread_id}/items/{item_id}")
    @Preconditions({Precondition.IF_MATCH, Precondition.IF_NONE_MATCH})
    public Uni<Void> deleteThreadItem(
            @PathParam("thread_id") String threadId,
            @PathParam("item_id") String itemId,
            @QueryParam("enforce_status") @Nullable String enforceStatus,
            @Context RoutingContext http) {
        Precondition precondition = Precondition.ofWrite(http.request().headers());
        ItemsOf thread = itemsOf(threadId, enforceStatus, http);
        return precondition.isNone() ? items.delete(thread, itemId) : edits.delete(thread, itemId, precondition);
    }

    private static ItemsOf itemsOf(String threadId, @Nullable String enforceStatus, RoutingContext http) {
        return new ItemsOf(Owner.of(http), threadId, isChosen("enforce_status", enforceStatus, "true"));
    }

    private static Response single(RoutingContext http, AddResult result) {
        return Answers.added(http, result.created(), result.document(), result.id());
    }

    private static Response batch(RoutingContext http, List<AddResult> results) {
        return Answers.stored(http, results.stream().anyMatch(AddResult::created), documents(results));
    }

    private static List<String> documents(List<AddResult> results) {
        return results.stream().map(AddResult::document).toList();
    }
}
