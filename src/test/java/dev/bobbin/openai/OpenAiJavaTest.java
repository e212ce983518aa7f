package dev.bobbin.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.beta.chatkit.threads.ChatKitThread;
import com.openai.models.beta.chatkit.threads.ThreadListItemsParams;
import com.openai.models.beta.chatkit.threads.ThreadListParams;
import com.openai.models.conversations.Conversation;
import com.openai.models.conversations.ConversationCreateParams;
import com.openai.models.conversations.ConversationUpdateParams;
import com.openai.models.conversations.items.ConversationItem;
import com.openai.models.conversations.items.ConversationItemList;
import com.openai.models.conversations.items.ItemCreateParams;
import com.openai.models.conversations.items.ItemDeleteParams;
import com.openai.models.conversations.items.ItemListPage;
import com.openai.models.conversations.items.ItemListParams;
import com.openai.models.conversations.items.ItemRetrieveParams;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseIncludable;
import com.openai.models.responses.ResponseInputItem;
import com.openai.services.blocking.ConversationService;
import com.openai.services.blocking.beta.chatkit.ThreadService;
import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** OpenAI's own SDK for Java, unmodified, which validates every answer. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class OpenAiJavaTest {

    @TestHTTPResource("/openai/v1")
    String url;

    private final As user = As.somebody();

    @Test
    void aConversationsLife() {
        ConversationService conversations = client(user).conversations();
        Conversation created = conversations
                .create(ConversationCreateParams.builder()
                        .metadata(metadata("topic", "travel"))
                        .addItem(question("Where to?"))
                        .build())
                .validate();
        assertThat(created.id()).startsWith("conv_");
        assertThat(conversations.retrieve(created.id()).validate()).isEqualTo(created);
        Conversation updated = conversations.update(
                created.id(),
                ConversationUpdateParams.builder()
                        .metadata(ConversationUpdateParams.Metadata.builder()
                                .putAdditionalProperty("topic", JsonValue.from("work"))
                                .build())
                        .build());
        assertThat(updated.validate()._metadata()).hasToString("{topic=work}");
        assertThat(conversations.delete(created.id()).validate().deleted()).isTrue();
        assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> conversations.retrieve(created.id()));
        assertThat(conversations.create().validate().id()).startsWith("conv_");
    }

    @Test
    void anItemsLife() {
        ConversationService conversations = client(user).conversations();
        Conversation conversation = conversations.create();
        ConversationItemList added = conversations
                .items()
                .create(ItemCreateParams.builder()
                        .conversationId(conversation.id())
                        .addItem(question("Is it warm?"))
                        .addItem(ResponseFunctionToolCall.builder()
                                .callId("call_1")
                                .name("weather")
                                .arguments("{\"days\": 1.50}")
                                .build())
                        .addItem(ResponseInputItem.FunctionCallOutput.builder()
                                .callId("call_1")
                                .output("21 °C")
                                .build())
                        .addItem(EasyInputMessage.builder()
                                .role(EasyInputMessage.Role.ASSISTANT)
                                .content("Yes")
                                .build())
                        .addInclude(ResponseIncludable.of("something.new"))
                        .build())
                .validate();
        List<ConversationItem> items = added.data();
        assertThat(items).hasSize(4);
        assertThat(items.get(0).asMessage().content().get(0).asInputText().text())
                .isEqualTo("Is it warm?");
        assertThat(items.get(1).asFunctionCall().arguments()).isEqualTo("{\"days\": 1.50}");
        assertThat(items.get(1).asFunctionCall().id())
                .hasValueSatisfying(id -> assertThat(id).startsWith("fc_"));
        assertThat(items.get(2).asFunctionCallOutput().output().asString()).isEqualTo("21 °C");
        assertThat(items.get(3).asMessage().content().get(0).asOutputText().text())
                .isEqualTo("Yes");
        assertThat(added.hasMore()).isFalse();
        assertThat(added.lastId()).isEqualTo(items.get(3).asMessage().id());

        ItemListParams ascending = ItemListParams.builder()
                .conversationId(conversation.id())
                .order(ItemListParams.Order.ASC)
                .build();
        assertThat(conversations.items().list(ascending).data()).isEqualTo(items);
        String first = added.firstId();
        ItemRetrieveParams retrieved = ItemRetrieveParams.builder()
                .conversationId(conversation.id())
                .itemId(first)
                .build();
        assertThat(conversations.items().retrieve(retrieved).validate()).isEqualTo(items.get(0));
        ItemDeleteParams deleted = ItemDeleteParams.builder()
                .conversationId(conversation.id())
                .itemId(first)
                .build();
        assertThat(conversations.items().delete(deleted).validate()).isEqualTo(conversation);
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> conversations.items().retrieve(retrieved));
    }

    @Test
    void pagersReturn250ItemsOnceInBothOrders() {
        ConversationService conversations = client(user).conversations();
        String id = conversations.create().id();
        List<String> expected =
                IntStream.range(0, 250).mapToObj(String::valueOf).toList();
        conversations
                .items()
                .create(ItemCreateParams.builder()
                        .conversationId(id)
                        .items(expected.stream()
                                .map(text -> ResponseInputItem.ofEasyInputMessage(question(text)))
                                .toList())
                        .build());
        assertThat(texts(conversations, id, ItemListParams.Order.ASC)).isEqualTo(expected);
        List<String> reversed = new ArrayList<>(expected);
        Collections.reverse(reversed);
        assertThat(texts(conversations, id, ItemListParams.Order.DESC)).isEqualTo(reversed);
    }

    @Test
    void errorsAreTheSdksExceptions() {
        OpenAIClient client = client(user);
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.conversations().retrieve("conv_none"))
                .satisfies(e -> assertThat(e.type()).hasValue("invalid_request_error"))
                .withMessageContaining("Conversation with id 'conv_none' not found.");
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> client.conversations()
                        .create(ConversationCreateParams.builder()
                                .metadata(metadata("k", "v".repeat(513)))
                                .build()))
                .satisfies(e -> assertThat(e.code()).hasValue("invalid_value"))
                .satisfies(e -> assertThat(e.param().orElseThrow()).startsWith("metadata"));
        assertThatExceptionOfType(OpenAIServiceException.class)
                .isThrownBy(() -> client.models().list())
                .isInstanceOf(NotFoundException.class)
                .satisfies(e -> assertThat(e.code()).hasValue("unknown_url"));
        assertThatExceptionOfType(UnauthorizedException.class)
                .isThrownBy(() ->
                        client(new As("wrong", user.user())).conversations().retrieve("conv_none"))
                .satisfies(e -> assertThat(e.code()).hasValue("invalid_api_key"));
    }

    @Test
    void threadsOfChatKitAreListedReadAndDeleted() {
        String thread = user.thread("thr_1");
        String content = "\"type\":\"assistant_message\",\"content\":[{\"type\":\"output_text\",\"text\":\"%d\"}]";
        for (int n = 0; n < 25; n++) {
            user.post(thread + "/items", "{" + content.formatted(n) + "}")
                    .then()
                    .statusCode(201);
            user.post(thread + "/items", "{\"type\":\"hidden_context_item\",\"content\":\"secret\"}")
                    .then()
                    .statusCode(201);
        }
        ThreadService threads = client(user).beta().chatkit().threads();
        ChatKitThread retrieved = threads.retrieve("thr_1").validate();
        assertThat(retrieved.user()).isEqualTo(user.user());
        ThreadListParams ofUser = ThreadListParams.builder().user(user.user()).build();
        assertThat(threads.list(ofUser).autoPager()).containsExactly(retrieved);

        ThreadListItemsParams ascending = ThreadListItemsParams.builder()
                .order(ThreadListItemsParams.Order.ASC)
                .limit(10)
                .build();
        List<String> texts = threads.listItems("thr_1", ascending).autoPager().stream()
                .map(item -> item.validate()
                        .asChatKitAssistantMessage()
                        .content()
                        .get(0)
                        .text())
                .toList();
        assertThat(texts)
                .isEqualTo(IntStream.range(0, 25).mapToObj(String::valueOf).toList());
        assertThat(threads.delete("thr_1").validate().deleted()).isTrue();
        assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> threads.retrieve("thr_1"));
    }

    private OpenAIClient client(As as) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(url)
                .apiKey(as.key())
                .putHeader("Bobbin-User", as.user())
                .responseValidation(true)
                .build();
    }

    private static List<String> texts(ConversationService conversations, String id, ItemListParams.Order order) {
        ItemListPage page = conversations
                .items()
                .list(ItemListParams.builder().conversationId(id).order(order).build());
        return page.autoPager().stream()
                .map(item -> item.validate()
                        .asMessage()
                        .content()
                        .get(0)
                        .asInputText()
                        .text())
                .toList();
    }

    private static EasyInputMessage question(String text) {
        return EasyInputMessage.builder()
                .role(EasyInputMessage.Role.USER)
                .content(text)
                .build();
    }

    private static ConversationCreateParams.Metadata metadata(String name, String value) {
        return ConversationCreateParams.Metadata.builder()
                .putAdditionalProperty(name, JsonValue.from(value))
                .build();
    }
}
