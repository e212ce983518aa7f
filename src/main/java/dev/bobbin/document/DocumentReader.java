package dev.bobbin.document;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.MALFORMED_JSON;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.bobbin.problem.ProblemException;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body once, from its first character to its last: it is proved to be JSON, and the members that the store needs
 * are taken out. Of members that stand there twice the last one counts, as in ChatKit.
 */
public final class DocumentReader {

    /** Python's parser gives up at about this depth as well, and {@code jsonb} has room for it. */
    private static final int MAX_DEPTH = 1_000;

    /** More than any page of thoughts that somebody reads in a database console. The document has all of it. */
    private static final int MAX_PLAIN_TEXT = 8_000;

    /** The size of a body is bounded, so the sizes of its parts need no bounds of their own. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final String text;
    private final JsonParser parser;
    private final Kind kind;

    /** Why a member cannot be what it says, by its name; it may stand there again and be right. */
    private final Map<String, ProblemException> refused = new HashMap<>();

    private DocumentReader(String text, Kind kind) throws IOException {
        this.text = text;
        this.parser = JSON.createParser(text);
        this.kind = kind;
    }

    /** Reads one object. A thread's {@code items} are left out of its text. */
    public static Document read(Kind kind, String text) {
        return reading(text, kind, DocumentReader::onlyObject);
    }

    /** Whether a body is meant to be an array; it may still turn out to be malformed. */
    public static boolean isArray(String text) {
        return text.stripLeading().startsWith("[");
    }

    /** Reads an array of objects; each one's text is the part of the body that it takes up. */
    public static List<Document> readArray(Kind kind, String text) {
        return reading(text, kind, DocumentReader::objects);
    }

    private interface Reading<T> {
        T from(DocumentReader reader) throws IOException;
    }

    private static <T> T reading(String text, Kind kind, Reading<T> reading) {
        try {
            DocumentReader reader = new DocumentReader(text, kind);
            T result = reading.from(reader);
            if (reader.parser.nextToken() != null) {
                JsonLocation at = reader.parser.currentTokenLocation();
                throw MALFORMED_JSON.because(where(at) + "nothing may follow the document");
            }
            return result;
        } catch (StreamConstraintsException tooDeep) {
            throw INVALID_REQUEST.because("The document nests deeper than " + MAX_DEPTH + " levels");
        } catch (JsonProcessingException malformed) {
            throw MALFORMED_JSON.because(where(malformed.getLocation()) + reason(malformed));
        } catch (IOException impossible) {
            throw new IllegalStateException("a string cannot fail to be read", impossible);
        }
    }

    private static String where(@Nullable JsonLocation at) {
        return at == null ? "" : "Line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    }

    private static String reason(JsonProcessingException malformed) {
        String message = malformed.getOriginalMessage();
        int remark = message.indexOf(" (start marker at");
        return remark < 0 ? message : message.substring(0, remark);
    }

    private Document onlyObject() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw INVALID_REQUEST.because("The body must be a JSON object");
        }
        return object(0);
    }

    private List<Document> objects() throws IOException {
        parser.nextToken();
        List<Document> documents = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw INVALID_REQUEST.because("Element " + documents.size() + " of the array must be a JSON object");
            }
            documents.add(object(offset(parser.currentTokenLocation())));
        }
        return documents;
    }

    private Document object(int start) throws IOException {
        Map<String, String> strings = new HashMap<>();
        Set<String> nulls = new HashSet<>();
        OffsetDateTime createdAt = null;
        String metadata = null;
        String content = null;
        String copyText = null;
        List<int[]> cuts = List.of();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            int nameStart = name.equals("items") ? offset(parser.currentTokenLocation()) : 0;
            JsonToken value = parser.nextToken();
            if (kind.identifiesBy(name)) {
                identifying(name, value, strings, nulls);
            } else if (kind.describesBy(name)) {
                describing(name, value, strings);
            } else if (!kind.reads(name)) {
                parser.skipChildren();
            } else if (name.equals("created_at")) {
                createdAt = createdAt(name, value, nulls);
            } else if (name.equals("status")) {
                status(value, strings);
            } else if (name.equals("metadata")) {
                metadata = value == JsonToken.START_OBJECT ? JsonbText.copy(parser) : passedOver();
            } else if (name.equals("content")) {
                content = PlainText.ofContent(parser, MAX_PLAIN_TEXT);
            } else if (name.equals("copy_text")) {
                copyText = value == JsonToken.VALUE_STRING
                        ? PlainText.scrub(parser.getText(), MAX_PLAIN_TEXT)
                        : passedOver();
            } else if (name.equals("items")) {
                items(value);
                cuts = cuts.isEmpty() ? new ArrayList<>() : cuts;
                cuts.add(new int[] {nameStart, endOfValue()});
            }
        }
        for (ProblemException reason : refused.values()) {
            throw reason;
        }
        // a lone object keeps the white space around it, an element of an array is cut out of its surroundings
        String verbatim = start == 0 ? text : text.substring(start, offset(parser.currentLocation()));
        String kept = cuts.isEmpty() ? verbatim : Cuts.without(verbatim, cuts);
        return new Document(kept, strings, nulls, createdAt, metadata, content == null ? copyText : content);
    }

    private void identifying(String name, JsonToken value, Map<String, String> strings, Set<String> nulls)
            throws IOException {
        strings.remove(name);
        nulls.remove(name);
        refused.remove(name);
        if (value == JsonToken.VALUE_STRING) {
            strings.put(name, parser.getText());
        } else if (value == JsonToken.VALUE_NULL) {
            nulls.add(name);
        } else {
            parser.skipChildren();
            refused.put(name, INVALID_REQUEST.because(name + " must be a string"));
        }
    }

    private void describing(String name, JsonToken value, Map<String, String> strings) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            strings.put(name, PlainText.scrub(parser.getText(), MAX_PLAIN_TEXT));
        } else {
            strings.remove(name);
            parser.skipChildren();
        }
    }

    private void status(JsonToken value, Map<String, String> strings) throws IOException {
        strings.remove("status");
        if (value == JsonToken.VALUE_STRING) {
            strings.put("status", PlainText.scrub(parser.getText(), MAX_PLAIN_TEXT));
        } else if (value == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                boolean type = parser.currentName().equals("type");
                JsonToken part = parser.nextToken();
                if (type) {
                    describing("status", part, strings);
                } else {
                    parser.skipChildren();
                }
            }
        } else {
            parser.skipChildren();
        }
    }

    private @Nullable OffsetDateTime createdAt(String name, JsonToken value, Set<String> nulls) throws IOException {
        nulls.remove(name);
        refused.remove(name);
        if (value == JsonToken.VALUE_NULL) {
            nulls.add(name);
            return null;
        }
        OffsetDateTime instant = value.isScalarValue() ? CreatedAt.parse(parser.getText(), value.isNumeric()) : null;
        if (instant == null) {
            parser.skipChildren();
            refused.put(
                    name,
                    INVALID_REQUEST.because("created_at must be an ISO 8601 date and time, or seconds since 1970"));
        }
        return instant;
    }

    /** Items of a thread that is saved are another call's; those of a new one nobody else has stored. */
    private void items(JsonToken value) throws IOException {
        refused.remove("items");
        if (!holdsNothing(value) && kind == Kind.NEW_THREAD) {
            refused.put(
                    "items",
                    INVALID_REQUEST.because(
                            "A new thread is stored without items; leave them out, and POST them to its /items"));
        }
    }

    /** Passes over null, an array, or a page, which is an object with an array {@code data}. */
    private boolean holdsNothing(JsonToken value) throws IOException {
        boolean nothing = value == JsonToken.VALUE_NULL || value == JsonToken.START_ARRAY;
        if (value == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                nothing = false;
                parser.skipChildren();
            }
        } else if (value == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                boolean data = parser.currentName().equals("data");
                JsonToken part = parser.nextToken();
                if (data) {
                    nothing = part != JsonToken.START_OBJECT && holdsNothing(part);
                }
                parser.skipChildren();
            }
        }
        return nothing;
    }

    private @Nullable String passedOver() throws IOException {
        parser.skipChildren();
        return null;
    }

    private int endOfValue() throws IOException {
        // a string is read when somebody asks for it, and until then the parser stands at its beginning
        parser.finishToken();
        return offset(parser.currentLocation());
    }

    private static int offset(JsonLocation location) {
        return Math.toIntExact(location.getCharOffset());
    }
}
