package dev.bobbin.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import io.quarkiverse.langchain4j.RegisterAiService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.context.control.ActivateRequestContext;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An AI service of Quarkus' extension for LangChain4j remembers in Bobbin as soon as it knows its URL. */
@QuarkusTest
@QuarkusTestResource(QuarkusChatMemoryTest.RunningBobbin.class)
class QuarkusChatMemoryTest {

    public static class RunningBobbin implements QuarkusTestResourceLifecycleManager {

        @Override
        public Map<String, String> start() {
            return Map.of("bobbin.url", Service.url(), "bobbin.api-key", "test-key-acme");
        }

        @Override
        public void stop() {}
    }

    @RegisterAiService(chatLanguageModelSupplier = CountingModel.Supplier.class)
    interface Assistant {
        @dev.langchain4j.service.SystemMessage("Be brief")
        String chat(@MemoryId String memoryId, @dev.langchain4j.service.UserMessage String text);
    }

    /** Answers with the number of messages that it was sent. */
    public static class CountingModel implements ChatModel {

        public static class Supplier implements java.util.function.Supplier<ChatModel> {
            @Override
            public ChatModel get() {
                return new CountingModel();
            }
        }

        @Override
        public ChatResponse doChat(ChatRequest request) {
            return ChatResponse.builder()
                    .aiMessage(AiMessage.from(String.valueOf(request.messages().size())))
                    .build();
        }
    }

    @Inject
    Assistant assistant;

    @Inject
    ChatMemoryStore store;

    @Test
    @ActivateRequestContext
    void anAiServiceRemembersInBobbin() {
        String memory = "memory-" + UUID.randomUUID();
        assertThat(assistant.chat(memory, "one")).isEqualTo("2");
        assertThat(assistant.chat(memory, "two")).isEqualTo("4");
        assertThat(new BobbinChatMemoryStore(Bobbin.at(Service.url())
                                .withApiKey("test-key-acme")
                                .forUser("bobbin-client"))
                        .getMessages(memory))
                .containsExactly(
                        SystemMessage.from("Be brief"),
                        UserMessage.from("one"),
                        AiMessage.from("2"),
                        UserMessage.from("two"),
                        AiMessage.from("4"));
        assertThat(store).isInstanceOf(BobbinChatMemoryStore.class);
    }
}
