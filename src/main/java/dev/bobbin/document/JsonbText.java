package dev.bobbin.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * An object as {@code jsonb} accepts it. It rejects {@code \u0000}, lone surrogates and numbers beyond its {@code numeric}, all
 * of which a document may contain; the document itself stays as it is.
 */
final class JsonbText {

    /** {@code numeric} takes exponents up to 131,072; a number so long that it might not fit becomes a string. */
    private static final int MAX_NUMBER = 400;

    private static final int MAX_EXPONENT = 4;

    private JsonbText() {}

    /** The text of the object at whose start the parser is; leaves the parser at its end. */
    static String of(String json, JsonParser parser) throws IOException {
        StringBuilder text = new StringBuilder();
        int copied = Json.start(parser);
        int depth = 1;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (token.isNumeric() && !fits(parser.getText())) {
                int number = Json.start(parser);
                text.append(json, copied, number)
                        .append('"')
                        .append(parser.getText())
                        .append('"');
                copied = number + parser.getTextLength();
            }
        }
        int end = Json.end(parser);
        if (text.isEmpty() && json.indexOf("\\u", copied) < 0) {
            return json.substring(copied, end);
        }
        text.append(json, copied, end);
        replaceEscapes(text);
        return text.toString();
    }

    private static boolean fits(String number) {
        int exponent = Math.max(number.indexOf('e'), number.indexOf('E'));
        return number.length() <= MAX_NUMBER && (exponent < 0 || number.length() - exponent - 1 <= MAX_EXPONENT);
    }

    private static void replaceEscapes(StringBuilder text) {
        String json = text.toString();
        int at = json.indexOf('\\');
        while (at >= 0) {
            int next = at + 2;
            if (json.charAt(at + 1) == 'u') {
                char c = Json.hex(json, at + 2);
                next = at + 6;
                if (Character.isHighSurrogate(c)
                        && json.startsWith("\\u", next)
                        && Character.isLowSurrogate(Json.hex(json, next + 2))) {
                    next += 6;
                } else if (c == 0 || Character.isSurrogate(c)) {
                    replace(text, at + 2);
                }
            }
            at = json.indexOf('\\', next);
        }
    }

    /** Four digits in their place; {@link StringBuilder#replace} would move all that follows. */
    private static void replace(StringBuilder text, int digits) {
        for (int i = 0; i < 4; i++) {
            text.setCharAt(digits + i, "fffd".charAt(i));
        }
    }
}
