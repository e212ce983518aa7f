package dev.bobbin.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The text columns of a document, for people who read the table in a console. */
final class PlainText {

    private PlainText() {}

    /**
     * Reads the value of {@code content}: a string, or the {@code text} of each of its parts, a line each.
     *
     * @return null when there is no text in it
     */
    static @Nullable String ofContent(String json, JsonParser parser, int most) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return ofString(json, parser, most);
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return null;
        }
        StringBuilder lines = new StringBuilder();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                part(json, parser, lines, most);
            } else {
                parser.skipChildren();
            }
        }
        return lines.isEmpty() ? null : scrub(lines.toString(), most);
    }

    private static void part(String json, JsonParser parser, StringBuilder lines, int most) throws IOException {
        int before = lines.length();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean text = parser.currentName().equals("text");
            JsonToken value = parser.nextToken();
            if (text) {
                lines.setLength(before);
            }
            if (text && value == JsonToken.VALUE_STRING && lines.length() < most) {
                lines.append(lines.isEmpty() ? "" : "\n").append(beginning(json, parser, most));
            }
            parser.skipChildren();
        }
    }

    /** The string at whose start the parser is, as {@link #scrub} has it. */
    static String ofString(String json, JsonParser parser, int most) {
        return scrub(beginning(json, parser, most), most);
    }

    /**
     * The first characters, at least {@code most}, of the string of {@code json} at whose start the parser is. The
     * parser itself would make several copies of the whole string, which may be most of a large body; it still goes over it
     * next, and says if it is malformed.
     */
    static String beginning(String json, JsonParser parser, int most) {
        StringBuilder text = new StringBuilder();
        int at = Math.toIntExact(parser.currentTokenLocation().getCharOffset()) + 1;
        // a character may be two of Java's
        while (at < json.length() && json.charAt(at) != '"' && text.length() < 2L * most) {
            char c = json.charAt(at++);
            if (c != '\\' || at == json.length()) {
                text.append(c);
                continue;
            }
            char escaped = json.charAt(at++);
            if (escaped != 'u') {
                int named = "bfnrt".indexOf(escaped);
                text.append(named < 0 ? escaped : "\b\f\n\r\t".charAt(named));
                continue;
            }
            int end = Math.min(at + 4, json.length());
            int code = 0;
            for (; at < end; at++) {
                code = code * 16 + Math.max(0, Character.digit(json.charAt(at), 16));
            }
            text.append((char) code);
        }
        return text.toString();
    }

    /** At most {@code most} characters, and U+FFFD for those that Postgres' text cannot hold. */
    static String scrub(String text, int most) {
        if (text.length() <= most && text.chars().noneMatch(c -> c == 0 || Character.isSurrogate((char) c))) {
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
