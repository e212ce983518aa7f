package dev.bobbin.transfer;

import dev.bobbin.thread.ThreadItemStore;

/**
 * Stores the rows of an {@link ImportBatch}, which has the parameters; $1 is the owner. Returns for each, by its number
 * {@code nr} from 1 on, its {@code outcome} as {@link Outcome} is named in lower case. That is null if another call has stored
 * the row since the statement began, which has to be repeated then, or if a trigger of this database refuses it.
 *
 * <p>Each is one statement, and so does all or nothing. It does not write a row that is there already. No two rows of a batch may
 * have the same key.
 */
public final class ImportSql {

    /** {@code stored} are the rows that are there, {@code %1$s} is what is replaced, {@code %2$s} when there is a conflict. */
    private static final String RESULT =
            """
            replaced as (%1$s)
            select sent.nr, case
                when inserted.nr is not null then 'created'
                when replaced.nr is not null then 'replaced'
                when stored.same then 'same'
                when %2$s then 'conflicting'
              end as outcome
            from sent left join inserted using (nr) left join replaced using (nr) left join stored using (nr)
            order by sent.nr""";

    private static final String NOTHING = "select 0 as nr where false";

    private static final String INTO_THREADS =
            """
            with sent as materialized (
              select * from unnest($2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::boolean[],
                $8::text[], $9::text[], $10::text[])
              with ordinality as sent (id, document, created_at, updated_at, kind, archived, title, status, metadata, nr)),
            stored as materialized (
              select sent.nr, sent.kind = thread.kind as alike,
                (sent.document, sent.archived, sent.kind) = (thread.document, thread.archived, thread.kind) as same
              from sent cross join lateral (
                select document, archived, kind from bobbin.threads where owner_id = $1 and id = sent.id offset 0) thread),
            written as (
              insert into bobbin.threads (owner_id, id, document, created_at, active_at, updated_at, kind, archived, title,
                status, metadata)
              select $1, id, document, created_at, created_at, updated_at, kind, archived, title, status, metadata::jsonb
              from sent where nr not in (select nr from stored) order by nr
              on conflict (owner_id, id) do nothing returning id),
            inserted as (select nr from sent join written using (id)),
            """;

    private static final String REPLACE_THREADS =
            """
            update bobbin.threads thread set document = sent.document, title = sent.title, status = sent.status,
              metadata = sent.metadata::jsonb, archived = sent.archived, updated_at = sent.updated_at
            from sent join stored using (nr)
            where thread.owner_id = $1 and thread.id = sent.id and stored.alike and not stored.same
            returning sent.nr""";

    /** Locks the threads before any item, in one order, as a batch of a call and a delete of a thread do. */
    private static final String INTO_ITEMS =
            """
            with sent as materialized (
              select * from unnest($2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[],
                $8::text[], $9::text[], $10::text[])
              with ordinality as sent (id, document, created_at, updated_at, kind, thread_id, type, role, content, nr)),
            locked as materialized (
              select id as thread_id, kind from bobbin.threads
              where owner_id = $1 and id = any ($7::text[]) order by id for no key update),
            placed as materialized (select sent.* from sent join locked using (thread_id, kind)),
            stored as materialized (
              select placed.nr, item.thread_id, item.created_at, item.seq, item.document = placed.document as same
              from placed cross join lateral (select thread_id, created_at, seq, document%s) item),
            written as (
              insert into bobbin.thread_items (owner_id, thread_id, id, document, created_at, updated_at, type, role, content)
              select $1, thread_id, id, document, created_at, updated_at, type, role, content
              from placed where nr not in (select nr from stored) order by nr
              on conflict (owner_id, thread_id, id) do nothing returning thread_id, id),
            inserted as (select nr from placed join written using (thread_id, id)),
            """
                    .formatted(ThreadItemStore.BY_ID
                            .replace("$2", "placed.thread_id")
                            .replace("$3", "placed.id"));

    /** Finds the rows by their places in the order, for the planner's sake: see {@link ThreadItemStore#BY_ID}. */
    private static final String REPLACE_ITEMS =
            """
            update bobbin.thread_items item set document = sent.document, type = sent.type, role = sent.role,
              content = sent.content, updated_at = sent.updated_at
            from sent join stored using (nr)
            where item.owner_id = $1 and item.thread_id = stored.thread_id
              and (item.created_at, item.seq) = (stored.created_at, stored.seq) and not stored.same
            returning sent.nr""";

    private static final String INTO_ATTACHMENTS =
            """
            with sent as materialized (
              select * from unnest($2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[],
                $8::text[], $9::text[])
              with ordinality as sent (id, document, created_at, updated_at, type, name, mime_type, thread_id, nr)),
            stored as materialized (
              select sent.nr, attachment.document = sent.document as same
              from sent cross join lateral (
                select document from bobbin.attachments where owner_id = $1 and id = sent.id offset 0) attachment),
            written as (
              insert into bobbin.attachments (owner_id, id, document, created_at, updated_at, type, name, mime_type, thread_id)
              select $1, id, document, created_at, updated_at, type, name, mime_type, thread_id
              from sent where nr not in (select nr from stored) order by nr
              on conflict (owner_id, id) do nothing returning id),
            inserted as (select nr from sent join written using (id)),
            """;

    private static final String REPLACE_ATTACHMENTS =
            """
            update bobbin.attachments attachment set document = sent.document, type = sent.type, name = sent.name,
              mime_type = sent.mime_type, thread_id = sent.thread_id, updated_at = sent.updated_at
            from sent join stored using (nr)
            where attachment.owner_id = $1 and attachment.id = sent.id and not stored.same
            returning sent.nr""";

    private static final String IS_STORED = "stored.nr is not null";

    /** The thread of the item is not there, or of another kind. */
    private static final String HAS_NO_PLACE = IS_STORED + " or sent.nr not in (select nr from placed)";

    public static final String KEEP_THREADS = INTO_THREADS + RESULT.formatted(NOTHING, IS_STORED);
    public static final String SAVE_THREADS = INTO_THREADS + RESULT.formatted(REPLACE_THREADS, IS_STORED);
    public static final String KEEP_ITEMS = INTO_ITEMS + RESULT.formatted(NOTHING, HAS_NO_PLACE);
    public static final String SAVE_ITEMS = INTO_ITEMS + RESULT.formatted(REPLACE_ITEMS, HAS_NO_PLACE);
    public static final String KEEP_ATTACHMENTS = INTO_ATTACHMENTS + RESULT.formatted(NOTHING, IS_STORED);
    public static final String SAVE_ATTACHMENTS = INTO_ATTACHMENTS + RESULT.formatted(REPLACE_ATTACHMENTS, IS_STORED);

    private ImportSql() {}

    /** @param replace whether a row with another document is replaced, in its place in the order */
    public static String of(Section section, boolean replace) {
        return switch (section) {
            case THREAD -> replace ? SAVE_THREADS : KEEP_THREADS;
            case ITEM -> replace ? SAVE_ITEMS : KEEP_ITEMS;
            case ATTACHMENT -> replace ? SAVE_ATTACHMENTS : KEEP_ATTACHMENTS;
        };
    }
}
