package dev.bobbin.thread;

/**
 * SQL for a thread's activity: the {@code created_at} of its newest item, or its own while it has none. The column
 * {@code active_at} is at most {@link #WINDOW} below it, so that the writes of one turn update the thread once.
 */
final class ThreadActivity {

    /** Longer than most turns; a page by activity looks at the threads of two windows more than it returns. */
    static final String WINDOW = "interval '2 minutes'";

    /**
     * The exact activity of a row {@code thread} of the owner in $1. A concurrent insert and delete may leave {@code active_at}
     * too low; without the clamp such a thread would be missing from its place in a list.
     */
    static final String EXACT =
            """
            greatest(thread.active_at, least(thread.active_at + %s, coalesce((
              select created_at from bobbin.thread_items
              where owner_id = $1 and thread_id = thread.id
              order by created_at desc, seq desc limit 1), thread.active_at)))"""
                    .formatted(WINDOW);

    private static final String NEWEST =
            """
            (select max(item.created_at) from unnest($3::text[], $5::timestamptz[]) item (id, created_at)
              where not exists (
                select from bobbin.thread_items stored
                where stored.owner_id = $1 and stored.thread_id = $2 and stored.id = item.id))""";

    private static final String NEWEST_SENT = "(select max(sent) from unnest($5::timestamptz[]) sent)";

    /**
     * Updates the thread for new items with the ids $3 and the times $5; items that are stored already change nothing. The
     * first items of a thread may be older than it.
     */
    static final String RAISE =
            """
            update bobbin.threads set active_at = %1$s
            where owner_id = $1 and id = $2 and (
              active_at + %3$s <= %2$s and active_at + %3$s <= %1$s
              or %2$s < active_at and active_at = created_at
                and not exists (select from bobbin.thread_items where owner_id = $1 and thread_id = $2))
            returning 1"""
                    .formatted(NEWEST, NEWEST_SENT, WINDOW);

    /**
     * Updates the thread for the deletion of the item in {@code cursor}, which has the {@code active_at} of the locked thread:
     * that may be newer than what this statement sees. For the same reason the newest of the remaining items is locked, which
     * passes over those that have been deleted meanwhile. An item below {@code active_at} is not the newest. A thread without
     * items has its own time again, which may be a later one.
     */
    static final String LOWER =
            """
            update bobbin.threads set active_at = coalesce(remaining.newest, threads.created_at)
            from (
              select cursor.created_at as deleted, cursor.active_at, (
                select created_at from bobbin.thread_items
                where owner_id = $1 and thread_id = $2 and (created_at, seq) <> (cursor.created_at, cursor.seq)
                order by created_at desc, seq desc limit 1 for key share) as newest
              from cursor) remaining
            where owner_id = $1 and id = $2 and remaining.deleted >= remaining.active_at and (
              remaining.newest < remaining.active_at
              or remaining.newest is null and remaining.active_at <> threads.created_at)""";

    /** Updates the thread for the deletion of all items after the one in {@code cursor}. */
    static final String LOWER_TO_CURSOR =
            """
            update bobbin.threads set active_at = cursor.created_at
            from cursor where owner_id = $1 and id = $2 and cursor.created_at < cursor.active_at""";

    private ThreadActivity() {}
}
