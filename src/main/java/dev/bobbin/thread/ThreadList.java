package dev.bobbin.thread;

import dev.bobbin.database.Fetch;
import dev.bobbin.page.ByOrder;

/**
 * SQL for lists of threads. Its parameters are the owner ($1), a {@link ThreadFilter} ($2 to $11), and then those of the
 * statement. No filter makes a statement of its own: each would be planned and prepared on every connection.
 */
final class ThreadList {

    private static final String WINDOW = ThreadActivity.WINDOW;

    /**
     * A single expression that the planner cannot look into. If it believed that few rows pass, it would sort all of an owner's
     * threads rather than read them in the order of the list.
     */
    private static final String FILTER =
            """
            case when ($2::text is null or coalesce(thread.status, 'active') = $2)
              and ($3::boolean is null or thread.archived = $3)
              and ($4::text[] is null or not exists (
                select from unnest($4, $5::text[]) wanted (key, value)
                where thread.metadata ->> wanted.key is distinct from wanted.value))
              and ($6::text is null or starts_with(lower(thread.title), lower($6)))
              and thread.created_at >= $7::timestamptz and thread.created_at < $8::timestamptz
              and case
                when thread.active_at < $9::timestamptz - %1$s or thread.active_at >= $10::timestamptz then false
                when thread.active_at >= $9 and thread.active_at < $10::timestamptz - %1$s then true
                else %2$s >= $9 and %2$s < $10
              end
            then true end"""
                    .formatted(WINDOW, ThreadActivity.EXACT);

    /** Rows {@code thread} of the owner that pass the filter, to be read by {@code created_at}. */
    static final String FILTERED =
            """
            from bobbin.threads thread
            where thread.owner_id = $1 and thread.kind = $11 and thread.created_at >= $7 and thread.created_at < $8 and %s"""
                    .formatted(FILTER);

    /** The same, to be read by {@code active_at}. */
    private static final String FILTERED_ACTIVE =
            """
            from bobbin.threads thread
            where thread.owner_id = $1 and thread.kind = $11 and thread.active_at >= $9::timestamptz - %s and thread.active_at < $10 and %s"""
                    .formatted(WINDOW, FILTER);

    private static final String PLACE = Fetch.place(
            "select thread.created_at as at, thread.seq from bobbin.threads thread where thread.owner_id = $1 and thread.id = $14",
            "$15",
            "$16");

    private static final String ACTIVE_PLACE = Fetch.place(
            "select %s as at, thread.seq from bobbin.threads thread where thread.owner_id = $1 and thread.id = $14"
                    .formatted(ThreadActivity.EXACT),
            "$15",
            "$16");

    /**
     * A page of $12 rows, of $13 bytes, next to the thread $14 or the place $15, $16; $17 asks for the last item that is not
     * hidden, $18 for the total.
     */
    private static final String LIST =
            """
            select page.id, page.at, page.seq, page.bytes,
              case when page.sum <= $13::bigint then convert_to(page.document, 'UTF8') end as document,
              case when page.sum <= $13 and $17::boolean then convert_to(coalesce(page.item, 'null'), 'UTF8') end as last_item,
              %s
            from (%s) cursor left join lateral (
              select found.id, found.at, found.seq, found.document, item.document as item,
                octet_length(found.document) + coalesce(octet_length(item.document), 0) as bytes,
                sum(octet_length(found.document) + coalesce(octet_length(item.document), 0))
                  over (order by found.at %%1$s, found.seq %%1$s rows unbounded preceding) as sum
              from (
                select * from (%s) candidate
                where (at, seq) %%2$s (cursor.at, cursor.seq)
                order by at %%1$s, seq %%1$s limit $12) found
              left join lateral (
                select document from bobbin.thread_items
                where owner_id = $1 and thread_id = found.id and $17::boolean
                  and\s"""
                    + ItemType.IS_VISIBLE
                    + """

                order by created_at desc, seq desc limit 1) item on true
              order by found.at %%1$s, found.seq %%1$s) page on true""";

    private static final String TOTAL =
            "case when $18::boolean then (select count(*) from (select %s limit 10001) counted) end as total"
                    .formatted(FILTERED);

    static final ByOrder BY_CREATION = ByOrder.of(LIST.formatted(
            TOTAL, PLACE, "select thread.id, thread.created_at as at, thread.seq, thread.document " + FILTERED));

    /**
     * The exact order is computed of rows that may belong to the page. Of those whose {@code active_at} is more than a window
     * below the cursor every one follows it; when they make a page, no row follows that lies more than a window below them. The
     * order of the candidates is for the planner, which as long as it has no statistics could take the index of the other order.
     */
    static final ByOrder BY_ACTIVITY = new ByOrder(
            byActivity(
                    "thread.active_at > cursor.at",
                    "thread.active_at >= cursor.at - " + WINDOW,
                    "thread.active_at <= coalesce(certain.active_at + " + WINDOW + ", 'infinity')",
                    "asc"),
            byActivity(
                    "thread.active_at < cursor.at - " + WINDOW,
                    "thread.active_at <= cursor.at",
                    "thread.active_at >= coalesce(certain.active_at - " + WINDOW + ", '-infinity')",
                    "desc"));

    private static String byActivity(String certain, String possible, String bound, String order) {
        ByOrder both = ByOrder.of(LIST.formatted(
                TOTAL + ", pg_current_snapshot()::text as snapshot, statement_timestamp() as read_at",
                ACTIVE_PLACE,
                active(certain, possible, bound, order)));
        return order.equals("asc") ? both.asc() : both.desc();
    }

    private static String active(String certain, String possible, String bound, String order) {
        return """
                select candidate.* from (select) page left join lateral (
                  select thread.active_at %1$s and %2$s
                  order by thread.active_at %5$s, thread.seq %5$s offset $12 - 1 limit 1) certain on true
                cross join lateral (
                  select thread.id, %6$s as at, thread.seq, thread.document %1$s and %3$s and %4$s
                  order by thread.active_at, thread.seq offset 0) candidate"""
                .formatted(FILTERED_ACTIVE, certain, possible, bound, order, ThreadActivity.EXACT);
    }

    /**
     * The next page of the newest first. Threads that have moved above its place since the pages before would be missed: those that
     * were written since the snapshot $19, and since the snapshot $21 below the place $23, $24. None of them is older than $20 and
     * $22. They come before the others.
     */
    static final String BY_ACTIVITY_WITH_MOVED = "select false as moved, * from (" + BY_ACTIVITY.desc()
            + ") page union all " + moved("'infinity'::timestamptz", "0::bigint", "$19", "$20") + " union all "
            + moved("$23::timestamptz", "$24::bigint", "$21", "$22");

    private static String moved(String at, String seq, String snapshot, String floor) {
        String changed = ThreadActivity.CHANGED.formatted(snapshot);
        String lowest = "greatest($15, " + floor + "::timestamptz)";
        String candidates = active(
                "thread.active_at > " + lowest + " and thread.active_at < cursor.at - " + WINDOW + " and " + changed,
                "thread.active_at <= cursor.at and " + changed,
                "thread.active_at >= coalesce(certain.active_at, " + lowest + ") - " + WINDOW,
                "desc");
        String above =
                candidates + " where candidate.at > " + floor + " and (candidate.at, candidate.seq) > ($15, $16)";
        String columns = "null::bigint as total, null as snapshot, null::timestamptz as read_at";
        String place = "select " + at + " as at, " + seq + " as seq";
        return "select true, * from ("
                + ByOrder.of(LIST.formatted(columns, place, above)).desc() + ") moved";
    }

    private ThreadList() {}
}
