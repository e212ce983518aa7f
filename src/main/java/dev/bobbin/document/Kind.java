package dev.bobbin.document;

import java.util.Set;

/**
 * What a document is, and hence which of its members mean something to the store. All others are passed over, whatever
 * they are: another kind's, a newer ChatKit's, or nobody's.
 */
public enum Kind {
    THREAD(Set.of("id"), Set.of("title"), Set.of("created_at", "status", "metadata", "items")),
    NEW_THREAD(THREAD.identifying, THREAD.describing, THREAD.others),
    ITEM(Set.of("id", "thread_id", "type"), Set.of(), Set.of("created_at", "content", "copy_text")),
    ATTACHMENT(Set.of("id"), Set.of("type", "name", "mime_type", "thread_id"), Set.of());

    private final Set<String> identifying;
    private final Set<String> describing;
    private final Set<String> others;

    Kind(Set<String> identifying, Set<String> describing, Set<String> others) {
        this.identifying = identifying;
        this.describing = describing;
        this.others = others;
    }

    /** Members that must be strings, since keys and statements are made of them. */
    boolean identifiesBy(String member) {
        return identifying.contains(member);
    }

    /** Members that fill a text column where they are strings. */
    boolean describesBy(String member) {
        return describing.contains(member);
    }

    /** Members that are read in a way of their own. */
    boolean reads(String member) {
        return others.contains(member);
    }
}
