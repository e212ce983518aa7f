package dev.bobbin.document;

import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that is kept as it came, and what the store reads of it. Made by {@link DocumentReader}.
 *
 * @param text the object verbatim: key order, spelling of numbers, unknown members and white space included
 * @param strings what was read of the members of its {@link Kind}; null for an id or a time that is null
 * @param createdAt {@code created_at} as an instant; null when it is absent
 */
public record Document(String text, Map<String, @Nullable String> strings, @Nullable OffsetDateTime createdAt) {

    /** What was read of a member; null when it is absent, or of another type. */
    public @Nullable String string(String name) {
        return strings.get(name);
    }

    /** What a person would read of an item; null when there is nothing. */
    public @Nullable String plainText() {
        return strings.getOrDefault("content", strings.get("copy_text"));
    }

    /** {@link #createdAt}, or {@code otherwise} for a document without one. */
    public OffsetDateTime createdAtOr(OffsetDateTime otherwise) {
        return Objects.requireNonNullElse(createdAt, otherwise);
    }

    /** The same document with these members, name to value, before its own. */
    Document with(Map<String, String> members, OffsetDateTime createdAt) {
        int inside = text.indexOf('{') + 1;
        StringBuilder json = new StringBuilder(text.length() + 128).append(text, 0, inside);
        String separator = "";
        for (Map.Entry<String, String> member : members.entrySet()) {
            json.append(separator);
            Json.quote(member.getKey(), json);
            json.append(':');
            Json.quote(member.getValue(), json);
            separator = ",";
        }
        boolean empty = text.charAt(Json.afterSpace(text, inside)) == '}';
        json.append(empty ? "" : separator).append(text, inside, text.length());
        return new Document(json.toString(), strings, createdAt);
    }
}
