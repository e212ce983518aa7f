package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.COUNT_CHANGED;

import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.ByOrder;
import dev.bobbin.page.PageRequest;
import dev.bobbin.page.PageRequest.Start;
import dev.bobbin.page.Sort;
import dev.bobbin.page.Walk;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;

/** The threads of an owner, page by page, and their deletion in bulk. Every call is one statement and sees only rows of its owner. */
@ApplicationScoped
public class ThreadListStore {

    /** More than the count that a list says has no exact number to confirm. */
    static final int MAX_DELETED = 10_000;

    /** Of this the planner expects nearly every row; after {@code not archived} half of them, which it would rather sort. */
    private static final String NOT_ARCHIVED = "archived::int <> 1";

    private static final ByOrder FIRST = ByOrder.of("select id, " + Fetch.documents("0", "$4")
            + " from bobbin.threads where owner_id = $1 and kind = $5 and $2::text is null and " + NOT_ARCHIVED
            + " order by created_at %1$s, seq %1$s limit $3");

    private static final ByOrder NEXT = ByOrder.of(Fetch.after(
            Fetch.place("select created_at as at, seq from bobbin.threads where owner_id = $1 and id = $2", "$6", "$7"),
            "select id, " + Fetch.documents("0", "$4")
                    + " from bobbin.threads where owner_id = $1 and kind = $5 and " + NOT_ARCHIVED
                    + " and (created_at, seq) %2$s (cursor.at, cursor.seq)"
                    + " order by created_at %1$s, seq %1$s limit $3"));

    private static final ByOrder BY_CREATION = ThreadList.BY_CREATION;
    private static final ByOrder BY_ACTIVITY = ThreadList.BY_ACTIVITY;
    private static final String BY_ACTIVITY_WITH_MOVED = ThreadList.BY_ACTIVITY_WITH_MOVED;

    /**
     * Locks the threads, in one order, before it counts them: two such calls could otherwise deadlock. It is the order of an index,
     * which the planner, as long as it has no statistics, would not prefer to the one by activity otherwise. An array, since the
     * planner expects few rows to be found, and would join ten thousand of them by comparing each with each.
     */
    private static final String DELETE =
            """
            with found as materialized (select thread.id %s order by thread.created_at, thread.seq limit %s for update),
            counted as (select count(*) as found from found),
            deleted as (
              delete from bobbin.threads
              where owner_id = $1 and id = any (array(select id from found))
                and (select found from counted) = $12::bigint returning 1),
            attachments as (
              delete from bobbin.attachments
              where owner_id = $1 and thread_id = any (array(select id from found))
                and (select found from counted) = $12 and $13::boolean)
            select found, (select count(*) from deleted) as deleted from counted"""
                    .formatted(ThreadList.FILTERED, MAX_DELETED + 1);

    private final Statements statements;

    ThreadListStore(Statements statements) {
        this.statements = statements;
    }

    /**
     * The owner's threads that pass the filter, in the order of the request. Fails if the page is to be next to a thread that
     * the owner does not have; one that does not pass the filter has a place too.
     *
     * @param lastItem whether each document gets a member {@code last_item}: the newest item that is not hidden, or null
     * @param total whether the page says how many threads pass the filter
     */
    public Uni<Fetched> list(
            Owner owner, ThreadFilter filter, PageRequest request, boolean lastItem, boolean total, FetchLimit limit) {
        if (filter.isDefault() && request.sort() == Sort.CREATED_AT && !lastItem && !total) {
            return list(owner, filter.kind(), request, limit);
        }
        Tuple parameters = parameters(owner, filter)
                .addValue(request.limitAndOneMore())
                .addValue(limit.fetch())
                .addValue(request.id())
                .addValue(request.at())
                .addValue(request.seq())
                .addValue(lastItem)
                .addValue(total);
        Walk walk = request.walk();
        String sql = (request.sort() == Sort.ACTIVE_AT ? BY_ACTIVITY : BY_CREATION).in(request.reading());
        if (request.hasMoved() && walk != null) {
            sql = BY_ACTIVITY_WITH_MOVED;
            Walk.Rest rest = walk.restOrNone();
            parameters
                    .addValue(walk.seen().snapshot().toString())
                    .addValue(walk.seen().floor())
                    .addValue(rest.seen().snapshot().toString())
                    .addValue(rest.seen().floor())
                    .addValue(rest.below().at())
                    .addValue(rest.below().seq());
        }
        return statements.run(sql, parameters).map(rows -> Fetch.page(rows, request, limit, ThreadStore::notFound));
    }

    private Uni<Fetched> list(Owner owner, String kind, PageRequest request, FetchLimit limit) {
        Tuple parameters = Tuple.of(owner.id(), request.id(), request.limitAndOneMore(), limit.fetch(), kind);
        if (request.start() != Start.FIRST) {
            parameters.addValue(request.at()).addValue(request.seq());
        }
        return statements
                .run((request.start() == Start.FIRST ? FIRST : NEXT).in(request.reading()), parameters)
                .map(rows -> Fetch.page(rows, request, limit, ThreadStore::notFound));
    }

    /**
     * Deletes the threads that pass the filter, with their items, if there are as many as {@code confirmed}, and nothing
     * otherwise; returns their number.
     *
     * @param attachments whether to delete their attachments' records too
     */
    public Uni<Long> delete(Owner owner, ThreadFilter filter, int confirmed, boolean attachments) {
        Tuple parameters = parameters(owner, filter).addValue(confirmed).addValue(attachments);
        return statements.run(DELETE, parameters).map(rows -> {
            Row row = rows.iterator().next();
            long found = row.getLong("found");
            if (found != confirmed) {
                throw COUNT_CHANGED.because((found > MAX_DELETED ? "More than " + MAX_DELETED : found)
                        + " threads match, and not " + confirmed + "; nothing was deleted");
            }
            return row.getLong("deleted");
        });
    }

    private static Tuple parameters(Owner owner, ThreadFilter filter) {
        String[] keys = filter.metadata().keySet().toArray(String[]::new);
        String[] values = filter.metadata().values().toArray(String[]::new);
        return Tuple.of(owner.id(), filter.status(), filter.archived())
                .addValue(keys.length == 0 ? null : keys)
                .addValue(keys.length == 0 ? null : values)
                .addValue(filter.title())
                .addValue(filter.created().from())
                .addValue(filter.created().to())
                .addValue(filter.active().from())
                .addValue(filter.active().to())
                .addValue(filter.kind());
    }
}
