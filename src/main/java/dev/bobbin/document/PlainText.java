package dev.bobbin.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The text columns of a document, for people who read the table in a console. */
final class PlainText {

    private PlainText() {}

    /** The value of {@code content}: a string, or the {@code text} of each of its parts, a line each; null if there is none. */
    static @Nullable String ofContent(String json, JsonParser parser, int maximum) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return ofString(json, parser, maximum);
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return null;
        }
        StringBuilder lines = new StringBuilder();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                part(json, parser, lines, maximum);
            } else {
                parser.skipChildren();
            }
        }
        return lines.isEmpty() ? null : scrub(lines.toString(), maximum);
    }

    private static void part(String json, JsonParser parser, StringBuilder lines, int maximum) throws IOException {
        int before = lines.length();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean text = parser.currentName().equals("text");
            JsonToken value = parser.nextToken();
            if (text) {
                lines.setLength(before);
            }
            if (text && value == JsonToken.VALUE_STRING && lines.length() < maximum) {
                lines.append(lines.isEmpty() ? "" : "\n").append(beginning(json, parser, maximum));
            }
            parser.skipChildren();
        }
    }

    /** The string at which the parser is, as {@link #scrub} makes it. */
    static String ofString(String json, JsonParser parser, int maximum) {
        return scrub(beginning(json, parser, maximum), maximum);
    }

    /**
     * At least the first {@code maximum} characters of the string at which the parser is. The parser would copy the whole
     * string several times, and it may be most of a large body. It still reads it next, and rejects it if it is malformed.
     */
    static String beginning(String json, JsonParser parser, int maximum) {
        return beginning(json, Json.start(parser), maximum);
    }

    /** The same of the string that begins at {@code start}. */
    static String beginning(String json, int start, int maximum) {
        StringBuilder text = new StringBuilder();
        int at = start + 1;
        // a character may be two of Java's
        while (at < json.length() && json.charAt(at) != '"' && text.length() < 2L * maximum) {
            char c = json.charAt(at++);
            if (c != '\\' || at == json.length()) {
                text.append(c);
                continue;
            }
            char escaped = json.charAt(at++);
            if (escaped == 'u') {
                text.append(Json.hex(json, at));
                at += 4;
            } else {
                int named = "bfnrt".indexOf(escaped);
                text.append(named < 0 ? escaped : "\b\f\n\r\t".charAt(named));
            }
        }
        return text.toString();
    }

    /** At most {@code maximum} characters, with U+FFFD for those that Postgres' text cannot hold. */
    static String scrub(String text, int maximum) {
        if (text.length() <= maximum && isStorable(text)) {
            return text;
        }
        StringBuilder scrubbed = new StringBuilder(Math.min(text.length(), maximum));
        text.codePoints()
                .limit(maximum)
                .map(c -> c == 0 || Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
                .forEach(scrubbed::appendCodePoint);
        return scrubbed.toString();
    }

    private static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || Character.isSurrogate(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
