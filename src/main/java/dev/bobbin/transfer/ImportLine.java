package dev.bobbin.transfer;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.CreatedAt;
import dev.bobbin.document.Document;
import dev.bobbin.document.DocumentReader;
import dev.bobbin.document.Ids;
import dev.bobbin.document.JsonValue;
import dev.bobbin.document.Kind;
import dev.bobbin.thread.ThreadKind;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A line of a stream. Members that it does not know are ignored, and so is the cursor. */
public sealed interface ImportLine {

    /** The first line of a stream or of a resumed part. */
    record Header(@Nullable String tenant, @Nullable String user) implements ImportLine {}

    /** The last line, with how many rows there are since the {@link Header}. */
    record End(Counts counts) implements ImportLine {}

    /** A line with a row, prepared as the stores prepare a document that a call sends. */
    record Row(ImportRow row) implements ImportLine {}

    /**
     * Reads a line without its line break.
     *
     * @param now for a document without times
     * @throws dev.bobbin.problem.ProblemException if it is none of an export
     */
    static ImportLine read(String line, OffsetDateTime now) {
        Map<String, JsonValue> members = new HashMap<>();
        JsonValue object = JsonValue.readAround(line);
        if (!object.isObject()) {
            throw INVALID_REQUEST.because("it must be a JSON object");
        }
        object.forEachMember((name, value) -> members.put(String.valueOf(name.string()), value));
        JsonValue version = members.get(ExportHeader.MARK);
        if (version != null) {
            if (!version.json().equals(String.valueOf(ExportHeader.VERSION))) {
                throw INVALID_REQUEST.because("version " + ExportHeader.VERSION + " of the format is what this service "
                        + "reads, and this is another one");
            }
            return new Header(string(members, "tenant"), string(members, "user"));
        }
        return switch (String.valueOf(string(members, "type"))) {
            case "thread" -> new Row(row(Section.THREAD, members, now));
            case "item" -> new Row(row(Section.ITEM, members, now));
            case "attachment" -> new Row(row(Section.ATTACHMENT, members, now));
            case "end" ->
                new End(new Counts(
                        number(members, "threads"), number(members, "items"), number(members, "attachments")));
            default -> throw INVALID_REQUEST.because("its type must be thread, item, attachment or end");
        };
    }

    private static ImportRow row(Section section, Map<String, JsonValue> members, OffsetDateTime now) {
        String kind = section == Section.ATTACHMENT ? "" : ThreadKind.stored(string(members, "kind"));
        Document document = DocumentReader.read(
                switch (section) {
                    case THREAD -> Kind.THREAD;
                    case ITEM -> kind.equals(ThreadKind.CONVERSATION) ? Kind.CONVERSATION_ITEM : Kind.ITEM;
                    case ATTACHMENT -> Kind.ATTACHMENT;
                },
                text(members));
        String named = string(members, "id");
        // of a conversation's item only the content is read
        String own = section == Section.ITEM && kind.equals(ThreadKind.CONVERSATION)
                ? JsonValue.read(document.text()).member("id").string()
                : document.string("id");
        if (named != null && own != null && !own.equals(named)) {
            throw INVALID_REQUEST.because("its id is " + named + ", and that of its document " + own);
        }
        String id = named == null ? own : named;
        if (id == null) {
            throw INVALID_REQUEST.because("it has no id");
        }
        OffsetDateTime createdAt = time(members, "created_at", document.createdAtOr(now));
        return ImportRow.of(
                section,
                section == Section.ITEM ? threadId(members, document) : "",
                Ids.check("id", id),
                kind,
                members.getOrDefault("archived", JsonValue.NULL).json().equals("true"),
                createdAt,
                time(members, "updated_at", now),
                role(members),
                document);
    }

    private static @Nullable String role(Map<String, JsonValue> members) {
        String role = string(members, "role");
        if (role != null && role.indexOf(0) >= 0) {
            throw INVALID_REQUEST.because("its role must not contain U+0000");
        }
        return role;
    }

    private static String threadId(Map<String, JsonValue> members, Document document) {
        String named = string(members, "thread_id");
        String id = named == null ? document.string("thread_id") : named;
        if (id == null) {
            throw INVALID_REQUEST.because("it is an item, and has no thread_id");
        }
        return Ids.check("thread_id", id);
    }

    private static String text(Map<String, JsonValue> members) {
        JsonValue document = members.get("document");
        if (document != null) {
            return document.json();
        }
        String text = string(members, "text");
        if (text == null) {
            throw INVALID_REQUEST.because("it has neither a document nor a text");
        }
        // Java would encode it as a question mark
        if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw INVALID_REQUEST.because("its text has a lone surrogate");
        }
        return text;
    }

    private static @Nullable String string(Map<String, JsonValue> members, String name) {
        JsonValue value = members.getOrDefault(name, JsonValue.NULL);
        if (!value.isString() && !value.isNull()) {
            throw INVALID_REQUEST.because("its " + name + " must be a string");
        }
        return value.string();
    }

    private static long number(Map<String, JsonValue> members, String name) {
        String digits = members.getOrDefault(name, JsonValue.NULL).json();
        if (!digits.matches("\\d{1,18}")) {
            throw INVALID_REQUEST.because("its " + name + " must be a number");
        }
        return Long.parseLong(digits);
    }

    private static OffsetDateTime time(Map<String, JsonValue> members, String name, OffsetDateTime otherwise) {
        String text = string(members, name);
        if (text == null) {
            return otherwise;
        }
        OffsetDateTime time = CreatedAt.parse(text, false);
        if (time == null) {
            throw INVALID_REQUEST.because("its " + name + " must be an ISO 8601 date and time");
        }
        return time;
    }
}
