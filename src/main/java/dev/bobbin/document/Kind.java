package dev.bobbin.document;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a document is, and so which of its members are read, and how. */
public enum Kind {
    THREAD(thread(Member.DROPPED)),
    NEW_THREAD(thread(Member.ITEMS)),
    ITEM(Map.of(
            "id", Member.ID,
            "thread_id", Member.ID,
            "type", Member.ID,
            "created_at", Member.TIME,
            "content", Member.CONTENT,
            "copy_text", Member.TEXT)),
    /** Of a conversation, which OpenAI's API defines. */
    CONVERSATION_ITEM(Map.of("content", Member.CONTENT)),
    FORK(Map.of("id", Member.ID, "after", Member.ID)),
    ATTACHMENT(Map.of(
            "id", Member.ID,
            "type", Member.TEXT,
            "name", Member.TEXT,
            "mime_type", Member.TEXT,
            "thread_id", Member.TEXT));

    enum Member {
        /** A string or null. */
        ID,
        TIME,
        /** Read if it is a string. */
        TEXT,
        /** A type, or an object with one. */
        STATUS,
        METADATA,
        CONTENT,
        /** Left out of the text, since another call stores it. */
        DROPPED,
        /** Left out too, and read by {@link DocumentReader#readWithItems}. */
        ITEMS
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
