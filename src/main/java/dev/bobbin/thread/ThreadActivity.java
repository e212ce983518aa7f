package dev.bobbin.thread;

/**
 * SQL for a thread's activity: the {@code created_at} of its newest item, or its own while it has none. The column
 * {@code active_at} is at most {@link #WINDOW} below it, so that the writes of one turn update the thread once. A trigger of
 * {@code thread_items} writes it.
 */
public final class ThreadActivity {

    /** Longer than most turns; a page by activity looks at the threads of two windows more than it returns. */
    static final String WINDOW = "interval '2 minutes'";

    /**
     * The exact activity of a row {@code thread} of the owner in $1. Somebody's own SQL that deletes items, without the lock of the
     * service's deletes, may leave {@code active_at} too low; without the clamp such a thread would be missing from its place in a
     * list.
     */
    public static final String EXACT =
            """
            greatest(thread.active_at, least(thread.active_at + %s, coalesce((
              select created_at from bobbin.thread_items
              where owner_id = $1 and thread_id = thread.id
              order by created_at desc, seq desc limit 1), thread.active_at)))"""
                    .formatted(WINDOW);

    /**
     * Whether a row {@code thread} of the owner in $1, or its newest item, was written by a transaction that a snapshot, which is
     * to be inserted, does not have: only then can its activity be a later one. The row has the last 32 bits of the transaction.
     */
    static final String CHANGED =
            """
            not (%1$s and coalesce((
              select %2$s from bobbin.thread_items item
              where owner_id = $1 and thread_id = thread.id
              order by created_at desc, seq desc limit 1), true))"""
                    .formatted(visible("thread"), visible("item"));

    private static String visible(String row) {
        String next = "(select pg_snapshot_xmax(pg_current_snapshot())::text::bigint)";
        return "pg_visible_in_snapshot(greatest(3, " + next + " - ((" + next + " - " + row
                + ".xmin::text::bigint) & 4294967295))::text::xid8, (select %1$s::text::pg_snapshot))";
    }

    private ThreadActivity() {}
}
