package dev.bobbin.document;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that is kept as it came, and what the store takes from it. Made by {@link DocumentReader}.
 *
 * @param text the object verbatim: key order, spelling of numbers, unknown members and white space included
 * @param strings what was taken of the members of its {@link Kind}, by name
 * @param nulls which of the members that are ids or times are null
 * @param createdAt {@code created_at} as an instant, for ordering; null when it is absent
 */
public record Document(
        String text, Map<String, String> strings, Set<String> nulls, @Nullable OffsetDateTime createdAt) {

    /** What was taken of a member; null when it is absent, or of a type that is of no use. */
    public @Nullable String string(String name) {
        return strings.get(name);
    }

    /** What a person would read of an item; null when there is nothing. */
    public @Nullable String plainText() {
        return strings.getOrDefault("content", strings.get("copy_text"));
    }

    /**
     * The same document, and before its first member those of {@code missing} (name to value, in order).
     *
     * @throws dev.bobbin.problem.ProblemException when the document has null for an id or a time: a member put before it
     *     would not win over it
     */
    Document with(Map<String, String> missing, OffsetDateTime createdAt) {
        if (!nulls.isEmpty()) {
            throw INVALID_REQUEST.because(
                    "id, thread_id and created_at must not be null; leave them out to have them made");
        }
        int inside = text.indexOf('{') + 1;
        StringBuilder json = new StringBuilder(text.length() + 128).append(text, 0, inside);
        boolean empty = text.substring(inside).stripLeading().startsWith("}");
        missing.forEach((name, value) -> {
            json.append(json.charAt(json.length() - 1) == '{' ? "" : ",");
            Json.quote(name, json);
            json.append(':');
            Json.quote(value, json);
        });
        json.append(empty || missing.isEmpty() ? "" : ",");
        json.append(text, inside, text.length());
        return new Document(json.toString(), strings, nulls, createdAt);
    }

    /** {@link #createdAt}, or {@code otherwise} for a document without one. */
    public OffsetDateTime createdAtOr(OffsetDateTime otherwise) {
        return Objects.requireNonNullElse(createdAt, otherwise);
    }
}
