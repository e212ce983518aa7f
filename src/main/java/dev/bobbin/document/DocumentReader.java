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
import dev.bobbin.document.Kind.Member;
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
 * are taken out. Of a repeated member the last one counts, as in ChatKit.
 */
public final class DocumentReader {

    /** Python's parser gives up at about this depth as well, and {@code jsonb} has room for it. */
    private static final int MAX_DEPTH = 1_000;

    /** More than anyone reads in a database console. The document has all of it. */
    private static final int MAX_PLAIN_TEXT = 8_000;

    /** More than any id or type may have; of a longer string the rest is of no use. */
    private static final int MAX_IDENTIFIER = 1_000;

    /** More than any date and time has characters, or any number of seconds. */
    private static final int MAX_TIME = 100;

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

    private final Map<String, String> strings = new HashMap<>();
    private final Set<String> nulls = new HashSet<>();
    private @Nullable OffsetDateTime createdAt;

    /** Why a member is refused, by its name; the same member may follow again and be right. */
    private final Map<String, ProblemException> refused = new HashMap<>();

    /** Start and end of each member, name and value, that is left out of the text. */
    private final List<int[]> dropped = new ArrayList<>();

    private DocumentReader(String text, JsonParser parser, Kind kind) {
        this.text = text;
        this.parser = parser;
        this.kind = kind;
    }

    /** Reads one object. A thread's {@code items} are left out of its text. */
    public static Document read(Kind kind, String text) {
        return parse(text, parser -> {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw INVALID_REQUEST.because("The body must be a JSON object");
            }
            DocumentReader reader = new DocumentReader(text, parser, kind);
            reader.members();
            return reader.document(reader.withoutDropped());
        });
    }

    /** Whether a body is meant to be an array; it may still turn out to be malformed. */
    public static boolean isArray(String text) {
        return text.stripLeading().startsWith("[");
    }

    /** Reads an array of objects; each one's text is the part of the body that it takes up. */
    public static List<Document> readArray(Kind kind, String text) {
        return parse(text, parser -> {
            parser.nextToken();
            List<Document> documents = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    throw INVALID_REQUEST.because(
                            "Element " + documents.size() + " of the array must be a JSON object");
                }
                int start = offset(parser.currentTokenLocation());
                DocumentReader reader = new DocumentReader(text, parser, kind);
                reader.members();
                documents.add(reader.document(text.substring(start, offset(parser.currentLocation()))));
            }
            return documents;
        });
    }

    private interface Parsing<T> {
        T from(JsonParser parser) throws IOException;
    }

    private static <T> T parse(String text, Parsing<T> parsing) {
        try {
            JsonParser parser = JSON.createParser(text);
            T result = parsing.from(parser);
            if (parser.nextToken() != null) {
                JsonLocation at = parser.currentTokenLocation();
                throw MALFORMED_JSON.because(where(at) + "nothing may follow the document");
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

    private static int offset(JsonLocation location) {
        return Math.toIntExact(location.getCharOffset());
    }

    private Document document(String verbatim) {
        for (ProblemException reason : refused.values()) {
            throw reason;
        }
        return new Document(verbatim, strings, nulls, createdAt);
    }

    private void members() throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Member member = kind.member(name);
            boolean drop = member == Member.DROPPED || member == Member.EMPTY;
            int start = drop ? offset(parser.currentTokenLocation()) : 0;
            JsonToken value = parser.nextToken();
            if (member != null) {
                take(member, name, value);
            }
            parser.skipChildren();
            if (drop) {
                // until then the parser may be at the beginning of a string
                parser.finishToken();
                dropped.add(new int[] {start, offset(parser.currentLocation())});
            }
        }
    }

    private void take(Member member, String name, JsonToken value) throws IOException {
        strings.remove(name);
        nulls.remove(name);
        refused.remove(name);
        switch (member) {
            case ID -> id(name, value);
            case TIME -> time(name, value);
            case STATUS -> status(name, value);
            case METADATA -> put(name, value == JsonToken.START_OBJECT ? JsonbText.copy(text, parser) : null);
            case CONTENT -> put(name, PlainText.ofContent(text, parser, MAX_PLAIN_TEXT));
            case TEXT -> text(name, value);
            case EMPTY -> {
                if (!holdsNothing(value)) {
                    refuse(name, "A new thread is stored without items; leave them out, and POST them to its /items");
                }
            }
            case DROPPED -> {}
        }
    }

    private void put(String name, @Nullable String value) {
        if (value != null) {
            strings.put(name, value);
        }
    }

    private void refuse(String name, String reason) {
        refused.put(name, INVALID_REQUEST.because(reason));
    }

    private void id(String name, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            strings.put(name, PlainText.beginning(text, parser, MAX_IDENTIFIER));
        } else if (value == JsonToken.VALUE_NULL) {
            nulls.add(name);
        } else {
            refuse(name, name + " must be a string");
        }
    }

    private void text(String name, JsonToken value) {
        strings.remove(name);
        if (value == JsonToken.VALUE_STRING) {
            strings.put(name, PlainText.ofString(text, parser, MAX_PLAIN_TEXT));
        }
    }

    private void status(String name, JsonToken value) throws IOException {
        text(name, value);
        if (value == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                boolean type = parser.currentName().equals("type");
                JsonToken part = parser.nextToken();
                if (type) {
                    text(name, part);
                }
                parser.skipChildren();
            }
        }
    }

    private void time(String name, JsonToken value) throws IOException {
        createdAt = null;
        if (value == JsonToken.VALUE_NULL) {
            nulls.add(name);
            return;
        }
        if (value == JsonToken.VALUE_STRING) {
            createdAt = CreatedAt.parse(PlainText.beginning(text, parser, MAX_TIME), false);
        } else if (value.isNumeric() && parser.getTextLength() <= MAX_TIME) {
            createdAt = CreatedAt.parse(parser.getText(), true);
        }
        if (createdAt == null) {
            refuse(name, "created_at must be an ISO 8601 date and time, or seconds since 1970");
        }
    }

    /** Whether items are null, an empty array, or a page: an object whose {@code data} is one of these. */
    private boolean holdsNothing(JsonToken value) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            int start = offset(parser.currentTokenLocation());
            return value == JsonToken.VALUE_NULL
                    || (value == JsonToken.START_ARRAY && text.startsWith("]", afterSpace(text, start + 1)));
        }
        boolean nothing = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean data = parser.currentName().equals("data");
            JsonToken part = parser.nextToken();
            if (data) {
                nothing = part != JsonToken.START_OBJECT && holdsNothing(part);
            }
            parser.skipChildren();
        }
        return nothing;
    }

    /** With a member goes one comma: the one before it, or for the first member the one after it. */
    private String withoutDropped() {
        if (dropped.isEmpty()) {
            return text;
        }
        StringBuilder kept = new StringBuilder(text);
        for (int i = dropped.size() - 1; i >= 0; i--) {
            int start = dropped.get(i)[0];
            int end = dropped.get(i)[1];
            int before = start - 1;
            while (Character.isWhitespace(kept.charAt(before))) {
                before--;
            }
            int after = afterSpace(kept, end);
            if (kept.charAt(before) == ',') {
                start = before;
            } else if (kept.charAt(after) == ',') {
                end = after + 1;
            }
            kept.delete(start, end);
        }
        return kept.toString();
    }

    private static int afterSpace(CharSequence json, int at) {
        int after = at;
        while (after < json.length() && Character.isWhitespace(json.charAt(after))) {
            after++;
        }
        return after;
    }
}
