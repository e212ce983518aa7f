package dev.bobbin.openai.chatkit;

import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.ByOrder;
import dev.bobbin.page.Order;
import dev.bobbin.page.PageRequest;
import dev.bobbin.page.Place;
import dev.bobbin.problem.ProblemException;
import dev.bobbin.thread.ThreadItemStore;
import dev.bobbin.thread.ThreadKind;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The threads of ChatKit and their items. Every call is one statement and sees only rows of its owner. */
@ApplicationScoped
class HostedThreadStore {

    private static final String OF_OWNER = " from bobbin.threads where owner_id = $1 and ";

    /** As in the service's own list, without archived threads. */
    private static final String LISTED = OF_OWNER + "kind = '" + ThreadKind.CHATKIT + "' and archived::int <> 1";

    private static final String BY_ID = OF_OWNER + ThreadKind.opaque(ThreadKind.CHATKIT) + " and id = ";

    private static final String PLACE = "select created_at, seq" + BY_ID;

    private static final ByOrder LIST = ByOrder.of(
            """
            select list.has_any, %s
            from (select exists (select%s) as has_any) list
            left join (%s$2) after on true
            left join (%s$3) before on true
            left join lateral (
              select id, 'thread' as type, %s%s and %s
              order by created_at %%1$s, seq %%1$s limit $4) page on true"""
                    .formatted(
                            columns(),
                            LISTED,
                            PLACE,
                            PLACE,
                            Fetch.documents("0", "$5"),
                            LISTED,
                            between("$2", "$3", "$6", "$7", "0")));

    /** An item by the first of these ids that there is. */
    private static final String ITEM =
            """
            select item.created_at, item.seq from unnest(%%s::text[]) with ordinality as candidate (id, nr)
            cross join lateral (select created_at, seq %s) item
            order by nr limit 1"""
                    .formatted(ThreadItemStore.BY_ID.replace("$3", "candidate.id"));

    /**
     * Types are compared in an expression that the planner cannot look into: it would otherwise sort all of a thread's items if
     * it believed that few of them pass.
     */
    private static final ByOrder ITEMS = ByOrder.of(
            """
            select %s
            from (select%s$2) thread
            left join lateral (%s) after on true
            left join lateral (%s) before on true
            left join lateral (
              select id, type, %s
              from bobbin.thread_items
              where owner_id = $1 and thread_id = $2 and case when type = any ($8::text[]) then true end and %s
              order by created_at %%1$s, seq %%1$s limit $5) page on true"""
                    .formatted(
                            columns(),
                            BY_ID,
                            ITEM.formatted("$3"),
                            ITEM.formatted("$4"),
                            Fetch.documents("0", "$6"),
                            between("$3", "$4", "$7", "$9", "$10::bigint")));

    private static final String LOAD =
            "select id, 'thread' as type, created_at as at, seq, " + Fetch.document("$3") + BY_ID + "$2";

    private static final String DELETE =
            """
            with deleted as (delete%s$2 returning id),
            attachments as (
              delete from bobbin.attachments where owner_id = $1 and thread_id = $2 and exists (select from deleted))
            select id from deleted"""
                    .formatted(BY_ID);

    private final Statements statements;

    HostedThreadStore(Statements statements) {
        this.statements = statements;
    }

    /**
     * The owner's threads, by {@code created_at}, then by insertion, and one more than the page has. Fails if a thread that
     * bounds the page is not there, unless the list is empty.
     *
     * @param before where the page ends at the latest; null for the end of the list
     */
    Uni<List<Stored>> list(Owner owner, PageRequest request, @Nullable String before, FetchLimit limit) {
        Tuple parameters = Tuple.of(owner.id(), request.id(), before, request.limitAndOneMore(), limit.fetch())
                .addValue(Place.start(request.order()).at())
                .addValue(Place.start(request.order().reversed()).at());
        return statements.run(LIST.in(request.order()), parameters).map(rows -> {
            Row first = rows.iterator().next();
            if (first.getBoolean("has_any")) {
                checkBounds(first, request.id(), before, HostedThreadStore::notFound);
            }
            return stored(rows);
        });
    }

    /** The thread; fails if the owner has no such thread. */
    Uni<Stored> load(Owner owner, String id, FetchLimit limit) {
        return statements
                .run(LOAD, Tuple.of(owner.id(), id, limit.fetch()))
                .map(rows -> stored(rows).stream().findFirst().orElseThrow(() -> notFound(id)));
    }

    /** Deletes a thread with its items and the attachments that name it; returns whether there was one. */
    Uni<Boolean> delete(Owner owner, String id) {
        return statements.run(DELETE, Tuple.of(owner.id(), id)).map(rows -> rows.size() > 0);
    }

    /**
     * Items of a thread, by {@code created_at}, then by insertion. Fails if the owner has no such thread, or if an item that
     * bounds the page is not there.
     */
    Uni<List<Stored>> items(Owner owner, String threadId, ItemSpan span, FetchLimit limit) {
        String after = span.after().isEmpty() ? null : span.after().get(0);
        Tuple parameters = Tuple.of(owner.id(), threadId)
                .addValue(after == null ? null : span.after().toArray(String[]::new))
                .addValue(span.before() == null ? null : new String[] {span.before()})
                .addValue(span.rows())
                .addValue(limit.fetch())
                .addValue(Place.start(span.order()).at())
                .addValue(span.types().toArray(String[]::new))
                .addValue(Place.start(span.order().reversed()).at())
                .addValue(!span.inclusive() ? 0L : span.order() == Order.ASC ? -1L : 1L);
        return statements.run(ITEMS.in(span.order()), parameters).map(rows -> {
            if (rows.size() == 0) {
                throw notFound(threadId);
            }
            checkBounds(rows.iterator().next(), after, span.before(), HostedThreadStore::itemNotFound);
            return stored(rows);
        });
    }

    private static void checkBounds(
            Row row, @Nullable String after, @Nullable String before, Function<String, ProblemException> notFound) {
        if (after != null && !row.getBoolean("has_after")) {
            throw notFound.apply(after).as(null, "after");
        }
        if (before != null && !row.getBoolean("has_before")) {
            throw notFound.apply(before).as(null, "before");
        }
    }

    /** An empty page comes as a row without an {@code id}. */
    private static List<Stored> stored(RowSet<Row> rows) {
        List<Stored> stored = new ArrayList<>(rows.size());
        for (Row row : rows) {
            String id = row.getString("id");
            if (id != null) {
                Place place = new Place(row.getOffsetDateTime("at"), row.getLong("seq"));
                stored.add(new Stored(
                        id, row.getString("type"), place, row.getInteger("bytes"), row.getBuffer("document")));
            }
        }
        return stored;
    }

    static ProblemException notFound(String id) {
        return NOT_FOUND.because("Thread with id '" + id + "' not found.");
    }

    static ProblemException itemNotFound(String id) {
        return NOT_FOUND.because("Item with id '" + id + "' not found.");
    }

    private static String columns() {
        return "after.seq is not null as has_after, before.seq is not null as has_before,"
                + " page.id, page.type, page.at, page.seq, page.bytes, page.document";
    }

    /**
     * Whether a row is between two others in the order of the page, or between one and the end where the other is null; none is,
     * if one that was asked for is not there.
     *
     * @param start the time at which the page would begin, and {@code end} that at which it would end
     * @param shift added to the sequence of the first row: with -1 or 1, that row is on the page
     */
    private static String between(String after, String before, String start, String end, String shift) {
        return """
            (created_at, seq) %%2$s (coalesce(after.created_at, %3$s::timestamptz), coalesce(after.seq, 0) + %5$s)
              and (coalesce(before.created_at, %4$s::timestamptz), coalesce(before.seq, 0)) %%2$s (created_at, seq)
              and (%1$s is null or after.seq is not null) and (%2$s is null or before.seq is not null)"""
                .formatted(after, before, start, end, shift);
    }
}
