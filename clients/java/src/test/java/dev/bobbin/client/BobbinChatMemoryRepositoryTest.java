package dev.bobbin.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.chat.memory.MessageWindowChatMemory;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.util.MimeTypeUtils;

class BobbinChatMemoryRepositoryTest {

    private final Bobbin bobbin = Service.newUser();
    private final BobbinChatMemoryRepository repository = new BobbinChatMemoryRepository(bobbin);

    @Test
    void everyTypeOfMessageComesBackAsItWas() {
        List<Message> messages = List.of(
                new SystemMessage("Be brief"),
                UserMessage.builder()
                        .text("Is it \"warm\"? 🌡")
                        .metadata(Map.of("lang", "en", "n", 3, "tags", List.of("a", Map.of("b", true))))
                        .build(),
                AssistantMessage.builder()
                        .content("Let me see")
                        .toolCalls(List.of(new ToolCall("call_1", "function", "weather", "{\"days\": 1.50}")))
                        .properties(Map.of("finishReason", "TOOL_CALLS"))
                        .build(),
                ToolResponseMessage.builder()
                        .responses(List.of(new ToolResponse("call_1", "weather", "21 °C")))
                        .build(),
                new AssistantMessage("Yes"));

        repository.saveAll("all types", messages);

        assertThat(repository.findByConversationId("all types")).isEqualTo(messages);
    }

    @Test
    void mediaComeBackAsTheyWere() {
        byte[] bytes = "png".getBytes(StandardCharsets.UTF_8);
        Media image = Media.builder()
                .mimeType(MimeTypeUtils.IMAGE_PNG)
                .data(bytes)
                .id("img_1")
                .name("chart")
                .build();
        Media link = new Media(MimeTypeUtils.IMAGE_JPEG, URI.create("https://example.com/a.jpg"));
        repository.saveAll(
                "media",
                List.of(UserMessage.builder().text("See").media(image, link).build()));

        UserMessage loaded =
                (UserMessage) repository.findByConversationId("media").get(0);
        assertThat(loaded.getMedia())
                .extracting(Media::getMimeType, Media::getData, Media::getId, Media::getName)
                .containsExactly(
                        tuple(image.getMimeType(), bytes, "img_1", "chart"),
                        tuple(link.getMimeType(), "https://example.com/a.jpg", null, link.getName()));
    }

    @Test
    void anAssistantThatOnlyCallsToolsHasNoText() {
        Message call = AssistantMessage.builder()
                .toolCalls(List.of(new ToolCall("call_1", "function", "weather", "{}")))
                .build();
        repository.saveAll("calls", List.of(call));
        Message loaded = repository.findByConversationId("calls").get(0);
        assertThat(loaded.getText()).isEqualTo(call.getText());
        assertThat(loaded).isEqualTo(call);
    }

    @Test
    void metadataThatAreNoJsonAreLeftOut() {
        Object usage = new Object();
        Message message = UserMessage.builder()
                .text("hello")
                .metadata(Map.of("usage", usage, "kept", "yes"))
                .build();
        repository.saveAll("metadata", List.of(message));
        assertThat(repository.findByConversationId("metadata").get(0).getMetadata())
                .containsEntry("kept", "yes")
                .doesNotContainKey("usage");
    }

    @Test
    void savingReplacesAllMessages() {
        repository.saveAll("a", List.of(new UserMessage("one"), new UserMessage("two")));
        repository.saveAll("a", List.of(new UserMessage("three")));
        assertThat(texts("a")).containsExactly("three");
    }

    @Test
    void conversationsAreFoundUntilTheyAreDeleted() {
        assertThat(repository.findConversationIds()).isEmpty();
        bobbin.send("POST", "/v1/threads", "{\"title\":\"a chat\"}");
        List<String> ids = IntStream.range(0, 103)
                .mapToObj(n -> n == 0 ? "a/ü .." : "c" + n)
                .toList();
        ids.forEach(id -> repository.saveAll(id, List.of(new UserMessage("hello"))));
        assertThat(repository.findConversationIds()).isEqualTo(ids);

        repository.deleteByConversationId("a/ü ..");
        repository.saveAll("c1", List.of());
        assertThat(repository.findConversationIds()).isEqualTo(ids.subList(2, 103));
        assertThat(repository.findByConversationId("a/ü ..")).isEmpty();
        assertThat(new BobbinChatMemoryRepository(bobbin.forUser("bob " + System.nanoTime())).findConversationIds())
                .isEmpty();
    }

    @Test
    void aWindowForgetsTheOldest() {
        MessageWindowChatMemory memory = MessageWindowChatMemory.builder()
                .chatMemoryRepository(repository)
                .maxMessages(3)
                .build();
        memory.add("window", new SystemMessage("Be brief"));
        for (int n = 1; n <= 4; n++) {
            memory.add("window", List.of(new UserMessage("q" + n), new AssistantMessage("a" + n)));
        }
        assertThat(texts("window")).containsExactly("Be brief", "q4", "a4");
        memory.clear("window");
        assertThat(memory.get("window")).isEmpty();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  ", "a\u0000b"})
    void idsThatBobbinCannotStoreAreRefused(String id) {
        assertThatIllegalArgumentException().isThrownBy(() -> repository.findByConversationId(id));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repository.saveAll(id, List.of(new UserMessage("hello"))));
        assertThatIllegalArgumentException().isThrownBy(() -> repository.deleteByConversationId(id));
    }

    @Test
    void nullsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> repository.saveAll("a", null));
        List<Message> messages = Arrays.asList(new UserMessage("hello"), null);
        assertThatIllegalArgumentException().isThrownBy(() -> repository.saveAll("a", messages));
        assertThat(repository.findConversationIds()).isEmpty();
    }

    private List<String> texts(String id) {
        return repository.findByConversationId(id).stream()
                .map(Message::getText)
                .toList();
    }
}
