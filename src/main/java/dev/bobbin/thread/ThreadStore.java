package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.database.Statements;
import dev.bobbin.document.Completion;
import dev.bobbin.document.Document;
import dev.bobbin.document.Json;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.ByOrder;
import dev.bobbin.page.Page;
import dev.bobbin.page.PageRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Threads of an owner. Every call is one statement, and sees no other owner's rows. */
@ApplicationScoped
public class ThreadStore {

    private static final String INSERT =
            """
            insert into bobbin.threads (owner_id, id, document, created_at, title, status, metadata)
            values ($1, $2, $3, $4, $5, $6, ($7::text)::jsonb)""";

    private static final String ADD = INSERT + Added.onConflictKeep("threads", "owner_id, id");

    private static final String SAVE = INSERT
            + """
             on conflict (owner_id, id) do update set document = excluded.document, title = excluded.title,
              status = excluded.status, metadata = excluded.metadata, updated_at = now()
            returning (xmax = 0) as created""";

    /** One thread by its id; of a range, as items have it, the planner thinks less of the primary key here. */
    private static final String BY_ID = " from bobbin.threads where owner_id = $1 and id = $2";

    private static final String LOAD = "select document" + BY_ID;

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
    Uni<Added> add(Owner owner, Completion thread) {
        return statements
                .run(ADD, row(owner, thread.id(), thread.document()))
                .map(rows -> Added.of(rows.iterator().next(), thread, "Thread"));
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
    Uni<String> load(Owner owner, String id) {
        return statements.run(LOAD, Tuple.of(owner.id(), id)).map(rows -> {
            if (rows.size() == 0) {
                throw notFound(id);
            }
            return rows.iterator().next().getString("document");
        });
    }

    /** As {@link #load}, and in the document, as {@code items}, a first page of its items. */
    Uni<String> loadWithItems(Owner owner, String id, PageRequest items) {
        return statements
                .run(WITH_ITEMS.in(items.order()), Tuple.of(owner.id(), id, items.limitAndOneMore()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw notFound(id);
                    }
                    return Json.withMember(
                            rows.iterator().next().getString("thread"),
                            "items",
                            Page.of(entries(rows), items).json());
                });
    }

    /**
     * The owner's threads, by {@code created_at}, then by insertion.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when the cursor names none of the owner's threads
     */
    Uni<Page> list(Owner owner, PageRequest request) {
        String after = request.after();
        if (after == null) {
            return statements
                    .run(FIRST.in(request.order()), Tuple.of(owner.id(), request.limitAndOneMore()))
                    .map(rows -> Page.of(entries(rows), request));
        }
        return statements
                .run(NEXT.in(request.order()), Tuple.of(owner.id(), after, request.limitAndOneMore()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw notFound(after);
                    }
                    return Page.of(entries(rows), request);
                });
    }

    /** Deletes a thread and its items; one that is not there is no error. */
    Uni<Void> delete(Owner owner, String id) {
        return statements.run(DELETE, Tuple.of(owner.id(), id)).replaceWithVoid();
    }

    static RuntimeException notFound(String id) {
        return NOT_FOUND.because("Thread " + id + " not found");
    }

    /** The documents of rows that hold one; a cursor or thread with nothing behind it comes as a row without. */
    static List<Page.Entry> entries(RowSet<Row> rows) {
        List<Page.Entry> entries = new ArrayList<>(rows.size());
        for (Row row : rows) {
            String id = row.getString("id");
            if (id != null) {
                entries.add(new Page.Entry(id, row.getString("document")));
            }
        }
        return entries;
    }

    private Tuple row(Owner owner, String id, Document thread) {
        OffsetDateTime createdAt = thread.createdAtOr(OffsetDateTime.now(clock));
        return Tuple.of(owner.id(), id, thread.text(), createdAt, thread.string("title"), thread.string("status"))
                .addValue(thread.metadata());
    }

    private static final ByOrder FIRST = ByOrder.of(
            """
            select id, document from bobbin.threads where owner_id = $1
            order by created_at %1$s, seq %1$s limit $2""");

    /** One row at least when the cursor is there, so that an unknown one shows. */
    private static final ByOrder NEXT = ByOrder.of(
            """
            select page.id, page.document
            from (select created_at, seq"""
                    + BY_ID
                    + """
            ) cursor left join lateral (
              select id, document from bobbin.threads
              where owner_id = $1 and (created_at, seq) %2$s (cursor.created_at, cursor.seq)
              order by created_at %1$s, seq %1$s limit $3) page on true""");

    /** The thread's document comes with its first item only: it may be large, and there may be a hundred items. */
    private static final ByOrder WITH_ITEMS = ByOrder.of(
            """
            select case when page.nr is null or page.nr = 1 then thread.document end as thread, page.id, page.document
            from (select document"""
                    + BY_ID
                    + """
            ) thread left join lateral (
              select id, document, row_number() over (order by created_at %1$s, seq %1$s) as nr from bobbin.thread_items
              where owner_id = $1 and thread_id = $2
              order by created_at %1$s, seq %1$s limit $3) page on true""");
}
