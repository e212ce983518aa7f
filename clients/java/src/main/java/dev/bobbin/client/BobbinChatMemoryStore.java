package dev.bobbin.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.util.List;

/**
 * LangChain4j's chat memories in Bobbin. An update replaces the messages of a memory all at once; of two updates at the same
 * time, the later one wins.
 *
 * <p>The id of a memory is what its {@code toString} returns: 1 to 251 characters, not blank, without control characters and
 * lone surrogates. Others are refused with an {@link IllegalArgumentException}. A call that fails throws a
 * {@link BobbinException}.
 */
public final class BobbinChatMemoryStore implements ChatMemoryStore {

    private final Memories memories;

    public BobbinChatMemoryStore(Bobbin bobbin) {
        memories = new Memories(bobbin, "langchain4j_message");
    }

    @Override
    public List<ChatMessage> getMessages(Object memoryId) {
        List<JsonNode> messages = memories.load(memoryId);
        return ChatMessageDeserializer.messagesFromJson(messages.toString());
    }

    @Override
    public void updateMessages(Object memoryId, List<ChatMessage> messages) {
        memories.replace(
                memoryId,
                messages.stream().map(ChatMessageSerializer::messageToJson).toList());
    }

    @Override
    public void deleteMessages(Object memoryId) {
        memories.delete(memoryId);
    }
}
