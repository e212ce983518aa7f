package dev.bobbin.openai.conversation;

import dev.bobbin.Mount;
import dev.bobbin.document.Json;
import dev.bobbin.document.JsonValue;
import dev.bobbin.document.NewIds;
import dev.bobbin.http.DocumentReads;
import dev.bobbin.http.RequestBodyFilter;
import dev.bobbin.openai.OpenAiConfig;
import dev.bobbin.openai.RepeatedCall;
import dev.bobbin.openai.chatkit.ChatKitConversations;
import dev.bobbin.owner.Owner;
import dev.bobbin.thread.IdempotencyKey;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;

/** OpenAI's calls on conversations. A thread of ChatKit is a conversation too, but only for reading. */
@Path(Mount.OPENAI + "/conversations")
@Produces(MediaType.APPLICATION_JSON)
public class ConversationResource {

    private final ConversationStore conversations;
    private final ConversationItemStore items;
    private final ChatKitConversations threads;
    private final DocumentReads reads;
    private final OpenAiConfig config;
    private final Clock clock;

    ConversationResource(
            ConversationStore conversations,
            ConversationItemStore items,
            ChatKitConversations threads,
            DocumentReads reads,
            OpenAiConfig config,
            Clock clock) {
        this.conversations = conversations;
        this.items = items;
        this.threads = threads;
        this.reads = reads;
        this.config = config;
        this.clock = clock;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<String> createConversation(@Context RoutingContext http) {
        NewIds ids = IdempotencyKey.ids(http);
        Owner owner = Owner.of(http);
        return RequestBodyFilter.ofAny(
                http,
                body -> NewConversation.read(body, ids, config.maxItems(), clock),
                sent -> sent.items().isEmpty() && !http.request().headers().contains(IdempotencyKey.HEADER)
                        ? conversations.add(owner, sent)
                        : items.add(owner, sent, firstItems(http)));
    }

    /** Ids of which one is the first item's of a conversation that this call made before. */
    private static String[] firstItems(RoutingContext http) {
        NewIds again = IdempotencyKey.ids(http);
        again.next("conv");
        return ConversationItemType.ofEachType(again.next("item"));
    }

    @GET
    @Path("/{conversation_id}")
    public Uni<Response> retrieveConversation(
            @PathParam("conversation_id") String conversationId, @Context RoutingContext http) {
        Owner owner = Owner.of(http);
        return reads.answer(http, most -> conversations
                .load(owner, conversationId, most)
                .onFailure(ChatKitThread.class)
                .recoverWithUni(() -> threads.load(owner, conversationId, most)));
    }

    @POST
    @Path("/{conversation_id}")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<String> updateConversation(
            @PathParam("conversation_id") String conversationId, @Context RoutingContext http) {
        Owner owner = Owner.of(http);
        return RequestBodyFilter.ofAny(http, ConversationResource::metadata, metadata -> conversations
                .update(owner, conversationId, metadata)
                .onFailure(ChatKitThread.class)
                .transform(chatKit -> ChatKitConversations.readOnly()));
    }

    private static String metadata(String body) {
        JsonValue sent = NewConversation.object(body);
        boolean[] present = {false};
        sent.forEachMember((name, value) -> present[0] |= "metadata".equals(name.string()));
        if (!present[0]) {
            throw Refused.missing("metadata");
        }
        return NewConversation.metadata(sent);
    }

    @DELETE
    @Path("/{conversation_id}")
    public Uni<String> deleteConversation(
            @PathParam("conversation_id") String conversationId, @Context RoutingContext http) {
        Owner owner = Owner.of(http);
        return conversations
                .delete(owner, conversationId)
                .onFailure(ChatKitThread.class)
                .transform(chatKit -> ChatKitConversations.readOnly())
                .map(deleted -> {
                    if (!deleted && !RepeatedCall.is(http.request())) {
                        throw Refused.conversation(conversationId);
                    }
                    return "{\"id\":" + Json.quoted(conversationId)
                            + ",\"object\":\"conversation.deleted\",\"deleted\":true}";
                });
    }
}
