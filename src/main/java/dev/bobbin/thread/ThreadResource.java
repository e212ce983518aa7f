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
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** ChatKit's calls on threads. */
@Path("/v1/threads")
@Produces(MediaType.APPLICATION_JSON)
public class ThreadResource {

    private static final String ITEMS = "items";

    private final ThreadStore threads;
    private final Clock clock;

    ThreadResource(ThreadStore threads, Clock clock) {
        this.threads = threads;
        this.clock = clock;
    }

    @GET
    @Operation(operationId = "load_threads", summary = "A page of the owner's threads")
    @APIResponse(responseCode = "200", ref = "ThreadPage")
    @APIResponse(responseCode = "404", ref = "NotFound")
    public Uni<Response> loadThreads(
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @QueryParam("order") @Nullable String order,
            @Context RoutingContext http) {
        return threads.list(Owner.of(http), PageRequest.of(limit, after, order))
                .map(Page::json)
                .map(Answers::document);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "add_thread", summary = "Stores a thread that is not there yet")
    @RequestBody(ref = "NewThread")
    @APIResponse(responseCode = "200", ref = "Thread")
    @APIResponse(responseCode = "201", ref = "NewThread")
    @APIResponse(responseCode = "204", ref = "Minimal")
    @APIResponse(responseCode = "409", ref = "Conflict")
    public Uni<Response> addThread(@Context RoutingContext http) {
        return Incoming.of(
                        http,
                        body -> Completion.of(DocumentReader.read(Kind.NEW_THREAD, body), "thr", Map.of(), clock),
                        thread -> threads.add(Owner.of(http), thread))
                .map(added ->
                        Answers.added(http, added.created(), added.document(), http.normalizedPath(), added.id()));
    }

    @PUT
    @Path("/{thread_id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "save_thread", summary = "Stores a thread, in the place of the one with this id")
    @RequestBody(ref = "Thread")
    @APIResponse(responseCode = "200", ref = "Thread")
    @APIResponse(responseCode = "201", ref = "NewThread")
    @APIResponse(responseCode = "204", ref = "Minimal")
    public Uni<Response> saveThread(@PathParam("thread_id") String threadId, @Context RoutingContext http) {
        Ids.check("thread_id", threadId);
        return Incoming.of(http, ThreadResource::thread, thread -> threads.save(
                        Owner.of(http), thread.agreeing("id", threadId), thread)
                .map(created -> Answers.stored(http, created, thread.text())));
    }

    @GET
    @Path("/{thread_id}")
    @Operation(operationId = "load_thread", summary = "A thread, with include=items and its first page of items")
    @APIResponse(responseCode = "200", ref = "ThreadWithItems")
    @APIResponse(responseCode = "404", ref = "NotFound")
    public Uni<Response> loadThread(
            @PathParam("thread_id") String threadId,
            @QueryParam("include") @Nullable String include,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("order") @Nullable String order,
            @Context RoutingContext http) {
        Ids.check("thread_id", threadId);
        PageRequest page = PageRequest.of(limit, null, order);
        Owner owner = Owner.of(http);
        if (include == null || include.isEmpty()) {
            return threads.load(owner, threadId).map(Answers::document);
        }
        if (!include.equals(ITEMS)) {
            throw INVALID_REQUEST.because("include must be items");
        }
        return threads.loadWithItems(owner, threadId, page).map(Answers::document);
    }

    @DELETE
    @Path("/{thread_id}")
    @Operation(operationId = "delete_thread", summary = "Deletes a thread and its items")
    @APIResponse(responseCode = "204", ref = "Gone")
    public Uni<Response> deleteThread(@PathParam("thread_id") String threadId, @Context RoutingContext http) {
        Ids.check("thread_id", threadId);
        return threads.delete(Owner.of(http), threadId).map(deleted -> Answers.noContent());
    }

    /** It may come with its items, as from ChatKit's server after a change of title; those are stored apart. */
    private static Document thread(String body) {
        return DocumentReader.read(Kind.THREAD, body);
    }
}
