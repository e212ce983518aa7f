package dev.bobbin.client;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.memory.ChatMemoryRepository;
import org.springframework.ai.chat.messages.Message;

/**
 * Spring AI's chat memories in Bobbin. Saving replaces the messages of a conversation all at once; of two calls at the same
 * time, the later one wins. Messages are kept whole: text, media, tool calls and their responses, and metadata.
 *
 * <p>The id of a conversation has 1 to 251 characters, is not blank, and contains no control characters or lone surrogates.
 * Others are refused with an {@link IllegalArgumentException}, as are null lists and null messages. A call that fails throws a
 * {@link BobbinException}.
 */
public final class BobbinChatMemoryRepository implements ChatMemoryRepository {

    private final Memories memories;

    public BobbinChatMemoryRepository(Bobbin bobbin) {
        memories = new Memories(bobbin, "spring_ai_message");
    }

    /** The conversations of the Bobbin's user, the one that was created first in front. */
    @Override
    public List<String> findConversationIds() {
        return memories.ids();
    }

    @Override
    public List<Message> findByConversationId(String conversationId) {
        return memories.load(conversationId).stream()
                .map(SpringMessages::fromJson)
                .toList();
    }

    @Override
    public void saveAll(String conversationId, List<Message> messages) {
        requireMessages(messages);
        memories.replace(
                conversationId,
                messages.stream()
                        .map(message -> SpringMessages.toJson(message).toString())
                        .toList());
    }

    @Override
    public void deleteByConversationId(String conversationId) {
        memories.delete(conversationId);
    }

    @SuppressWarnings("ReferenceEquality")
    private static void requireMessages(@Nullable List<? extends @Nullable Message> messages) {
        if (messages == null || messages.stream().anyMatch(message -> message == null)) {
            throw new IllegalArgumentException("The messages must not be null");
        }
    }
}
