package dev.bobbin.openai.chatkit;

import dev.bobbin.Mount;
import dev.bobbin.document.Ids;
import dev.bobbin.document.Json;
import dev.bobbin.http.DocumentReads;
import dev.bobbin.openai.RepeatedCall;
import dev.bobbin.openai.chatkit.Conversions.Element;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.PageRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hosted ChatKit's calls on threads. They have no others: threads are written by ChatKit itself. */
@Path(Mount.OPENAI + "/chatkit/threads")
@Produces(MediaType.APPLICATION_JSON)
public class HostedThreadResource {

    private static final String NO_ID = "null";

    private final HostedThreadStore threads;
    private final Conversions conversions;
    private final DocumentReads reads;

    HostedThreadResource(HostedThreadStore threads, Conversions conversions, DocumentReads reads) {
        this.threads = threads;
        this.conversions = conversions;
        this.reads = reads;
    }

    /** @param user only this user's threads; without a header for the user, the caller itself */
    @GET
    public Uni<Response> listHostedThreads(
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @QueryParam("before") @Nullable String before,
            @QueryParam("order") @Nullable String order,
            @QueryParam("user") @Nullable String user,
            @Context RoutingContext http) {
        PageRequest page = PageRequest.of(limit, after, order);
        String end = checked(before);
        Owner owner = Owner.of(http);
        boolean others = user != null && !user.isEmpty() && !user.equals(owner.user());
        return reads.answer(
                http, most -> (others ? Uni.createFrom().item(List.<Stored>of()) : threads.list(owner, page, end, most))
                        .flatMap(rows -> conversions.list(
                                rows,
                                page.limit(),
                                page.limit(),
                                most,
                                NO_ID,
                                row -> List.of(new Element(row.id(), HostedThread.of(row, owner.user()))))));
    }

    @GET
    @Path("/{thread_id}")
    public Uni<Response> retrieveHostedThread(@PathParam("thread_id") String threadId, @Context RoutingContext http) {
        Owner owner = Owner.of(http);
        return reads.answer(http, most -> threads.load(owner, threadId, most)
                .flatMap(thread -> conversions.one(thread, row -> HostedThread.of(row, owner.user()))));
    }

    @DELETE
    @Path("/{thread_id}")
    public Uni<String> deleteHostedThread(@PathParam("thread_id") String threadId, @Context RoutingContext http) {
        return threads.delete(Owner.of(http), threadId).map(deleted -> {
            if (!deleted && !RepeatedCall.is(http.request())) {
                throw HostedThreadStore.notFound(threadId);
            }
            return "{\"id\":" + Json.quoted(threadId) + ",\"object\":\"chatkit.thread.deleted\",\"deleted\":true}";
        });
    }

    @GET
    @Path("/{thread_id}/items")
    public Uni<Response> listHostedItems(
            @PathParam("thread_id") String threadId,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @QueryParam("before") @Nullable String before,
            @QueryParam("order") @Nullable String order,
            @Context RoutingContext http) {
        PageRequest page = PageRequest.of(limit, after, order);
        String start = page.id();
        ItemSpan span = new ItemSpan(
                HostedItem.TYPES,
                page.order(),
                page.limitAndOneMore(),
                start == null ? List.of() : List.of(start),
                false,
                checked(before));
        return reads.answer(http, most -> threads.items(Owner.of(http), threadId, span, most)
                .flatMap(rows -> conversions.list(
                        rows,
                        page.limit(),
                        page.limit(),
                        most,
                        NO_ID,
                        row -> List.of(new Element(row.id(), HostedItem.of(threadId, row))))));
    }

    private static @Nullable String checked(@Nullable String before) {
        return before == null || before.isEmpty() ? null : Ids.check("before", before);
    }
}
