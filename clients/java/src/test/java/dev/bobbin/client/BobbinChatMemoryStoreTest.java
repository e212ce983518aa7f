package dev.bobbin.client;

import static dev.langchain4j.data.message.AiMessage.aiMessage;
import static dev.langchain4j.data.message.SystemMessage.systemMessage;
import static dev.langchain4j.data.message.UserMessage.userMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.CustomMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class BobbinChatMemoryStoreTest {

    private static final ToolExecutionRequest WEATHER = ToolExecutionRequest.builder()
            .id("call_1")
            .name("weather")
            .arguments("{\"city\": \"Köln\", \"days\": 1.50}")
            .build();

    private final Bobbin bobbin = Service.newUser();
    private final BobbinChatMemoryStore store = new BobbinChatMemoryStore(bobbin);

    @Test
    void anUnknownMemoryIsEmpty() {
        assertThat(store.getMessages("unknown")).isEmpty();
    }

    @Test
    void everyTypeOfMessageComesBackAsItWas() {
        List<ChatMessage> messages = List.of(
                systemMessage("Be brief"),
                UserMessage.builder()
                        .name("ann")
                        .contents(List.of(
                                TextContent.from("Is it \"warm\"? 🌡"),
                                ImageContent.from("aGk=", "image/png", ImageContent.DetailLevel.HIGH)))
                        .build(),
                AiMessage.builder()
                        .text("Let me see")
                        .thinking("hm")
                        .toolExecutionRequests(List.of(WEATHER))
                        .build(),
                ToolExecutionResultMessage.from(WEATHER, "21 °C"),
                aiMessage("Yes"),
                CustomMessage.from(Map.of("price", new BigDecimal("1.50").toString(), "tags", List.of("a", "b"))));

        store.updateMessages("all types", messages);

        assertThat(store.getMessages("all types")).isEqualTo(messages);
    }

    @Test
    void anUpdateReplacesAllMessages() {
        store.updateMessages(1, List.of(systemMessage("Be brief"), userMessage("one"), aiMessage("two")));
        List<ChatMessage> evicted = List.of(aiMessage("two"), userMessage("three"), systemMessage("Be kind"));
        store.updateMessages(1, evicted);
        assertThat(store.getMessages(1)).isEqualTo(evicted);
    }

    @Test
    void equalMessagesStayAsManyAsTheyAre() {
        List<ChatMessage> messages = List.of(userMessage("ok"), userMessage("ok"), userMessage("ok"));
        store.updateMessages("ok", messages);
        assertThat(store.getMessages("ok")).isEqualTo(messages);
    }

    @Test
    void aWindowForgetsToolCallsWithTheirResults() {
        MessageWindowChatMemory memory = MessageWindowChatMemory.builder()
                .id("window")
                .maxMessages(3)
                .chatMemoryStore(store)
                .build();
        memory.add(systemMessage("Be brief"));
        memory.add(userMessage("Is it warm?"));
        memory.add(aiMessage(WEATHER));
        memory.add(ToolExecutionResultMessage.from(WEATHER, "21 °C"));
        memory.add(aiMessage("Yes"));
        memory.add(userMessage("And tomorrow?"));

        List<ChatMessage> kept = List.of(systemMessage("Be brief"), aiMessage("Yes"), userMessage("And tomorrow?"));
        assertThat(memory.messages()).isEqualTo(kept);
        assertThat(store.getMessages("window")).isEqualTo(kept);
    }

    @Test
    void aDeletedMemoryIsEmpty() {
        store.updateMessages("short", List.of(userMessage("hello")));
        store.deleteMessages("short");
        store.deleteMessages("short");
        assertThat(store.getMessages("short")).isEmpty();
        store.updateMessages("short", List.of());
        assertThat(store.getMessages("short")).isEmpty();
    }

    @Test
    void memoriesAndUsersDoNotSeeEachOther() {
        store.updateMessages("a", List.of(userMessage("of a")));
        store.updateMessages("b", List.of(userMessage("of b")));
        BobbinChatMemoryStore ofBob = new BobbinChatMemoryStore(bobbin.forUser("bob " + System.nanoTime()));
        assertThat(ofBob.getMessages("a")).isEmpty();
        ofBob.updateMessages("a", List.of(userMessage("of Bob")));
        store.deleteMessages("b");
        assertThat(store.getMessages("a")).containsExactly(userMessage("of a"));
        assertThat(ofBob.getMessages("a")).containsExactly(userMessage("of Bob"));
    }

    @Test
    void theChatAfterWhichAMemoryIsNamedKeepsItsItems() {
        bobbin.send("PUT", "/v1/threads/thr_1", "{\"id\":\"thr_1\"}");
        bobbin.send("POST", "/v1/threads/thr_1/items", "{\"id\":\"msg_1\",\"type\":\"task\"}");
        store.updateMessages("thr_1", List.of(userMessage("hello")));
        store.deleteMessages("thr_1");
        assertThat(bobbin.send("GET", "/v1/threads/thr_1/items", null).findValuesAsText("id"))
                .containsExactly("msg_1");
    }

    @Test
    void aLongMemoryIsReadInPages() {
        List<ChatMessage> messages = numbered(250);
        store.updateMessages("long", messages);
        assertThat(store.getMessages("long")).isEqualTo(messages);
    }

    @Test
    void moreThanAThousandMessagesAreRefusedAndChangeNothing() {
        store.updateMessages("long", numbered(1000));
        assertThatExceptionOfType(BobbinException.class)
                .isThrownBy(() -> store.updateMessages("long", numbered(1001)))
                .satisfies(e -> assertThat(e.status()).isEqualTo(400))
                .satisfies(e -> assertThat(e.type()).isEqualTo("urn:bobbin:problem:invalid-request"))
                .withMessageContaining("1000");
        assertThat(store.getMessages("long")).hasSize(1000);
    }

    @Test
    void ofUpdatesAtTheSameTimeOneIsKeptWhole() {
        List<CompletableFuture<Void>> updates = IntStream.range(0, 8)
                .mapToObj(n -> CompletableFuture.runAsync(() -> store.updateMessages(
                        "shared", List.of(userMessage("first of " + n), userMessage("second of " + n)))))
                .toList();
        updates.forEach(CompletableFuture::join);
        List<ChatMessage> kept = store.getMessages("shared");
        String winner = ((UserMessage) kept.get(0)).singleText().replace("first of ", "");
        assertThat(kept).containsExactly(userMessage("first of " + winner), userMessage("second of " + winner));
    }

    record Key(String user, int chat) {}

    @Test
    void idsAreWhatTheirToStringSays() {
        List<Object> ids = new ArrayList<>(
                List.of("a/b", "..", ".", "100%", "ü 🧵", "a+b&c=d?#;*", " x ", 7, new Key("ann", 1), "x".repeat(251)));
        ids.add(new StringBuilder("builder"));
        for (Object id : ids) {
            store.updateMessages(id, List.of(userMessage("of " + id)));
        }
        for (Object id : ids) {
            assertThat(store.getMessages(id.toString())).containsExactly(userMessage("of " + id));
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " \t ", "a\u0000b", "a\nb", "\ud83e", "252"})
    void idsThatBobbinCannotStoreAreRefused(String id) {
        String refused = "252".equals(id) ? "x".repeat(252) : id;
        assertThatIllegalArgumentException().isThrownBy(() -> store.getMessages(refused));
        assertThatIllegalArgumentException().isThrownBy(() -> store.updateMessages(refused, numbered(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> store.deleteMessages(refused));
    }

    @Test
    void aMemoryOfAnotherLibraryIsNotMisread() {
        new BobbinChatMemoryRepository(bobbin)
                .saveAll("spring", List.of(new org.springframework.ai.chat.messages.UserMessage("hello")));
        assertThatIllegalStateException()
                .isThrownBy(() -> store.getMessages("spring"))
                .withMessageContaining("spring_ai_message");
    }

    private static List<ChatMessage> numbered(int count) {
        return IntStream.range(0, count)
                .<ChatMessage>mapToObj(n -> userMessage("message " + n))
                .toList();
    }
}
