package dev.bobbin.transfer;

/** How much an owner has, and its erasure. $1 is the owner. */
public final class OwnerSql {

    /** {@code threads}, {@code items} and {@code attachments}. */
    public static final String COUNT =
            """
            select (select count(*) from bobbin.threads where owner_id = $1) as threads,
              (select count(*) from bobbin.thread_items where owner_id = $1) as items,
              (select count(*) from bobbin.attachments where owner_id = $1) as attachments""";

    /** The same, with the {@code bytes} of all documents and {@code last_active_at}, null without any thread. */
    public static final String USAGE =
            """
            select thread.number as threads, item.number as items, attachment.number as attachments,
              thread.bytes + item.bytes + attachment.bytes as bytes,
              greatest(thread.newest, item.newest) as last_active_at
            from (
              select count(*) as number, coalesce(sum(octet_length(document)), 0) as bytes, max(active_at) as newest
              from bobbin.threads where owner_id = $1) thread
            cross join (
              select count(*) as number, coalesce(sum(octet_length(document)), 0) as bytes, max(created_at) as newest
              from bobbin.thread_items where owner_id = $1) item
            cross join (
              select count(*) as number, coalesce(sum(octet_length(document)), 0) as bytes
              from bobbin.attachments where owner_id = $1) attachment""";

    /** In one transaction. A constant in the statements: the planner takes a parameter for a tenth of the table. */
    public static final int AT_ONCE = 500;

    /**
     * Deletes up to {@link #AT_ONCE} items after the place in $2 to $4, at first that of {@link ExportPlace#startOf}; without it
     * each call would pass over the index entries of those before. Returns how many were {@code found} and {@code deleted}, and the
     * {@code thread_id}, {@code created_at} and {@code seq} of the last one. Nothing is left if nothing is found from the start
     * on.
     *
     * <p>Locks the threads first, as every delete of items does.
     */
    public static final String DELETE_ITEMS =
            """
            with found as materialized (
              select thread_id, created_at, seq from bobbin.thread_items
              where owner_id = $1 and (thread_id, created_at, seq) > ($2::text, $3::timestamptz, $4::bigint)
              order by thread_id, created_at, seq limit %s),
            locked as materialized (
              select id from bobbin.threads where owner_id = $1 and id in (select thread_id from found)
              order by id for update),
            deleted as (
              delete from bobbin.thread_items item using found
              where item.owner_id = $1 and item.thread_id = found.thread_id
                and (item.created_at, item.seq) = (found.created_at, found.seq) and (select count(*) from locked) >= 0
              returning 1)
            select (select count(*) from found) as found, (select count(*) from deleted) as deleted, last.*
            from (select) one left join (
              select thread_id, created_at, seq from found order by thread_id desc, created_at desc, seq desc limit 1
            ) last on true"""
                    .formatted(AT_ONCE);

    /** The same of threads with an id after $2, at first an empty one. Returns {@code found}, {@code deleted} and {@code id}. */
    public static final String DELETE_THREADS = deletion("threads");

    /** The same of attachments. */
    public static final String DELETE_ATTACHMENTS = deletion("attachments");

    /** What searches have made of the owner's texts, if anything is left of it; returns how many were {@code found} and {@code deleted}. */
    public static final String DELETE_TEXTS =
            """
            with deleted as (
              delete from bobbin.search_texts
              where owner_id = $1 and (created_at, seq) in (
                select created_at, seq from bobbin.search_texts where owner_id = $1 order by created_at, seq limit %s)
              returning 1)
            select count(*) as found, count(*) as deleted from deleted"""
                    .formatted(AT_ONCE);

    private OwnerSql() {}

    private static String deletion(String table) {
        return """
                with found as materialized (
                  select id from bobbin.%1$s where owner_id = $1 and id > $2::text order by id limit %2$s),
                deleted as (
                  delete from bobbin.%1$s where owner_id = $1 and id in (select id from found) returning 1)
                select (select count(*) from found) as found, (select count(*) from deleted) as deleted,
                  (select max(id) from found) as id"""
                .formatted(table, AT_ONCE);
    }
}
