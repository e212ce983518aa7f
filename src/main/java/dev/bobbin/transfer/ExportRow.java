package dev.bobbin.transfer;

import dev.bobbin.document.Json;
import dev.bobbin.document.NewDocument;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored row, as {@link ExportSql} selects it. Its line has what a reader of the document alone would not know; what the
 * service derives from the document is derived again by the import.
 *
 * @param threadId of an item, else null
 * @param role of an item, else null: rows that were stored by another program may have any
 * @param kind of a thread or of an item's thread, null of an attachment
 * @param archived of a thread, else false
 * @param document in UTF-8
 */
public record ExportRow(
        Section section,
        String id,
        @Nullable String threadId,
        @Nullable String role,
        @Nullable String kind,
        boolean archived,
        OffsetDateTime createdAt,
        OffsetDateTime updatedAt,
        long seq,
        Buffer document) {

    private static final Buffer END = Buffer.buffer("}\n");

    public ExportPlace place() {
        String group =
                switch (section) {
                    case THREAD -> String.valueOf(kind);
                    case ITEM -> String.valueOf(threadId);
                    case ATTACHMENT -> "";
                };
        return new ExportPlace(section, group, createdAt, seq);
    }

    /** The line with its line break, as parts of its bytes: the document is one of them, unless it has a line break. */
    public List<Buffer> line() {
        StringBuilder line = new StringBuilder(256)
                .append("{\"type\":\"")
                .append(section.type())
                .append("\",\"cursor\":\"")
                .append(place().cursor())
                .append('"');
        member(line, "thread_id", threadId);
        member(line, "id", id);
        member(line, "kind", kind);
        member(line, "role", role);
        if (section == Section.THREAD) {
            line.append(",\"archived\":").append(archived);
        }
        member(line, "created_at", NewDocument.format(createdAt));
        member(line, "updated_at", NewDocument.format(updatedAt));
        if (!hasLineBreak(document)) {
            line.append(",\"document\":");
            return List.of(Buffer.buffer(line.toString()), document, END);
        }
        line.append(",\"text\":");
        Json.quote(document.toString(StandardCharsets.UTF_8), line);
        return List.of(Buffer.buffer(line.toString()), END);
    }

    private static void member(StringBuilder line, String name, @Nullable String value) {
        if (value != null) {
            line.append(",\"").append(name).append("\":");
            Json.quote(value, line);
        }
    }

    /** Some readers end a line at a carriage return, too. */
    private static boolean hasLineBreak(Buffer document) {
        return document.getByteBuf().forEachByte(b -> b != '\n' && b != '\r') >= 0;
    }
}
