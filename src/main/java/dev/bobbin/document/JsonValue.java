package dev.bobbin.document;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A value where it stands in a JSON text. Nothing is copied before it is asked for, however large the text is or however many
 * values it has. Of a repeated member the last one counts.
 */
public record JsonValue(String text, int start, int end) {

    public static final JsonValue NULL = new JsonValue("null", 0, 4);

    /**
     * The only value of a text; {@link #NULL} if there is none.
     *
     * @throws dev.bobbin.problem.ProblemException if it is no JSON
     */
    public static JsonValue read(String text) {
        return value(text, JsonSyntax.parse(text, JsonValue::skip));
    }

    /** The same of an object that has a document as a member, and so may nest one level deeper. */
    public static JsonValue readAround(String text) {
        return value(text, JsonSyntax.parseAround(text, JsonValue::skip));
    }

    private static boolean skip(JsonParser parser) throws IOException {
        boolean any = parser.nextToken() != null;
        parser.skipChildren();
        return any;
    }

    private static JsonValue value(String text, boolean found) {
        int start = Json.afterSpace(text, 0);
        return found ? new JsonValue(text, start, end(text, start)) : NULL;
    }

    public boolean isObject() {
        return begins('{');
    }

    public boolean isArray() {
        return begins('[');
    }

    public boolean isString() {
        return begins('"');
    }

    public boolean isNull() {
        return begins('n');
    }

    private boolean begins(char first) {
        return text.charAt(start) == first;
    }

    /** The member of an object; {@link #NULL} if it has none of this name, or is no object. */
    public JsonValue member(String name) {
        JsonValue[] found = {NULL};
        forEachMember((key, value) -> {
            if (name.equals(key.string())) {
                found[0] = value;
            }
        });
        return found[0];
    }

    /** Passes on the names and the values of an object's members, repeated ones too; none if it is no object. */
    public void forEachMember(BiConsumer<JsonValue, JsonValue> member) {
        int at = isObject() ? Json.afterSpace(text, start + 1) : end;
        while (at < end - 1) {
            int nameEnd = Json.endOfString(text, at);
            int from = Json.afterSpace(text, Json.afterSpace(text, nameEnd) + 1);
            int to = end(text, from);
            member.accept(new JsonValue(text, at, nameEnd), new JsonValue(text, from, to));
            at = next(to);
        }
    }

    /** Passes on the elements of an array; none if it is no array. */
    public void forEach(Consumer<JsonValue> element) {
        int at = isArray() ? Json.afterSpace(text, start + 1) : end;
        while (at < end - 1) {
            int to = end(text, at);
            element.accept(new JsonValue(text, at, to));
            at = next(to);
        }
    }

    private int next(int after) {
        int at = Json.afterSpace(text, after);
        return text.charAt(at) == ',' ? Json.afterSpace(text, at + 1) : at;
    }

    /** What a string says; null if it is no string. */
    public @Nullable String string() {
        return isString() ? PlainText.beginning(text, start, Integer.MAX_VALUE) : null;
    }

    /** As it is spelled in the text. */
    public String json() {
        return text.substring(start, end);
    }

    /** The same without the white space between its parts. */
    public String compact() {
        StringBuilder compact = new StringBuilder(end - start);
        int at = start;
        while (at < end) {
            char c = text.charAt(at);
            int to = c == '"' ? Json.endOfString(text, at) : at + 1;
            if (!Character.isWhitespace(c)) {
                compact.append(text, at, to);
            }
            at = to;
        }
        return compact.toString();
    }

    private static int end(String text, int start) {
        int at = start;
        if ("{[\"".indexOf(text.charAt(at)) < 0) {
            while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return at;
        }
        int depth = 0;
        do {
            switch (text.charAt(at)) {
                case '"' -> at = Json.endOfString(text, at) - 1;
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {}
            }
            at++;
        } while (depth > 0);
        return at;
    }
}
