package dev.bobbin.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What of a document stands in the text columns, for whoever opens the table in a console. */
final class PlainText {

    private PlainText() {}

    /**
     * Reads the value of {@code content}: a string, or the {@code text} of each of its parts, a line each.
     *
     * @return null when there is no text in it
     */
    static @Nullable String ofContent(JsonParser parser, int most) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return scrub(parser.getText(), most);
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return null;
        }
        StringBuilder lines = new StringBuilder();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                part(parser, lines, most);
            } else {
                parser.skipChildren();
            }
        }
        return lines.isEmpty() ? null : scrub(lines.toString(), most);
    }

    private static void part(JsonParser parser, StringBuilder lines, int most) throws IOException {
        int before = lines.length();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean text = parser.currentName().equals("text");
            JsonToken value = parser.nextToken();
            if (text) {
                lines.setLength(before);
            }
            if (text && value == JsonToken.VALUE_STRING && lines.length() < most) {
                lines.append(lines.isEmpty() ? "" : "\n").append(parser.getText());
            }
            parser.skipChildren();
        }
    }

    /** At most {@code most} characters, and U+FFFD for those that Postgres' text cannot hold. */
    static String scrub(String text, int most) {
        boolean clean = text.length() <= most;
        for (int i = 0; clean && i < text.length(); i++) {
            char c = text.charAt(i);
            clean = c != 0 && !Character.isSurrogate(c);
        }
        if (clean) {
            return text;
        }
        StringBuilder scrubbed = new StringBuilder(Math.min(text.length(), most));
        text.codePoints()
                .limit(most)
                .map(c -> c == 0 || Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
                .forEach(scrubbed::appendCodePoint);
        return scrubbed.toString();
    }
}
