package dev.bobbin.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** JSON by hand, around documents that are passed through and within them. */
public final class Json {

    private Json() {}

    /** Appends {@code text} as a JSON string. */
    public static void quote(String text, StringBuilder to) {
        to.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, to);
        to.append('"');
    }

    /** The text as a JSON string. */
    public static String quoted(String text) {
        StringBuilder json = new StringBuilder();
        quote(text, json);
        return json.toString();
    }

    /** Where the parser's token begins. */
    static int start(JsonParser parser) {
        return Math.toIntExact(parser.currentTokenLocation().getCharOffset());
    }

    /** Where the parser's token ends, if that is no string: it may only be at the beginning of one. */
    static int end(JsonParser parser) {
        return Math.toIntExact(parser.currentLocation().getCharOffset());
    }

    /** Where the string ends, its quote included, that begins at {@code start}. */
    static int endOfString(String json, int start) {
        int at = start + 1;
        while (json.charAt(at) != '"') {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    /** The first position from {@code at} on that is no white space. */
    static int afterSpace(String json, int at) {
        int after = at;
        while (after < json.length() && Character.isWhitespace(json.charAt(after))) {
            after++;
        }
        return after;
    }

    /** The character of four hex digits; any one if they are malformed. */
    static char hex(String json, int at) {
        int code = 0;
        for (int i = at; i < Math.min(at + 4, json.length()); i++) {
            code = code * 16 + Math.max(0, Character.digit(json.charAt(i), 16));
        }
        return (char) code;
    }
}
