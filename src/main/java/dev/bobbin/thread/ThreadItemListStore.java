package dev.bobbin.thread;

import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.ByOrder;
import dev.bobbin.page.PageRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;

/** The items of a thread, page by page. Every call is one statement and sees only rows of its owner. */
@ApplicationScoped
class ThreadItemListStore {

    private static final String ROW = "select created_at as at, seq" + ThreadItemStore.BY_ID;

    private static final ByOrder FIRST = ByOrder.of(
            "select id, " + Fetch.documents("0", "$5")
                    + """
             from bobbin.thread_items where owner_id = $1 and thread_id = $2 and $3::text is null
            order by created_at %1$s, seq %1$s limit $4""");

    private static final ByOrder NEXT = ByOrder.of(
            Fetch.after(
                    Fetch.place(ROW, "$6", "$7"),
                    "select id, " + Fetch.documents("0", "$5")
                            + """
                     from bobbin.thread_items
                    where owner_id = $1 and thread_id = $2 and (created_at, seq) %2$s (cursor.at, cursor.seq)
                    order by created_at %1$s, seq %1$s limit $4"""));

    private static final String NEIGHBOURS =
            """
            (select id, created_at as at, seq, document, %1$s as before,
              row_number() over (order by created_at %2$s, seq %2$s) as nr
            from bobbin.thread_items
            where owner_id = $1 and thread_id = $2 and (created_at, seq) %3$s (cursor.at, cursor.seq)
            order by created_at %2$s, seq %2$s limit %4$s)""";

    /** Rows come from the one in the middle outwards, so that a page that is full has its nearest neighbours. */
    private static final ByOrder AROUND =
            new ByOrder(around("asc", ">=", "desc", "<"), around("desc", "<=", "asc", ">"));

    private final Statements statements;

    ThreadItemListStore(Statements statements) {
        this.statements = statements;
    }

    /**
     * The thread's items, by {@code created_at}, then by insertion; none if the owner has no such thread. Fails if the page is
     * to be next to an item that is none of them.
     */
    Uni<Fetched> list(Owner owner, String threadId, PageRequest request, FetchLimit limit) {
        return statements
                .run(sql(request), parameters(owner, threadId, request, limit))
                .map(rows -> Fetch.page(rows, request, limit, ThreadItemStore::notFound));
    }

    private static String sql(PageRequest request) {
        return switch (request.start()) {
            case FIRST -> FIRST.in(request.order());
            case AFTER, BEFORE -> NEXT.in(request.reading());
            case AROUND -> AROUND.in(request.order());
        };
    }

    private static Tuple parameters(Owner owner, String threadId, PageRequest request, FetchLimit limit) {
        String id = request.id();
        return switch (request.start()) {
            case FIRST -> Tuple.of(owner.id(), threadId, id, request.limitAndOneMore(), limit.fetch());
            // no item has an empty id; of a null the whole thread would be read
            case AFTER, BEFORE ->
                Tuple.of(
                                owner.id(),
                                threadId,
                                Objects.requireNonNullElse(id, ""),
                                request.limitAndOneMore(),
                                limit.fetch())
                        .addValue(request.at())
                        .addValue(request.seq());
            case AROUND ->
                Tuple.of(
                        owner.id(),
                        threadId,
                        id,
                        request.limit() - request.limitBefore() + 1,
                        limit.fetch(),
                        request.limitBefore() + 1);
        };
    }

    private static String around(String forward, String from, String backward, String before) {
        return """
            select page.id, page.at, page.seq, page.before, octet_length(page.document) as bytes,
              case when sum(octet_length(page.document)) over (order by page.nr, page.before rows unbounded preceding)
                <= $5::bigint then convert_to(page.document, 'UTF8') end as document
            from (%s) cursor cross join lateral (%s union all %s) page order by page.nr, page.before"""
                .formatted(
                        ROW,
                        NEIGHBOURS.formatted("false", forward, from, "$4"),
                        NEIGHBOURS.formatted("true", backward, before, "$6"));
    }
}
