package dev.bobbin.document;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a document is, and hence which of its members the store reads, and how. All others are passed over. */
public enum Kind {
    THREAD(thread(Member.DROPPED)),
    NEW_THREAD(thread(Member.EMPTY)),
    ITEM(Map.of(
            "id", Member.ID,
            "thread_id", Member.ID,
            "type", Member.ID,
            "created_at", Member.TIME,
            "content", Member.CONTENT,
            "copy_text", Member.TEXT)),
    ATTACHMENT(Map.of(
            "id", Member.ID,
            "type", Member.TEXT,
            "name", Member.TEXT,
            "mime_type", Member.TEXT,
            "thread_id", Member.TEXT));

    /**
     * How a member is read. ID: a string or null, since keys are made of it. TEXT: fills a text column where it is a string.
     * STATUS: a type, or an object with one. DROPPED: left out of the text, since another call stores it. EMPTY: left out
     * as well, but no call has stored it, so it must hold nothing.
     */
    enum Member {
        ID,
        TIME,
        TEXT,
        STATUS,
        METADATA,
        CONTENT,
        DROPPED,
        EMPTY
    }

    private final Map<String, Member> members;

    Kind(Map<String, Member> members) {
        this.members = members;
    }

    private static Map<String, Member> thread(Member items) {
        return Map.of(
                "id", Member.ID,
                "created_at", Member.TIME,
                "title", Member.TEXT,
                "status", Member.STATUS,
                "metadata", Member.METADATA,
                "items", items);
    }

    @Nullable
    Member member(String name) {
        return members.get(name);
    }
}
