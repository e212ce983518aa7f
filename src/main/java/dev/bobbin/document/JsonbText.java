package dev.bobbin.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;

/**
 * A copy of JSON that {@code jsonb} accepts: it refuses {@code \u0000}, lone surrogates and numbers beyond its
 * {@code numeric}, all of which a document may hold. The document itself is kept as it is.
 */
final class JsonbText {

    /** {@code numeric} takes exponents to 131,072 and then some; a number so long that it might not fit becomes a string. */
    private static final int MAX_NUMBER = 400;

    private static final JsonFactory JSON = new JsonFactory();

    private JsonbText() {}

    /** Copies the object of {@code json} at whose start the parser is, and leaves it at the object's end. */
    static String copy(String json, JsonParser parser) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator copy = JSON.createGenerator(text)) {
            int depth = 0;
            do {
                JsonToken token = parser.currentToken();
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                switch (token) {
                    case FIELD_NAME -> copy.writeFieldName(clean(parser.currentName()));
                    case VALUE_STRING -> string(json, parser, copy);
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText(), copy);
                    default -> copy.copyCurrentEvent(parser);
                }
            } while (depth > 0 && parser.nextToken() != null);
        }
        return text.toString();
    }

    /** As it is written, without another copy of it; only an escape may mean a character that has to be replaced. */
    private static void string(String json, JsonParser parser, JsonGenerator copy) throws IOException {
        int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
        int end = start + 1;
        while (end < json.length() && json.charAt(end) != '"') {
            if (json.charAt(end) == '\\' && json.startsWith("u", ++end)) {
                copy.writeString(clean(parser.getText()));
                return;
            }
            end++;
        }
        copy.writeRawValue(json, start, Math.min(end + 1, json.length()) - start);
    }

    private static void number(String number, JsonGenerator copy) throws IOException {
        int exponent = Math.max(number.indexOf('e'), number.indexOf('E'));
        if (number.length() <= MAX_NUMBER && (exponent < 0 || number.length() - exponent <= 5)) {
            copy.writeNumber(number);
        } else {
            copy.writeString(number);
        }
    }

    private static String clean(String text) {
        return PlainText.scrub(text, Integer.MAX_VALUE);
    }
}
