package dev.bobbin.openai.conversation;

import dev.bobbin.document.Json;
import dev.bobbin.document.JsonValue;
import dev.bobbin.document.NewDocument;
import dev.bobbin.document.NewIds;
import dev.bobbin.thread.ThreadKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Conversations of OpenAI as its SDKs print their objects, one in a line: a conversation, then its items, oldest first. They are
 * stored as if they were sent to this service, but with the conversation's own id and time. Items have no time of their own, so
 * they get those that follow it.
 */
public final class SdkConversations {

    private @Nullable String conversationId;
    private OffsetDateTime createdAt = OffsetDateTime.MIN;
    private NewIds ids = NewIds.random();
    private long items;

    /**
     * The lines of an export for an object.
     *
     * @throws dev.bobbin.problem.ProblemException if it cannot be stored
     */
    public List<String> lines(String object) {
        JsonValue sent = JsonValue.read(object);
        if ("conversation".equals(sent.member("object").string())) {
            return List.of(conversation(sent));
        }
        String conversation = conversationId;
        if (conversation == null) {
            throw Refused.value("object", "the first line must be a conversation.");
        }
        NewItem item = NewItem.all(JsonValue.read("[" + object + "]"), ids, 1).get(0);
        items++;
        return List.of(line("item", item.id(), createdAt.plus(items, ChronoUnit.MICROS), item.document())
                .insert(1, "\"thread_id\":" + Json.quoted(conversation) + ",")
                .toString());
    }

    private String conversation(JsonValue sent) {
        String id = sent.member("id").string();
        if (id == null) {
            throw Refused.missing("id");
        }
        conversationId = id;
        createdAt = time(sent.member("created_at"));
        // the same ones each time that the lines are read
        ids = NewIds.derived(id);
        items = 0;
        NewConversation made = new NewConversation(id, createdAt, NewConversation.metadata(sent), List.of());
        return line("thread", id, createdAt, made.document()).toString();
    }

    private static OffsetDateTime time(JsonValue seconds) {
        try {
            return Instant.ofEpochSecond(new BigDecimal(seconds.json()).longValue())
                    .atOffset(ZoneOffset.UTC);
        } catch (NumberFormatException none) {
            throw Refused.type("created_at", "a number of seconds", seconds);
        }
    }

    private static StringBuilder line(String type, String id, OffsetDateTime at, String document) {
        return new StringBuilder(
                "{\"type\":\"" + type + "\",\"kind\":\"" + ThreadKind.CONVERSATION + "\",\"id\":" + Json.quoted(id)
                        + ",\"created_at\":\"" + NewDocument.format(at) + "\",\"document\":" + document + '}');
    }
}
