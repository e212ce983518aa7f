package dev.bobbin.document;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.MALFORMED_JSON;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Parses bodies, and says in a problem where one is malformed. */
final class JsonSyntax {

    /** About where Python's parser gives up too; {@code jsonb} takes it. */
    private static final int MAX_DEPTH = 1_000;

    private static final JsonFactory JSON = factory(MAX_DEPTH);

    private static final JsonFactory AROUND = factory(MAX_DEPTH + 1);

    private JsonSyntax() {}

    /** The body's size is limited, so the sizes of its parts need no limits. */
    private static JsonFactory factory(int depth) {
        return JsonFactory.builder()
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(depth)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .build())
                .build();
    }

    interface Parsing<T> {
        T from(JsonParser parser) throws IOException;
    }

    static <T> T parse(String text, Parsing<T> parsing) {
        return parse(JSON, text, parsing);
    }

    /** The same of an object that has a document as a member. */
    static <T> T parseAround(String text, Parsing<T> parsing) {
        return parse(AROUND, text, parsing);
    }

    private static <T> T parse(JsonFactory json, String text, Parsing<T> parsing) {
        try {
            JsonParser parser = json.createParser(text);
            T result = parsing.from(parser);
            if (parser.nextToken() != null) {
                throw MALFORMED_JSON.because(where(parser.currentTokenLocation()) + "nothing may follow the document");
            }
            return result;
        } catch (StreamConstraintsException tooDeep) {
            throw INVALID_REQUEST.because("The document nests deeper than " + MAX_DEPTH + " levels");
        } catch (JsonProcessingException malformed) {
            String reason = malformed.getOriginalMessage().replaceFirst("(?s) \\(start marker at.*", "");
            throw MALFORMED_JSON.because(where(malformed.getLocation()) + reason);
        } catch (IOException impossible) {
            throw new IllegalStateException("a string cannot fail to be read", impossible);
        }
    }

    private static String where(@Nullable JsonLocation at) {
        return at == null ? "" : "Line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    }
}
