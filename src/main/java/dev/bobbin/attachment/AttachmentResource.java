package dev.bobbin.attachment;

import dev.bobbin.document.DocumentReader;
import dev.bobbin.document.Ids;
import dev.bobbin.document.Kind;
import dev.bobbin.document.NewDocument;
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
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** ChatKit's calls on attachments. */
@Path("/v1/attachments")
@Produces(MediaType.APPLICATION_JSON)
public class AttachmentResource {

    private final AttachmentStore attachments;
    private final DocumentReads reads;

    AttachmentResource(AttachmentStore attachments, DocumentReads reads) {
        this.attachments = attachments;
        this.reads = reads;
    }

    @PUT
    @Path("/{attachment_id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Preconditions({Precondition.IF_MATCH, Precondition.IF_NONE_MATCH})
    public Uni<Response> saveAttachment(@PathParam("attachment_id") String id, @Context RoutingContext http) {
        Precondition precondition = Precondition.ofWrite(http.request().headers());
        return RequestBodyFilter.of(
                http,
                body -> NewDocument.named(id, DocumentReader.read(Kind.ATTACHMENT, body)),
                attachment -> attachments
                        .save(Owner.of(http), attachment, precondition)
                        .map(created -> Answers.stored(
                                http, created, attachment.document().text())));
    }

    @GET
    public Uni<Response> loadAttachments(
            @QueryParam("thread_id") @Nullable String threadId,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @QueryParam("order") @Nullable String order,
            @QueryParam("before") @Nullable String before,
            @QueryParam("cursor") @Nullable String cursor,
            @Context RoutingContext http) {
        PageRequest page = PageRequest.of(limit, after, before, order, cursor, "created_at");
        String thread = threadId == null || threadId.isEmpty() ? null : Ids.check("thread_id", threadId);
        return reads.answer(http, most -> attachments.list(Owner.of(http), thread, page, most));
    }

    @GET
    @Path("/{attachment_id}")
    @Preconditions(Precondition.IF_NONE_MATCH)
    public Uni<Response> loadAttachment(@PathParam("attachment_id") String id, @Context RoutingContext http) {
        return reads.document(http, most -> attachments.load(Owner.of(http), id, most));
    }

    @DELETE
    @Path("/{attachment_id}")
    @Preconditions({Precondition.IF_MATCH, Precondition.IF_NONE_MATCH})
    public Uni<Void> deleteAttachment(@PathParam("attachment_id") String id, @Context RoutingContext http) {
        return attachments.delete(
                Owner.of(http), id, Precondition.ofWrite(http.request().headers()));
    }
}
