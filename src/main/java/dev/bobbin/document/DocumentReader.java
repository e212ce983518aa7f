package dev.bobbin.document;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import dev.bobbin.document.Kind.Member;
import dev.bobbin.problem.ProblemException;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body once: it is proved to be JSON, and the members that the store needs are read. Of a repeated member the last one
 * counts, as in ChatKit.
 */
public final class DocumentReader {

    /** More than anyone reads in a database console. */
    private static final int MAX_PLAIN_TEXT = 8_000;

    /** More than any id or type may have. */
    private static final int MAX_IDENTIFIER = 1_000;

    /** More than any date and time has, or any number of seconds. */
    private static final int MAX_TIME = 100;

    private static final String NO_ITEMS =
            "items must be an array, or a page of items: an object whose data is an array";

    private final String text;
    private final JsonParser parser;
    private final Kind kind;

    private final Map<String, @Nullable String> strings = new HashMap<>();
    private @Nullable OffsetDateTime createdAt;

    private List<Document> items = List.of();

    /** Why a member is rejected, by its name; the same member may follow again and be valid. */
    private final Map<String, ProblemException> rejected = new HashMap<>();

    /** The text before {@link #copied} without the members that are left out; unused while there are none. */
    private final StringBuilder kept = new StringBuilder(0);

    private int copied;

    private DocumentReader(String text, JsonParser parser, Kind kind) {
        this.text = text;
        this.parser = parser;
        this.kind = kind;
    }

    /** Reads one object. A thread's {@code items} are left out of its text. */
    public static Document read(Kind kind, String text) {
        return JsonSyntax.parse(text, parser -> object(kind, text, parser).document(0, text.length()));
    }

    /** Whether a body is meant to be an array; it may still turn out to be malformed. */
    public static boolean isArray(String text) {
        return text.startsWith("[", Json.afterSpace(text, 0));
    }

    /** Reads an array of objects; the text of each is its part of the body. */
    public static List<Document> readArray(Kind kind, String text) {
        return JsonSyntax.parse(text, parser -> {
            parser.nextToken();
            return elements(text, parser, kind);
        });
    }

    /** A thread, and the items that came with it. */
    public record WithItems(Document thread, List<Document> items) {}

    /** Reads a new thread. Its {@code items} are left out of its text. */
    public static WithItems readWithItems(String text) {
        return JsonSyntax.parse(text, parser -> {
            DocumentReader reader = object(Kind.NEW_THREAD, text, parser);
            return new WithItems(reader.document(0, text.length()), reader.items);
        });
    }

    private static DocumentReader object(Kind kind, String text, JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw INVALID_REQUEST.because("The body must be a JSON object");
        }
        DocumentReader reader = new DocumentReader(text, parser, kind);
        reader.members();
        return reader;
    }

    private static List<Document> elements(String text, JsonParser parser, Kind kind) throws IOException {
        List<Document> documents = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw INVALID_REQUEST.because("Element " + documents.size() + " of the array must be a JSON object");
            }
            int start = Json.start(parser);
            DocumentReader reader = new DocumentReader(text, parser, kind);
            reader.members();
            documents.add(reader.document(start, Json.end(parser)));
        }
        return documents;
    }

    private Document document(int start, int end) {
        for (ProblemException reason : rejected.values()) {
            throw reason;
        }
        String verbatim = copied == 0
                ? text.substring(start, end)
                : kept.append(text, copied, end).toString();
        return new Document(verbatim, strings, createdAt);
    }

    private void members() throws IOException {
        boolean first = true;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Member member = kind.member(name);
            boolean dropped = member == Member.DROPPED || member == Member.ITEMS;
            int start = dropped ? Json.start(parser) : 0;
            JsonToken value = parser.nextToken();
            if (member != null) {
                read(member, name, value);
            }
            parser.skipChildren();
            if (dropped) {
                drop(start, first);
            } else {
                first = false;
            }
        }
    }

    /** With the member goes one comma: the one before it, or if it is the first member the one after it. */
    private void drop(int start, boolean first) throws IOException {
        parser.finishToken();
        int from = start;
        int to = Json.end(parser);
        if (first) {
            int after = Json.afterSpace(text, to);
            to = text.startsWith(",", after) ? after + 1 : to;
        } else {
            from = text.lastIndexOf(',', start);
        }
        kept.append(text, copied, from);
        copied = to;
    }

    private void read(Member member, String name, JsonToken value) throws IOException {
        strings.remove(name);
        rejected.remove(name);
        switch (member) {
            case ID -> id(name, value);
            case TIME -> time(name, value);
            case STATUS -> status(name, value);
            case METADATA -> {
                if (value == JsonToken.START_OBJECT) {
                    strings.put(name, JsonbText.of(text, parser));
                }
            }
            case CONTENT -> {
                String content = PlainText.ofContent(text, parser, MAX_PLAIN_TEXT);
                if (content != null) {
                    strings.put(name, content);
                }
            }
            case TEXT -> text(name, value);
            case ITEMS -> items(name, value);
            case DROPPED -> {}
        }
    }

    private void reject(String name, String reason) {
        rejected.put(name, INVALID_REQUEST.because(reason));
    }

    private void id(String name, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            strings.put(name, PlainText.beginning(text, parser, MAX_IDENTIFIER));
        } else if (value == JsonToken.VALUE_NULL) {
            strings.put(name, null);
        } else {
            reject(name, name + " must be a string");
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
            strings.put(name, null);
            return;
        }
        if (value == JsonToken.VALUE_STRING) {
            createdAt = CreatedAt.parse(PlainText.beginning(text, parser, MAX_TIME), false);
        } else if (value.isNumeric() && parser.getTextLength() <= MAX_TIME) {
            createdAt = CreatedAt.parse(parser.getText(), true);
        }
        if (createdAt == null) {
            reject(name, "created_at must be an ISO 8601 date and time, or seconds since 1970");
        }
    }

    /** Items are null, an array, or a page: an object whose {@code data} is one of these. */
    private void items(String name, JsonToken value) throws IOException {
        items = List.of();
        if (value == JsonToken.START_ARRAY) {
            JsonStreamContext around = parser.getParsingContext().getParent();
            try {
                items = elements(text, parser, Kind.ITEM);
            } catch (ProblemException invalid) {
                // of duplicate members the last one counts
                rejected.put(name, invalid);
                while (parser.getParsingContext() != around) {
                    parser.nextToken();
                }
            }
        } else if (value == JsonToken.START_OBJECT) {
            reject(name, NO_ITEMS);
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                boolean data = parser.currentName().equals("data");
                JsonToken part = parser.nextToken();
                if (data) {
                    rejected.remove(name);
                    items(name, part == JsonToken.START_OBJECT ? JsonToken.NOT_AVAILABLE : part);
                }
                parser.skipChildren();
            }
        } else if (value != JsonToken.VALUE_NULL) {
            reject(name, NO_ITEMS);
        }
    }
}
