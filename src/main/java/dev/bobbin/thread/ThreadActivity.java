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
     * The exact activity of a row {@code thread} of the owner in $1. A concurrent insert and delete may leave {@code active_at}
     * too low; without the clamp such a thread would be missing from its place in a list.
     */
    public static final String EXACT =
            """
            greatest(thread.active_at, least(thread.active_at + %s, coalesce((
              select created_at from bobbin.thread_items
              where owner_id = $1 and thread_id = thread.id
              order by created_at desc, seq desc limit 1), thread.active_at)))"""
                    .formatted(WINDOW);

    private ThreadActivity() {}
}
