package dev.bobbin.document;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON merge patch (RFC 7396) that is applied to a document's text: members that it does not name keep their bytes, those that
 * it changes keep their place, and those that it adds come last. Of a repeated member the last one counts, and is the one that
 * stays if the patch names it.
 */
public final class MergePatch {

    private final Map<String, Change> changes = new LinkedHashMap<>();

    /** Whether its text is what it makes of nothing: it removes no members, and repeats none. */
    private boolean verbatim = true;

    /**
     * What becomes of a member.
     *
     * @param name where its name is in {@code json}, in quotes
     * @param value where its new value is; null if it has none, or if that is only {@link #nested}
     * @param nested the changes to an object
     */
    private record Change(String json, Part name, @Nullable Part value, @Nullable MergePatch nested) {

        boolean removes() {
            return value == null && nested == null;
        }

        /** Appends the value where there is no object to be changed. */
        void appendValue(StringBuilder to) {
            if (value != null && (nested == null || nested.verbatim)) {
                to.append(json, value.start, value.end);
            } else if (nested != null) {
                to.append('{');
                appendMembers(nested.changes.values(), false, to);
                to.append('}');
            }
        }
    }

    private record Part(int start, int end) {}

    /** Reads the body of a PATCH. */
    public static MergePatch read(String body) {
        return JsonSyntax.parse(body, parser -> {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw INVALID_REQUEST.because("The body must be a JSON object");
            }
            return object(body, parser);
        });
    }

    private static MergePatch object(String json, JsonParser parser) throws IOException {
        MergePatch patch = new MergePatch();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName();
            int nameStart = Json.start(parser);
            JsonToken token = parser.nextToken();
            int start = Json.start(parser);
            MergePatch nested = token == JsonToken.START_OBJECT ? object(json, parser) : null;
            parser.skipChildren();
            Part value = new Part(start, endOfValue(parser));
            Part name = new Part(nameStart, Json.endOfString(json, nameStart));
            patch.put(member, new Change(json, name, token == JsonToken.VALUE_NULL ? null : value, nested));
        }
        return patch;
    }

    /** The names of the members that it changes. */
    public Set<String> names() {
        return changes.keySet();
    }

    /** The value that it gives to a member, as JSON; null if it removes the member or does not change it. */
    public @Nullable String value(String name) {
        Change change = changes.get(name);
        return change == null || change.value == null
                ? null
                : change.json.substring(change.value.start, change.value.end);
    }

    /** The changes to a member that it makes an object. */
    public Optional<MergePatch> nested(String name) {
        return Optional.ofNullable(changes.get(name)).map(Change::nested);
    }

    /** Gives a member this value, as JSON, nulls included. */
    public MergePatch set(String name, String value) {
        String json = Json.quoted(name) + value;
        Part quoted = new Part(0, json.length() - value.length());
        return put(name, new Change(json, quoted, new Part(quoted.end, json.length()), null));
    }

    /** Changes a member that is an object, or makes it one. */
    public MergePatch merge(String name, MergePatch nested) {
        String json = Json.quoted(name);
        return put(name, new Change(json, new Part(0, json.length()), null, nested));
    }

    private MergePatch put(String name, Change change) {
        boolean repeated = changes.put(name, change) != null;
        verbatim &= !repeated && !change.removes() && (change.nested == null || change.nested.verbatim);
        return this;
    }

    private static void appendMembers(Collection<Change> members, boolean follow, StringBuilder to) {
        boolean comma = follow;
        for (Change change : members) {
            if (!change.removes()) {
                to.append(comma ? "," : "")
                        .append(change.json, change.name.start, change.name.end)
                        .append(':');
                change.appendValue(to);
                comma = true;
            }
        }
    }

    /** The document after the changes. */
    public String applyTo(String document) {
        Map<Change, Integer> last = JsonSyntax.parse(document, parser -> {
            Map<Change, Integer> found = new IdentityHashMap<>();
            parser.nextToken();
            find(parser, found);
            return found;
        });
        return JsonSyntax.parse(document, parser -> {
            parser.nextToken();
            Text text = new Text(document, parser, last);
            text.apply(this);
            return text.json.append(document, text.copied, document.length()).toString();
        });
    }

    /** Where the last member begins that each change is about. */
    private void find(JsonParser parser, Map<Change, Integer> last) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            Change change = changes.get(parser.currentName());
            if (change != null) {
                last.put(change, Json.start(parser));
            }
            if (parser.nextToken() == JsonToken.START_OBJECT && change != null && change.nested != null) {
                change.nested.find(parser, last);
            } else {
                parser.skipChildren();
            }
        }
    }

    private static int endOfValue(JsonParser parser) throws IOException {
        parser.finishToken();
        return Json.end(parser);
    }

    /** The new text, up to {@link #copied} in the old one. */
    private static final class Text {

        private final String document;
        private final JsonParser parser;
        private final Map<Change, Integer> last;
        private final StringBuilder json;
        private int copied;

        Text(String document, JsonParser parser, Map<Change, Integer> last) {
            this.document = document;
            this.parser = parser;
            this.last = last;
            this.json = new StringBuilder(document.length() + 256);
        }

        /** Changes the object at whose start the parser is; leaves the parser at its end. */
        void apply(MergePatch patch) throws IOException {
            Map<String, Change> added = new LinkedHashMap<>(patch.changes);
            boolean first = true;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                int start = Json.start(parser);
                String name = parser.currentName();
                Change change = patch.changes.get(name);
                JsonToken token = parser.nextToken();
                if (change == null) {
                    parser.skipChildren();
                    first = false;
                } else if (change.removes() || !Integer.valueOf(start).equals(last.get(change))) {
                    parser.skipChildren();
                    drop(start, first);
                } else {
                    replace(change, token);
                    first = false;
                }
                if (change != null && Integer.valueOf(start).equals(last.get(change))) {
                    added.remove(name);
                }
            }
            append(added.values(), first);
        }

        private void replace(Change change, JsonToken token) throws IOException {
            if (token == JsonToken.START_OBJECT && change.nested != null) {
                apply(change.nested);
                return;
            }
            json.append(document, copied, Json.start(parser));
            change.appendValue(json);
            parser.skipChildren();
            copied = endOfValue(parser);
        }

        /** With the member goes one comma: the one before it, or if it is the first member the one after it. */
        private void drop(int start, boolean first) throws IOException {
            int from = start;
            int to = endOfValue(parser);
            if (first) {
                int after = Json.afterSpace(document, to);
                to = document.startsWith(",", after) ? Json.afterSpace(document, after + 1) : to;
            } else {
                from = document.lastIndexOf(',', start);
            }
            json.append(document, copied, from);
            copied = to;
        }

        private void append(Collection<Change> added, boolean empty) {
            int brace = Json.start(parser);
            json.append(document, copied, brace);
            copied = brace;
            int end = json.length();
            while (Character.isWhitespace(json.charAt(end - 1))) {
                end--;
            }
            String space = json.substring(end);
            json.setLength(end);
            appendMembers(added, !empty, json);
            json.append(space);
        }
    }
}
