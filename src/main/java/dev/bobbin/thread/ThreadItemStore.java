package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.database.DatabaseErrors;
import dev.bobbin.database.Statements;
import dev.bobbin.document.Completion;
import dev.bobbin.document.Document;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Items of a thread. Every call is one statement, and sees no other owner's rows. */
@ApplicationScoped
public class ThreadItemStore {

    /** Relied upon for the 404 of a write to a thread that is not there. */
    private static final String THREAD_FOREIGN_KEY = "thread_items_thread_fkey";

    private static final String COLUMNS =
            "insert into bobbin.thread_items (owner_id, thread_id, id, document, created_at, type, role, content) ";

    private static final String VALUES = "values ($1, $2, $3, $4, $5, $6, $7, $8)";

    /**
     * Takes the thread's lock before any item's, as a delete of the thread does: two batches, or a batch and a delete, would
     * otherwise wait for each other. A thread that is not there leaves nothing to insert.
     */
    private static final String UNNEST =
            """
            select $1, $2, id, document, created_at, type, role, content
            from (select 1 from bobbin.threads where owner_id = $1 and threads.id = $2 for no key update) thread
            cross join unnest($3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[])
              with ordinality as item (id, document, created_at, type, role, content, nr)
            order by nr""";

    private static final String KEEP = Added.onConflictKeep("thread_items", "owner_id, thread_id, id");

    private static final String REPLACE =
            """
             on conflict (owner_id, thread_id, id) do update set document = excluded.document, type = excluded.type,
              role = excluded.role, content = excluded.content, updated_at = now()
            returning id, (xmax = 0) as created""";

    private static final String ADD = COLUMNS + VALUES + KEEP;
    private static final String SAVE = COLUMNS + VALUES + REPLACE;
    private static final String ADD_ALL = COLUMNS + UNNEST + KEEP;
    private static final String SAVE_ALL = COLUMNS + UNNEST + REPLACE;

    /**
     * One item by its id. Said with three equalities, the planner takes the index of the order for as good as the primary
     * key as long as it has no statistics, and reads the whole thread; of a range of whole keys it knows that only the
     * primary key brings its first row without sorting.
     */
    private static final String BY_ID =
            """
             from bobbin.thread_items
            where (owner_id, thread_id, id) >= ($1, $2, $3) and (owner_id, thread_id, id) <= ($1, $2, $3)
            order by owner_id, thread_id, id limit 1""";

    private static final String LOAD = "select document" + BY_ID;
    private static final String CURSOR = "select created_at, seq" + BY_ID;

    private static final String DELETE =
            "delete from bobbin.thread_items where owner_id = $1 and thread_id = $2 and id = $3";

    /**
     * As {@link #UNNEST}, takes the thread's lock first: a row is deleted once it is joined with the cursor, and there is no
     * cursor before the thread is locked.
     */
    private static final String DELETE_AFTER =
            """
            with thread as (select 1 from bobbin.threads where owner_id = $1 and id = $2 for no key update),
            cursor as (select item.created_at, item.seq from thread cross join (%s) item),
            deleted as (
              delete from bobbin.thread_items item using cursor
              where item.owner_id = $1 and item.thread_id = $2
                and (item.created_at, item.seq) > (cursor.created_at, cursor.seq))
            select 1 from cursor"""
                    .formatted(CURSOR);

    private static final ByOrder FIRST = ByOrder.of(
            """
            select id, document from bobbin.thread_items where owner_id = $1 and thread_id = $2
            order by created_at %1$s, seq %1$s limit $3""");

    /**
     * One row at least when the cursor is there, so that an unknown one shows. The order is the inner one: of one row with
     * others the join is a loop, and a sort around it would cost a quarter of the whole.
     */
    private static final ByOrder NEXT = ByOrder.of(
            """
            select page.id, page.document
            from ("""
                    + CURSOR
                    + """
            ) cursor left join lateral (
              select id, document from bobbin.thread_items
              where owner_id = $1 and thread_id = $2 and (created_at, seq) %2$s (cursor.created_at, cursor.seq)
              order by created_at %1$s, seq %1$s limit $4) page on true""");

    private final Statements statements;
    private final Clock clock;

    ThreadItemStore(Statements statements, Clock clock) {
        this.statements = statements;
        this.clock = clock;
    }

    /**
     * Stores an item that is not there yet; the same document a second time changes nothing.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when another document has this id, or the owner has no such
     *     thread
     */
    Uni<Added> add(Owner owner, String threadId, Completion item) {
        return statements
                .run(ADD, row(owner, threadId, item.id(), item.document()))
                .map(rows -> Added.of(rows.iterator().next(), item, "Item"))
                .onFailure(DatabaseErrors.foreignKey(THREAD_FOREIGN_KEY))
                .transform(e -> ThreadStore.notFound(threadId));
    }

    /**
     * Adds all of {@code items}, in their order, or none of them.
     *
     * @throws dev.bobbin.problem.ProblemException as {@link #add}
     */
    Uni<List<Added>> addAll(Owner owner, String threadId, List<Completion> items) {
        return statements.inTransaction(connection -> connection
                .preparedQuery(statements.inSchema(ADD_ALL))
                .execute(rows(owner, threadId, items))
                .map(rows -> inOrder(threadId, rows, items, true)));
    }

    /**
     * Stores an item, in the place of one with this id if there is one: that keeps its place in the order.
     *
     * @return whether it is new
     * @throws dev.bobbin.problem.ProblemException in the Uni, when the owner has no such thread
     */
    Uni<Boolean> save(Owner owner, String threadId, String id, Document item) {
        return statements
                .run(SAVE, row(owner, threadId, id, item))
                .map(rows -> rows.iterator().next().getBoolean("created"))
                .onFailure(DatabaseErrors.foreignKey(THREAD_FOREIGN_KEY))
                .transform(e -> ThreadStore.notFound(threadId));
    }

    /** Saves all of {@code items}, in their order, or none of them. */
    Uni<List<Added>> saveAll(Owner owner, String threadId, List<Completion> items) {
        return statements
                .run(SAVE_ALL, rows(owner, threadId, items))
                .map(rows -> inOrder(threadId, rows, items, false));
    }

    /**
     * The item's document.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when the thread, or the owner, has no such item
     */
    Uni<String> load(Owner owner, String threadId, String id) {
        return statements.run(LOAD, Tuple.of(owner.id(), threadId, id)).map(rows -> {
            if (rows.size() == 0) {
                throw itemNotFound(id);
            }
            return rows.iterator().next().getString("document");
        });
    }

    /**
     * The thread's items, by {@code created_at}, then by insertion; none for a thread that the owner has not.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when the cursor names no item of the thread
     */
    Uni<Page> list(Owner owner, String threadId, PageRequest request) {
        String after = request.after();
        if (after == null) {
            return statements
                    .run(FIRST.in(request.order()), Tuple.of(owner.id(), threadId, request.limitAndOneMore()))
                    .map(rows -> Page.of(ThreadStore.entries(rows), request));
        }
        return statements
                .run(NEXT.in(request.order()), Tuple.of(owner.id(), threadId, after, request.limitAndOneMore()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw itemNotFound(after);
                    }
                    return Page.of(ThreadStore.entries(rows), request);
                });
    }

    /** Deletes an item; one that is not there is no error. */
    Uni<Void> delete(Owner owner, String threadId, String id) {
        return statements.run(DELETE, Tuple.of(owner.id(), threadId, id)).replaceWithVoid();
    }

    /**
     * Deletes every item behind {@code id}, which stays.
     *
     * @throws dev.bobbin.problem.ProblemException in the Uni, when there is no such item; nothing is deleted then
     */
    Uni<Void> deleteAfter(Owner owner, String threadId, String id) {
        return statements.run(DELETE_AFTER, Tuple.of(owner.id(), threadId, id)).map(rows -> {
            if (rows.size() == 0) {
                throw itemNotFound(id);
            }
            return null;
        });
    }

    private static RuntimeException itemNotFound(String id) {
        return NOT_FOUND.because("Item " + id + " not found");
    }

    private Tuple row(Owner owner, String threadId, String id, Document item) {
        String type = String.valueOf(item.string("type"));
        return Tuple.of(owner.id(), threadId, id, item.text(), item.createdAtOr(OffsetDateTime.now(clock)), type)
                .addValue(ItemType.role(type))
                .addValue(item.plainText());
    }

    private Tuple rows(Owner owner, String threadId, List<Completion> items) {
        int n = items.size();
        String[] ids = new String[n];
        String[] documents = new String[n];
        OffsetDateTime[] times = new OffsetDateTime[n];
        String[] types = new String[n];
        String[] roles = new String[n];
        String[] contents = new String[n];
        for (int i = 0; i < n; i++) {
            Document item = items.get(i).document();
            ids[i] = items.get(i).id();
            documents[i] = item.text();
            times[i] = item.createdAtOr(OffsetDateTime.now(clock));
            types[i] = String.valueOf(item.string("type"));
            roles[i] = ItemType.role(types[i]);
            contents[i] = item.plainText();
        }
        return Tuple.of(owner.id(), threadId, ids, documents, times, types)
                .addValue(roles)
                .addValue(contents);
    }

    /** Postgres returns the rows of an insert in any order. */
    private static List<Added> inOrder(String threadId, RowSet<Row> rows, List<Completion> items, boolean strict) {
        if (rows.size() == 0) {
            throw ThreadStore.notFound(threadId);
        }
        Map<String, Row> byId = new HashMap<>();
        rows.forEach(row -> byId.put(row.getString("id"), row));
        List<Added> added = new ArrayList<>(items.size());
        for (Completion item : items) {
            Row row = Objects.requireNonNull(byId.get(item.id()), "a row for each item");
            added.add(
                    strict
                            ? Added.of(row, item, "Item")
                            : new Added(item.id(), item.document().text(), row.getBoolean("created")));
        }
        return added;
    }
}
