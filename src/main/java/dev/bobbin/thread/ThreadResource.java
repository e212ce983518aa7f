package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.DocumentReader;
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
import org.jspecify.annotations.Nullable;

/** ChatKit's calls on threads. */
@Path("/v1/threads")
@Produces(MediaType.APPLICATION_JSON)
public class ThreadResource {

    private final ThreadStore threads;
    private final ThreadBatchStore batches;
    private final DocumentReads reads;
    private final RequestBodyFilter bodies;
    private final Clock clock;

    ThreadResource(
            ThreadStore threads, ThreadBatchStore batches, DocumentReads reads, RequestBodyFilter bodies, Clock clock) {
        this.threads = threads;
        this.batches = batches;
        this.reads = reads;
        this.bodies = bodies;
        this.clock = clock;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Response> addThread(@QueryParam("kind") @Nullable String kind, @Context RoutingContext http) {
        String named = ThreadKind.named(kind);
        NewIds ids = IdempotencyKey.ids(http);
        return RequestBodyFilter.of(
                http, body -> NewThread.read(body, ids, clock), sent -> batches.add(Owner.of(http), sent, named)
                        .map(added -> Answers.added(http, added.created(), added.document(), added.id())));
    }

    @PUT
    @Path("/{thread_id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Preconditions({Precondition.IF_MATCH, Precondition.IF_NONE_MATCH})
    public Uni<Response> saveThread(
            @PathParam("thread_id") String threadId,
            @QueryParam("kind") @Nullable String kind,
            @Context RoutingContext http) {
        Precondition precondition = Precondition.ofWrite(http.request().headers());
        String named = ThreadKind.named(kind);
        if (named != null && precondition.tags() != null) {
            throw INVALID_REQUEST.because("kind is for a new thread, and If-Match asks for one that exists");
        }
        return RequestBodyFilter.of(
                http,
                body -> NewDocument.named(threadId, DocumentReader.read(Kind.THREAD, body)),
                thread -> threads.save(Owner.of(http), thread, named, precondition)
                        .map(saved -> Answers.stored(http, saved.created(), saved.document())));
    }

    @PATCH
    @Path("/{thread_id}")
    @Consumes(DocumentPatch.MEDIA_TYPE)
    @Preconditions({Precondition.IF_MATCH, Precondition.IF_NONE_MATCH})
    public Uni<Response> patchThread(@PathParam("thread_id") String threadId, @Context RoutingContext http) {
        Precondition precondition = Precondition.ofWrite(http.request().headers());
        return RequestBodyFilter.of(
                http, body -> DocumentPatch.read(Kind.THREAD, threadId, body, bodies), patch -> reads.edit(
                                http,
                                most -> threads.change(Owner.of(http), threadId, precondition, patch::applyTo, most))
                        .map(document -> Answers.stored(http, false, document)));
    }

    @POST
    @Path("/{thread_id}/fork")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Response> forkThread(@PathParam("thread_id") String threadId, @Context RoutingContext http) {
        NewIds ids = IdempotencyKey.ids(http);
        return RequestBodyFilter.ofAny(http, body -> Fork.read(threadId, body, ids, clock, bodies), fork -> reads.edit(
                        http, most -> batches.fork(Owner.of(http), fork, most))
                .map(copy -> Answers.added(http, copy.created(), copy.document(), "/v1/threads", copy.id())));
    }

    @GET
    @Path("/{thread_id}")
    @Preconditions(Precondition.IF_NONE_MATCH)
    public Uni<Response> loadThread(
            @PathParam("thread_id") String threadId,
            @QueryParam("include") @Nullable String include,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("order") @Nullable String order,
            @Context RoutingContext http) {
        PageRequest page = PageRequest.of(limit, null, order);
        if (isChosen("include", include, "items")) {
            if (http.request().headers().contains(Precondition.IF_NONE_MATCH)) {
                throw INVALID_REQUEST.because(
                        "A thread with include=items has no ETag, so If-None-Match is not supported");
            }
            return reads.answer(http, most -> threads.loadWithItems(Owner.of(http), threadId, page, most));
        }
        return reads.document(http, most -> threads.load(Owner.of(http), threadId, most));
    }

    @DELETE
    @Path("/{thread_id}")
    @Preconditions({Precondition.IF_MATCH, Precondition.IF_NONE_MATCH})
    public Uni<Void> deleteThread(
            @PathParam("thread_id") String threadId,
            @QueryParam("attachments") @Nullable String attachments,
            @Context RoutingContext http) {
        return threads.delete(
                Owner.of(http),
                threadId,
                Precondition.ofWrite(http.request().headers()),
                isChosen("attachments", attachments, "delete"));
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
