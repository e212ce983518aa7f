package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.Document;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** ChatKit's calls on the items of a thread. */
@Path("/v1/threads/{thread_id}/items")
@Produces(MediaType.APPLICATION_JSON)
public class ThreadItemResource {

    private static final int MAX_TYPE = 255;
    private static final int MAX_BATCH = 1_000;

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
        Owner owner = Owner.of(http);
        PageRequest page = PageRequest.of(limit, after, order);
        return reads.answer(http, most -> items.list(owner, threadId, page, most));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Response> addThreadItem(
            @PathParam("thread_id") String threadId,
            @QueryParam("on_conflict") @Nullable String onConflict,
            @Context RoutingContext http) {
        boolean replace = replaces(onConflict);
        Owner owner = Owner.of(http);
        return RequestBodyFilter.of(http, body -> read(body, threadId), sent -> (replace
                        ? items.save(owner, threadId, sent.items())
                        : items.add(owner, threadId, sent.items()))
                .map(results -> sent.batch() ? batch(http, results) : single(http, results.get(0))));
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
                body -> NewDocument.named(itemId, check(DocumentReader.read(Kind.ITEM, body))),
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
        Owner owner = Owner.of(http);
        return reads.answer(http, most -> items.load(owner, threadId, itemId, most));
    }

    @DELETE
    @Path("/{item_id}")
    public Uni<Response> deleteThreadItem(
            @PathParam("thread_id") String threadId,
            @PathParam("item_id") String itemId,
            @Context RoutingContext http) {
        return items.delete(Owner.of(http), threadId, itemId).map(deleted -> Answers.noContent());
    }

    @DELETE
    public Uni<Response> deleteItemsAfter(
            @PathParam("thread_id") String threadId,
            @QueryParam("after") @Nullable String after,
            @Context RoutingContext http) {
        if (after == null || after.isEmpty()) {
            throw INVALID_REQUEST.because("after is needed: the id of the last item that stays");
        }
        return items.deleteAfter(Owner.of(http), threadId, Ids.check("after", after))
                .map(deleted -> Answers.noContent());
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

    /** What a POST brought: one item, or a batch of them. */
    private record Sent(List<NewDocument> items, boolean batch) {}

    private Sent read(String body, String threadId) {
        if (!DocumentReader.isArray(body)) {
            return new Sent(List.of(complete(DocumentReader.read(Kind.ITEM, body), threadId)), false);
        }
        List<Document> documents = DocumentReader.readArray(Kind.ITEM, body);
        if (documents.isEmpty() || documents.size() > MAX_BATCH) {
            throw INVALID_REQUEST.because(
                    "A batch must have 1 to " + MAX_BATCH + " items, and has " + documents.size());
        }
        List<NewDocument> batch =
                documents.stream().map(item -> complete(item, threadId)).toList();
        Set<String> ids = new HashSet<>();
        for (NewDocument item : batch) {
            if (!ids.add(item.id())) {
                throw INVALID_REQUEST.because("Item " + item.id() + " stands twice in the batch");
            }
        }
        return new Sent(batch, true);
    }

    private NewDocument complete(Document item, String threadId) {
        check(item);
        return NewDocument.of(item, ItemType.idPrefix(item.string("type")), Map.of("thread_id", threadId), clock);
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
