package dev.bobbin.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memories of one kind of messages: for each memory a thread, for each message an item that holds its JSON in the member
 * {@code message}.
 *
 * <p>The thread of memory {@code 42} is {@code mem_42}. Without the prefix, a memory that is named after a chat would
 * replace the items of this chat.
 */
final class Memories {

    private static final String KIND = "memory";
    private static final String PREFIX = "mem_";
    private static final int MAX_LENGTH = 255 - PREFIX.length();

    private final Bobbin bobbin;
    private final String type;

    /** {@code type} is that of the items. */
    Memories(Bobbin bobbin, String type) {
        this.bobbin = bobbin;
        this.type = type;
    }

    /** The messages in their order, none of an unknown memory. More than 100 are read in several calls. */
    List<JsonNode> load(@Nullable Object memoryId) {
        List<JsonNode> messages = new ArrayList<>();
        for (JsonNode item : pages(path(memoryId) + "/items?order=asc&limit=100")) {
            if (!item.path("type").asText().equals(type)) {
                throw new IllegalStateException("Memory " + memoryId + " holds an item of type " + item.get("type")
                        + ", and not only " + type + ": another library has written it");
            }
            messages.add(item.path("message"));
        }
        return messages;
    }

    /** Replaces all messages at once by up to 1,000 others, each as JSON text. A memory without messages does not exist. */
    void replace(@Nullable Object memoryId, List<String> messages) {
        if (messages.isEmpty()) {
            delete(memoryId);
            return;
        }
        List<String> items = new ArrayList<>();
        for (String message : messages) {
            items.add("{\"type\":\"" + type + "\",\"message\":" + message + "}");
        }
        String body = "[" + String.join(",", items) + "]";
        bobbin.send("PUT", path(memoryId) + "/items?create=true&kind=" + KIND, body);
    }

    void delete(@Nullable Object memoryId) {
        bobbin.send("DELETE", path(memoryId), null);
    }

    /** The ids of all memories, those of the other library as well. */
    List<String> ids() {
        List<String> ids = new ArrayList<>();
        for (JsonNode thread : pages("/v1/threads?kind=" + KIND + "&order=asc&limit=100")) {
            String id = thread.path("id").asText();
            if (id.startsWith(PREFIX)) {
                ids.add(id.substring(PREFIX.length()));
            }
        }
        return ids;
    }

    private List<JsonNode> pages(String path) {
        List<JsonNode> rows = new ArrayList<>();
        String following = path;
        while (following != null) {
            JsonNode page = bobbin.send("GET", following, null);
            page.path("data").forEach(rows::add);
            String next = page.path("next").asText(null);
            following = next == null ? null : path + "&cursor=" + Bobbin.encoded(next);
        }
        return rows;
    }

    private static String path(@Nullable Object memoryId) {
        return "/v1/threads/" + Bobbin.encoded(threadId(memoryId));
    }

    /** What Bobbin's rules for ids refuse is refused here, where the message can name the memory's id. */
    static String threadId(@Nullable Object memoryId) {
        String id = memoryId == null ? "" : memoryId.toString();
        if (id == null || id.isBlank()) {
            throw new IllegalArgumentException("The id of a memory must not be null, empty or blank");
        }
        if (id.codePointCount(0, id.length()) > MAX_LENGTH) {
            throw new IllegalArgumentException("The id of a memory must have at most " + MAX_LENGTH + " characters");
        }
        if (id.codePoints().anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE)) {
            throw new IllegalArgumentException(
                    "The id of a memory must not contain control characters or lone surrogates");
        }
        return PREFIX + id;
    }
}
