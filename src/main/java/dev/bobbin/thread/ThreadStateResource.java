package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.MergePatch;
import dev.bobbin.http.RequestBodyFilter;
import dev.bobbin.owner.Owner;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Set;

/** What is known of a thread beside its document. */
@Path("/v1/threads")
@Produces(MediaType.APPLICATION_JSON)
public class ThreadStateResource {

    private static final List<String> BOOLEAN = List.of("true", "false");

    private final ThreadStateStore states;

    ThreadStateResource(ThreadStateStore states) {
        this.states = states;
    }

    @GET
    @Path("/{thread_id}/state")
    public Uni<String> loadState(@PathParam("thread_id") String threadId, @Context RoutingContext http) {
        return states.load(Owner.of(http), threadId);
    }

    @PATCH
    @Path("/{thread_id}/state")
    @Consumes({DocumentPatch.MEDIA_TYPE, MediaType.APPLICATION_JSON})
    public Uni<String> patchState(@PathParam("thread_id") String threadId, @Context RoutingContext http) {
        return RequestBodyFilter.of(
                http, ThreadStateResource::archived, archived -> states.archive(Owner.of(http), threadId, archived));
    }

    private static boolean archived(String body) {
        MergePatch patch = MergePatch.read(body);
        String archived = patch.value("archived");
        if (!patch.names().equals(Set.of("archived")) || !BOOLEAN.contains(String.valueOf(archived))) {
            throw INVALID_REQUEST.because("The body must be {\"archived\":true} or {\"archived\":false}");
        }
        return Boolean.parseBoolean(archived);
    }
}
