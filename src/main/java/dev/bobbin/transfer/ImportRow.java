package dev.bobbin.transfer;

import dev.bobbin.document.Document;
import dev.bobbin.document.JsonValue;
import dev.bobbin.thread.ItemType;
import dev.bobbin.thread.ThreadKind;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A row to be stored. Its other columns are derived from the document as a call that sends this document would do, and so is
 * the role, unless the line names it.
 *
 * @param threadId of an item, else empty
 * @param kind of the thread or of the item's thread, else empty
 * @param type the column of an item
 * @param role the column of an item
 */
public record ImportRow(
        Section section,
        String threadId,
        String id,
        String kind,
        boolean archived,
        OffsetDateTime createdAt,
        OffsetDateTime updatedAt,
        Document document,
        @Nullable String type,
        @Nullable String role) {

    static ImportRow of(
            Section section,
            String threadId,
            String id,
            String kind,
            boolean archived,
            OffsetDateTime createdAt,
            OffsetDateTime updatedAt,
            @Nullable String named,
            Document document) {
        String type = document.string("type");
        String role = null;
        if (kind.equals(ThreadKind.CONVERSATION) && section == Section.ITEM) {
            JsonValue item = JsonValue.read(document.text());
            type = item.member("type").string();
            role = "message".equals(type) ? item.member("role").string() : null;
        } else if (section == Section.ITEM) {
            role = ItemType.of(type).role();
        }
        if (section == Section.ITEM) {
            ItemType.check(type);
            role = named == null ? role : named;
        }
        return new ImportRow(section, threadId, id, kind, archived, createdAt, updatedAt, document, type, role);
    }
}
