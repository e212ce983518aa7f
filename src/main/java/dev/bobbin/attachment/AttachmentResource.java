package dev.bobbin.attachment;

import dev.bobbin.document.DocumentReader;
import dev.bobbin.document.Ids;
import dev.bobbin.document.Kind;
import dev.bobbin.http.Answers;
import dev.bobbin.http.Incoming;
import dev.bobbin.owner.Owner;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** ChatKit's calls on attachments. */
@Path("/v1/attachments/{attachment_id}")
@Produces(MediaType.APPLICATION_JSON)
public class AttachmentResource {

    private final AttachmentStore attachments;

    AttachmentResource(AttachmentStore attachments) {
        this.attachments = attachments;
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "save_attachment",
            summary = "Stores what is known of an attachment, in the place of the one with this id")
    @RequestBody(ref = "Attachment")
    @APIResponse(responseCode = "200", ref = "Attachment")
    @APIResponse(responseCode = "201", ref = "NewAttachment")
    @APIResponse(responseCode = "204", ref = "Minimal")
    public Uni<Response> saveAttachment(@PathParam("attachment_id") String id, @Context RoutingContext http) {
        Ids.check("attachment_id", id);
        return Incoming.of(http, body -> DocumentReader.read(Kind.ATTACHMENT, body), attachment -> attachments
                .save(Owner.of(http), attachment.agreeing("id", id), attachment)
                .map(created -> Answers.stored(http, created, attachment.text())));
    }

    @GET
    @Operation(operationId = "load_attachment", summary = "What is known of an attachment")
    @APIResponse(responseCode = "200", ref = "Attachment")
    @APIResponse(responseCode = "404", ref = "NotFound")
    public Uni<Response> loadAttachment(@PathParam("attachment_id") String id, @Context RoutingContext http) {
        Ids.check("attachment_id", id);
        return attachments.load(Owner.of(http), id).map(Answers::document);
    }

    @DELETE
    @Operation(operationId = "delete_attachment", summary = "Deletes what is known of an attachment")
    @APIResponse(responseCode = "204", ref = "Gone")
    public Uni<Response> deleteAttachment(@PathParam("attachment_id") String id, @Context RoutingContext http) {
        Ids.check("attachment_id", id);
        return attachments.delete(Owner.of(http), id).map(deleted -> Answers.noContent());
    }
}
