package dev.bobbin.search;

import static dev.bobbin.problem.ProblemType.BUSY;

import dev.bobbin.database.Statements;
import dev.bobbin.document.Fetched;
import dev.bobbin.owner.Owner;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds titles and items. One statement reads the texts that earlier searches prepared, and returns those written since, which
 * are matched here. If there are more than {@link #MOST_UNREAD} of these, they are prepared first.
 */
@ApplicationScoped
public class SearchStore {

    /** Few enough to be sent with each search. */
    static final int MOST_UNREAD = 100;

    /** After they were prepared, for a thread whose items other calls are writing. */
    private static final int MOST_UNREAD_AFTERWARDS = 1_000;

    private static final int ATTEMPTS = 3;

    /** How many of the newest matches are ranked. */
    private static final int RANKED = 2_000;

    /**
     * Texts that are not newer than their thread's mark. An object with the marks keeps the order of the index, which a join might
     * not. So does the subquery: where the statistics know few owners, the planner would rather read the texts of all of them.
     */
    private static final String MATCHES =
            """
            from (
              select * from bobbin.search_texts where owner_id = $1%s
              order by created_at desc, seq desc offset 0) prepared
            where strpos(words, $4) > 0 and strpos(words, $5) > 0 and strpos(words, $6) > 0 and words like all ($7::text[])
              and seq < coalesce(((select by_thread from marks) ->> thread_id)::bigint, 9223372036854775807)
              and (seq > 0 or not coalesce((select by_thread from marks) ? thread_id, false))
            order by created_at desc, seq desc limit %s""";

    private static final String FIND_NEWEST = find("select thread_id, created_at, seq, 0 as rank "
            + MATCHES.formatted(" and (created_at, seq) < ($2::timestamptz, $3::bigint)", "$8"));

    private static final String FIND_RANKED = find(
            """
            select * from (
              select thread_id, created_at, seq, case when seq < 0 then 1000 else 0 end
                + case when strpos(words, $10) > 0 then 100 else 0 end
                + (octet_length(words) - octet_length(replace(words, $4, ''))) * 99 / octet_length(words) as rank
              from (select * %s) newest) ranked
            where (rank, created_at, seq) < ($11::int, $2::timestamptz, $3::bigint)
            order by rank desc, created_at desc, seq desc limit $8"""
                    .formatted(MATCHES.formatted("", RANKED)));

    private final Statements statements;
    private final SearchTextStore texts;

    SearchStore(Statements statements, SearchTextStore texts) {
        this.statements = statements;
        this.texts = texts;
    }

    /** The owner's titles and items that match, after {@code after}, as a page of so many. */
    public Uni<Fetched> find(Owner owner, SearchQuery query, SearchCursor after, int limit) {
        if (query.isEmpty()) {
            return Uni.createFrom().item(SearchPage.of(query, List.of(), limit));
        }
        return attempt(owner, query, after, limit, MOST_UNREAD, ATTEMPTS)
                .map(found -> SearchPage.of(query, found, limit));
    }

    /**
     * Has at least one row; texts that were not prepared have no rank. The planner does not know how few are found, and would
     * join all rows of the owner: hence subqueries.
     */
    private static String find(String prepared) {
        return """
                with marked as materialized (
                  select id, title, created_at, seq, search_from from bobbin.threads
                  where owner_id = $1 and search_from is not null and kind = 'chatkit' order by created_at, seq limit $9),
                marks as materialized (select jsonb_object_agg(id, search_from) as by_thread from marked),
                unread as materialized (
                  select * from (
                    select id as thread_id, title, null as item_id, null as type, created_at, -seq as seq, null::int as rank,
                      title as text
                    from marked where title is not null
                    union all
                    select marked.id, marked.title, item.id, type, item.created_at, item.seq, null, content
                    from marked cross join lateral (
                      select id, type, created_at, seq, content from bobbin.thread_items
                      where owner_id = $1 and thread_id = marked.id and seq >= marked.search_from and %1$s limit $9) item) texts
                  limit $9),
                found as (%2$s),
                texts as (
                  select * from unread
                  union all
                  select found.thread_id, (select title from bobbin.threads where owner_id = $1 and id = found.thread_id),
                    item.id, type, found.created_at, found.seq, rank, content
                  from found left join lateral (
                    select id, type, content from bobbin.thread_items
                    where owner_id = $1 and thread_id = found.thread_id and created_at = found.created_at
                      and seq = found.seq limit 1) item on true)
                select texts.*, counted.unread
                from (select greatest((select count(*) from marked), (select count(*) from unread)) as unread) counted
                left join texts on true"""
                .formatted(SearchTextStore.VISIBLE, prepared);
    }

    private Uni<List<SearchHit>> attempt(
            Owner owner, SearchQuery query, SearchCursor after, int limit, int mostUnread, int attempts) {
        String sql = after.sort() == SearchSort.RANK ? FIND_RANKED : FIND_NEWEST;
        return statements
                .run(sql, parameters(owner, query, after, limit, mostUnread))
                .flatMap(rows -> {
                    if (rows.iterator().next().getLong("unread") <= mostUnread) {
                        return Uni.createFrom().item(hits(rows, query, after));
                    }
                    if (attempts == 1) {
                        throw BUSY.because("Too many items are being written to be searched; try again");
                    }
                    return texts.prepare(owner)
                            .flatMap(done -> attempt(owner, query, after, limit, MOST_UNREAD_AFTERWARDS, attempts - 1));
                });
    }

    private static Tuple parameters(Owner owner, SearchQuery query, SearchCursor after, int limit, int mostUnread) {
        List<String> needles = query.needles();
        // a space is in every text
        String second = needles.size() > 1 ? needles.get(1) : " ";
        String third = needles.size() > 2 ? needles.get(2) : " ";
        // words have no character that is special in a pattern
        String[] others =
                needles.stream().skip(3).map(needle -> "%" + needle + "%").toArray(String[]::new);
        Tuple parameters = Tuple.of(owner.id(), after.at(), after.seq(), needles.get(0), second, third)
                .addValue(others)
                .addValue(limit + 1)
                .addValue(mostUnread + 1);
        return after.sort() == SearchSort.RANK
                ? parameters.addValue(query.sideBySide()).addValue(after.rank())
                : parameters;
    }

    private static List<SearchHit> hits(RowSet<Row> rows, SearchQuery query, SearchCursor after) {
        List<SearchHit> hits = new ArrayList<>();
        for (Row row : rows) {
            boolean title = row.getString("thread_id") != null && row.getLong("seq") < 0;
            String text = row.getString(title ? "title" : "text");
            if (text == null) {
                // no row at all, or one that was deleted
                continue;
            }
            Integer rank = row.getInteger("rank");
            if (rank == null) {
                String folded = Words.folded(text);
                if (!query.matches(folded)) {
                    continue;
                }
                rank = after.sort() == SearchSort.RANK ? query.rank(folded, title) : after.rank();
            }
            SearchHit hit = hit(row, new SearchCursor(after.sort(), rank, micros(row), row.getLong("seq")), text);
            if (SearchCursor.ORDER.compare(after, hit.place()) < 0) {
                hits.add(hit);
            }
        }
        hits.sort(SearchHit.ORDER);
        return hits;
    }

    private static SearchHit hit(Row row, SearchCursor place, String text) {
        return new SearchHit(
                row.getString("thread_id"),
                row.getString("title"),
                row.getString("item_id"),
                row.getString("type"),
                place,
                text);
    }

    private static long micros(Row row) {
        return ChronoUnit.MICROS.between(
                Instant.EPOCH, row.getOffsetDateTime("created_at").toInstant());
    }
}
