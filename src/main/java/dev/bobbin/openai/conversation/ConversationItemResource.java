package dev.bobbin.openai.conversation;

import dev.bobbin.Mount;
import dev.bobbin.document.NewIds;
import dev.bobbin.http.Answers;
import dev.bobbin.http.DocumentReads;
import dev.bobbin.http.RequestBodyFilter;
import dev.bobbin.openai.OpenAiConfig;
import dev.bobbin.openai.RepeatedCall;
import dev.bobbin.openai.chatkit.ChatKitConversations;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.OpenAiList;
import dev.bobbin.page.PageRequest;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OpenAI's calls on the items of a conversation. */
@Path(Mount.OPENAI + "/conversations")
@Produces(MediaType.APPLICATION_JSON)
public class ConversationItemResource {

    private final ConversationItemStore items;
    private final ChatKitConversations threads;
    private final DocumentReads reads;
    private final OpenAiConfig config;

    ConversationItemResource(
            ConversationItemStore items, ChatKitConversations threads, DocumentReads reads, OpenAiConfig config) {
        this.items = items;
        this.threads = threads;
        this.reads = reads;
        this.config = config;
    }

    @POST
    @Path("/{conversation_id}/items")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Response> createItems(
            @PathParam("conversation_id") String conversationId, @Context RoutingContext http) {
        NewIds ids = IdempotencyKey.ids(http);
        Owner owner = Owner.of(http);
        return RequestBodyFilter.ofAny(
                http,
                body -> NewItem.all(NewConversation.object(body).member("items"), ids, config.maxItems()),
                sent -> add(owner, conversationId, sent, http)
                        .onFailure(ChatKitThread.class)
                        .transform(chatKit -> ChatKitConversations.readOnly())
                        .map(ConversationItemResource::list));
    }

    private Uni<List<NewItem>> add(Owner owner, String conversationId, List<NewItem> sent, RoutingContext http) {
        if (http.request().headers().contains(IdempotencyKey.HEADER)) {
            String first = IdempotencyKey.ids(http).next("item");
            return items.addOnce(owner, conversationId, sent, ConversationItemType.ofEachType(first));
        }
        return RepeatedCall.is(http.request())
                ? items.addAgain(owner, conversationId, sent)
                : items.add(owner, conversationId, sent);
    }

    private static Response list(List<NewItem> items) {
        OpenAiList list = new OpenAiList();
        items.forEach(item -> list.add(item.id(), List.of(Answers.utf8(item.document()))));
        return Answers.read(list.json(false));
    }

    @GET
    @Path("/{conversation_id}/items")
    public Uni<Response> listItems(
            @PathParam("conversation_id") String conversationId,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @QueryParam("order") @Nullable String order,
            @Context RoutingContext http) {
        PageRequest page = PageRequest.of(limit, after, order);
        Owner owner = Owner.of(http);
        return reads.answer(http, most -> items.list(owner, conversationId, page, most)
                .onFailure(ChatKitThread.class)
                .recoverWithUni(() -> threads.items(owner, conversationId, page, most)));
    }

    @GET
    @Path("/{conversation_id}/items/{item_id}")
    public Uni<Response> retrieveItem(
            @PathParam("conversation_id") String conversationId,
            @PathParam("item_id") String itemId,
            @Context RoutingContext http) {
        Owner owner = Owner.of(http);
        return reads.answer(http, most -> items.load(owner, conversationId, itemId, most)
                .onFailure(ChatKitThread.class)
                .recoverWithUni(() -> threads.item(owner, conversationId, itemId, most)));
    }

    @DELETE
    @Path("/{conversation_id}/items/{item_id}")
    public Uni<String> deleteItem(
            @PathParam("conversation_id") String conversationId,
            @PathParam("item_id") String itemId,
            @Context RoutingContext http) {
        Owner owner = Owner.of(http);
        return items.delete(owner, conversationId, itemId, !RepeatedCall.is(http.request()))
                .onFailure(ChatKitThread.class)
                .transform(chatKit -> ChatKitConversations.readOnly());
    }
}
