package dev.bobbin.console;

import dev.bobbin.document.Fetched;
import dev.bobbin.document.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What lists of the console show of each row, and how they read it. */
final class Rows {

    private static final int PREVIEW = 160;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Rows() {}

    /** A tenant or a user, and its value in a query. */
    @RegisterForReflection
    record NameRow(String name, String encoded) {}

    /** A thread in a list; {@code last} is what its newest visible item says, and is empty if there is none. */
    @RegisterForReflection
    record ThreadRow(String id, String encoded, @Nullable String title, String status, String time, String last) {

        static ThreadRow of(JsonValue thread) {
            JsonValue item = thread.member("last_item");
            String id = textOf(thread, "id");
            return new ThreadRow(
                    id,
                    Links.encode(id),
                    thread.member("title").string(),
                    statusOf(thread),
                    timeOf(item.isNull() ? thread.member("created_at") : item.member("created_at")),
                    preview(item));
        }

        private static String preview(JsonValue item) {
            JsonValue content = item.member("content");
            List<String> texts = new ArrayList<>();
            texts.add(content.string());
            content.forEach(part -> texts.add(part.member("text").string()));
            texts.add(item.member("copy_text").string());
            String text = texts.stream()
                    .filter(said -> said != null && !said.isBlank())
                    .findFirst()
                    .orElse("")
                    .strip();
            int end = Math.min(text.length(), PREVIEW);
            return end == text.length() ? text : text.substring(0, text.offsetByCodePoints(0, PREVIEW / 2)) + "…";
        }
    }

    /** A thread by itself; the document is null if it is large. */
    @RegisterForReflection
    record ThreadView(
            String id,
            @Nullable String title,
            String status,
            boolean archived,
            String createdAt,
            String activeAt,
            @Nullable String document) {

        static ThreadView of(String id, Fetched document, JsonValue state) {
            JsonValue thread = document.isComplete() ? read(document) : JsonValue.NULL;
            return new ThreadView(
                    id,
                    thread.member("title").string(),
                    statusOf(thread),
                    state.member("archived").json().equals("true"),
                    timeOf(state.member("created_at")),
                    timeOf(state.member("active_at")),
                    document.isComplete() ? thread.json() : null);
        }
    }

    @RegisterForReflection
    record AttachmentRow(String id, String encoded, String name, String type) {

        static AttachmentRow of(JsonValue attachment) {
            String id = textOf(attachment, "id");
            String name = attachment.member("name").string();
            return new AttachmentRow(id, Links.encode(id), name == null ? id : name, textOf(attachment, "mime_type"));
        }
    }

    /** What a search found; the snippet's parts match or do not. */
    @RegisterForReflection
    record Hit(String encoded, String title, String type, String time, List<Piece> snippet) {

        static Hit of(JsonValue hit) {
            List<Piece> snippet = new ArrayList<>();
            hit.member("snippet")
                    .forEach(piece -> snippet.add(new Piece(
                            textOf(piece, "text"), piece.member("match").json().equals("true"))));
            String id = textOf(hit, "thread_id");
            String title = hit.member("title").string();
            String type = hit.member("type").string();
            return new Hit(
                    Links.encode(id),
                    title == null ? id : title,
                    type == null ? "title" : type.replace('_', ' '),
                    timeOf(hit.member("created_at")),
                    snippet);
        }
    }

    @RegisterForReflection
    record Piece(String text, boolean match) {}

    /** The JSON of a page that is complete. */
    static JsonValue read(Fetched page) {
        Buffer json = Buffer.buffer();
        page.json().forEach(json::appendBuffer);
        return JsonValue.read(json.toString());
    }

    private static String statusOf(JsonValue thread) {
        JsonValue status = thread.member("status");
        String type =
                status.isString() ? status.string() : status.member("type").string();
        return Objects.requireNonNullElse(type, "active");
    }

    private static String textOf(JsonValue object, String member) {
        return Objects.requireNonNullElse(object.member(member).string(), "");
    }

    /** A time as people read it, in UTC: an instant, a date and time without a zone, or seconds since 1970. */
    private static String timeOf(JsonValue value) {
        String text = value.string();
        if (text != null) {
            return text.replace('T', ' ').replaceFirst("(\\.\\d+)?(Z|\\+00:00)?$", "");
        }
        return value.json().matches("\\d{1,11}")
                ? TIME.format(Instant.ofEpochSecond(Long.parseLong(value.json())))
                : "";
    }
}
