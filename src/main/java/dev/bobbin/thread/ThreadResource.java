package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.DocumentReader;
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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** ChatKit's calls on threads. */
@Path("/v1/threads")
@Produces(MediaType.APPLICATION_JSON)
public class ThreadResource {

    private final ThreadStore threads;
    private final DocumentReads reads;
    private final Clock clock;

    ThreadResource(ThreadStore threads, DocumentReads reads, Clock clock) {
        this.threads = threads;
        this.reads = reads;
        this.clock = clock;
    }

    @GET
    public Uni<Response> loadThreads(
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @QueryParam("order") @Nullable String order,
            @Context RoutingContext http) {
        PageRequest page = PageRequest.of(limit, after, order);
        return reads.answer(http, most -> threads.list(Owner.of(http), page, most));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Response> addThread(@Context RoutingContext http) {
        return RequestBodyFilter.of(
                http,
                body -> NewDocument.of(DocumentReader.read(Kind.NEW_THREAD, body), "thr", Map.of(), clock),
                thread -> threads.add(Owner.of(http), thread)
                        .map(added -> Answers.added(http, added.created(), added.document(), added.id())));
    }

    @PUT
    @Path("/{thread_id}")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Response> saveThread(@PathParam("thread_id") String threadId, @Context RoutingContext http) {
        return RequestBodyFilter.of(
                http,
                body -> NewDocument.named(threadId, DocumentReader.read(Kind.THREAD, body)),
                thread -> threads.save(Owner.of(http), thread)
                        .map(saved -> Answers.stored(http, saved.created(), saved.document())));
    }

    @GET
    @Path("/{thread_id}")
    public Uni<Response> loadThread(
            @PathParam("thread_id") String threadId,
            @QueryParam("include") @Nullable String include,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("order") @Nullable String order,
            @Context RoutingContext http) {
        PageRequest page = PageRequest.of(limit, null, order);
        if (isChosen("include", include, "items")) {
            return reads.answer(http, most -> threads.loadWithItems(Owner.of(http), threadId, page, most));
        }
        return reads.answer(http, most -> threads.load(Owner.of(http), threadId, most));
    }

    @DELETE
    @Path("/{thread_id}")
    public Uni<Void> deleteThread(@PathParam("thread_id") String threadId, @Context RoutingContext http) {
        return threads.delete(Owner.of(http), threadId);
    }

    /** Whether a parameter has its only value; false if it is absent or empty. */
    static boolean isChosen(String parameter, @Nullable String value, String choice) {
        if (value == null || value.isEmpty()) {
            return false;
        }
        if (!value.equals(choice)) {
            throw INVALID_REQUEST.because(parameter + " must be " + choice);
        }
        return true;
    }
}
