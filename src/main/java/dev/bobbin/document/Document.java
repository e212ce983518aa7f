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
 * @param strings the members of its {@link Kind} that are strings, by name, and the type of {@code status}
 * @param nulls which of {@code id}, {@code thread_id}, {@code type} and {@code created_at} stand there as null
 * @param createdAt {@code created_at} as an instant, for ordering; null when it is not there
 * @param metadata {@code metadata}, when it is an object, in a form that {@code jsonb} takes
 * @param plainText what a person would read of it; null when there is nothing
 */
public record Document(
        String text,
        Map<String, String> strings,
        Set<String> nulls,
        @Nullable OffsetDateTime createdAt,
        @Nullable String metadata,
        @Nullable String plainText) {

    /** A string member; null when the document has none of this name. */
    public @Nullable String string(String name) {
        return strings.get(name);
    }

    /**
     * The value that the path gives to the member {@code name}, when the document has the same one or none.
     *
     * @throws dev.bobbin.problem.ProblemException when the document has another
     */
    public String agreeing(String name, String inPath) {
        if (nulls.contains(name)) {
            throw INVALID_REQUEST.because("The path says " + inPath + ", and the body's " + name + " is null");
        }
        String inBody = string(name);
        if (inBody != null && !inBody.equals(inPath)) {
            throw INVALID_REQUEST.because("The path says " + inPath + ", and the body's " + name + " is " + inBody);
        }
        return inPath;
    }

    /**
     * The same document, and before its first member those of {@code missing} (name to value, in order).
     *
     * @throws dev.bobbin.problem.ProblemException when the document has null for an id or a time: a member put before it
     *     would not win over it
     */
    public Document with(Map<String, String> missing, OffsetDateTime createdAt) {
        if (!nulls.isEmpty()) {
            throw INVALID_REQUEST.because(
                    "id, thread_id and created_at must not be null; leave them out to have them made");
        }
        int inside = text.indexOf('{') + 1;
        StringBuilder json = new StringBuilder(text.length() + 128).append(text, 0, inside);
        missing.forEach((name, value) -> {
            if (json.charAt(json.length() - 1) != '{') {
                json.append(',');
            }
            Json.quote(name, json);
            json.append(':');
            Json.quote(value, json);
        });
        int next = inside;
        while (Character.isWhitespace(text.charAt(next))) {
            next++;
        }
        if (text.charAt(next) != '}' && !missing.isEmpty()) {
            json.append(',');
        }
        return new Document(
                json.append(text, inside, text.length()).toString(), strings, nulls, createdAt, metadata, plainText);
    }

    /** {@link #createdAt}, or {@code otherwise} for a document that does not say. */
    public OffsetDateTime createdAtOr(OffsetDateTime otherwise) {
        return Objects.requireNonNullElse(createdAt, otherwise);
    }
}
