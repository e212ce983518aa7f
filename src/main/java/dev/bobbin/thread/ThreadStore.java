package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.Document;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.NewDocument;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.ByOrder;
import dev.bobbin.page.Page;
import dev.bobbin.page.PageRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;

/** Threads of an owner. Every call is one statement, and sees no other owner's rows. */
@ApplicationScoped
public class ThreadStore {

    private static final String INSERT =
            """
            insert into bobbin.threads (owner_id, id, document, created_at, title, status, metadata)
            values ($1, $2, $3, $4, $5, $6, ($7::text)::jsonb)""";

    private static final String ADD = INSERT + AddResult.onConflictKeep("threads", "owner_id, id", "octet_length($3)");

    private static final String SAVE = INSERT
            + """
             on conflict (owner_id, id) do update set document = excluded.document, title = excluded.title,
              status = excluded.status, metadata = excluded.metadata, updated_at = now()
            returning (xmax = 0) as created""";

    /** One thread by its id; of a range, as items have it, the planner thinks less of the primary key here. */
    private static final String BY_ID = " from bobbin.threads where owner_id = $1 and id = $2";

    private static final String LOAD = "select " + Fetch.document("$3") + BY_ID;

    private static final String DELETE = "delete from bobbin.threads where owner_id = $1 and id = $2";

    private final Statements statements;
    private final Clock clock;

    ThreadStore(Statements statements, Clock clock) {
        this.statements = statements;
        this.clock = clock;
    }

    /**
     * Stores a thread that is not there yet; the same document a second time changes nothing.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when another document has this id
     */
    Uni<AddResult> add(Owner owner, NewDocument thread) {
        return statements
                .run(ADD, row(owner, thread.id(), thread.document()))
                .map(rows -> AddResult.of(rows.iterator().next(), thread, "Thread"));
    }

    /**
     * Stores a thread, in the place of one with this id if there is one: that keeps its place in the order.
     *
     * @return whether it is new
     */
    Uni<Boolean> save(Owner owner, String id, Document thread) {
        return statements
                .run(SAVE, row(owner, id, thread))
                .map(rows -> rows.iterator().next().getBoolean("created"));
    }

    /**
     * The thread's document.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when the owner has no such thread
     */
    Uni<Fetched> load(Owner owner, String id, FetchLimit limit) {
        return statements.run(LOAD, Tuple.of(owner.id(), id, limit.fetch())).map(rows -> {
            if (rows.size() == 0) {
                throw notFound(id);
            }
            return Fetch.one(rows.iterator().next());
        });
    }

    /** As {@link #load}, and in the document, as {@code items}, a first page of its items. */
    Uni<Fetched> loadWithItems(Owner owner, String id, PageRequest items, FetchLimit limit) {
        return statements
                .run(WITH_ITEMS.in(items.order()), Tuple.of(owner.id(), id, items.limitAndOneMore(), limit.fetch()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw notFound(id);
                    }
                    Row first = rows.iterator().next();
                    return Page.within(
                            first.getInteger("thread_bytes"),
                            first.getBuffer("thread"),
                            Fetch.entries(rows),
                            items,
                            limit);
                });
    }

    /**
     * The owner's threads, by {@code created_at}, then by insertion.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when the cursor names none of the owner's threads
     */
    Uni<Fetched> list(Owner owner, PageRequest request, FetchLimit limit) {
        String after = request.after();
        if (after == null) {
            return statements
                    .run(FIRST.in(request.order()), Tuple.of(owner.id(), request.limitAndOneMore(), limit.fetch()))
                    .map(rows -> Page.of(Fetch.entries(rows), request, limit));
        }
        return statements
                .run(NEXT.in(request.order()), Tuple.of(owner.id(), after, request.limitAndOneMore(), limit.fetch()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw notFound(after);
                    }
                    return Page.of(Fetch.entries(rows), request, limit);
                });
    }

    /** Deletes a thread and its items; one that is not there is no error. */
    Uni<Void> delete(Owner owner, String id) {
        return statements.run(DELETE, Tuple.of(owner.id(), id)).replaceWithVoid();
    }

    static RuntimeException notFound(String id) {
        return NOT_FOUND.because("Thread " + id + " not found");
    }

    private Tuple row(Owner owner, String id, Document thread) {
        OffsetDateTime createdAt = thread.createdAtOr(OffsetDateTime.now(clock));
        return Tuple.of(owner.id(), id, thread.text(), createdAt, thread.string("title"), thread.string("status"))
                .addValue(thread.metadata());
    }

    private static final ByOrder FIRST = ByOrder.of(
            """
            select id, """
                    + Fetch.documents("0", "$3")
                    + """
             from bobbin.threads where owner_id = $1
            order by created_at %1$s, seq %1$s limit $2""");

    /** One row at least when the cursor is there, so that an unknown one shows. */
    private static final ByOrder NEXT = ByOrder.of(
            """
            select page.id, page.bytes, page.document
            from (select created_at, seq"""
                    + BY_ID
                    + """
            ) cursor left join lateral (
              select id, """
                    + Fetch.documents("0", "$4")
                    + """
               from bobbin.threads
              where owner_id = $1 and (created_at, seq) %2$s (cursor.created_at, cursor.seq)
              order by created_at %1$s, seq %1$s limit $3) page on true""");

    /** The thread's document comes with its first item only: it may be large, and there may be a hundred items. */
    private static final ByOrder WITH_ITEMS = ByOrder.of(
            """
            select page.id, page.bytes, page.document, thread.bytes as thread_bytes,
              case when page.nr is null or page.nr = 1 then thread.document end as thread
            from (
              select """
                    + " "
                    + Fetch.document("$4")
                    + BY_ID
                    + """
            ) thread left join lateral (
              select id, row_number() over (order by created_at %1$s, seq %1$s) as nr, """
                    + Fetch.documents("thread.bytes", "$4")
                    + """
               from bobbin.thread_items
              where owner_id = $1 and thread_id = $2
              order by created_at %1$s, seq %1$s limit $3) page on true""");
}
