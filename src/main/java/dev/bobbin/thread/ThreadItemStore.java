package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.database.DatabaseErrors;
import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.Document;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.NewDocument;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.ByOrder;
import dev.bobbin.page.PageRequest;
import dev.bobbin.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Items of a thread. Every call is one statement, and sees no other owner's rows. */
@ApplicationScoped
public class ThreadItemStore {

    /** Its violation is how a single item learns that its thread is not there. */
    private static final String THREAD_FOREIGN_KEY = "thread_items_thread_fkey";

    private static final String COLUMNS =
            "insert into bobbin.thread_items (owner_id, thread_id, id, document, created_at, type, role, content) ";

    private static final String ONE =
            """
            values ($1, $2, ($3::text[])[1], ($4::text[])[1], ($5::timestamptz[])[1], ($6::text[])[1], ($7::text[])[1],
              ($8::text[])[1])""";

    /**
     * Takes the thread's lock before any item's, as a delete of the thread does: two batches, or a batch and a delete, would
     * otherwise wait for each other. A thread that is not there leaves nothing to insert.
     */
    private static final String MANY =
            """
            select $1, $2, id, document, created_at, type, role, content
            from (select 1 from bobbin.threads where owner_id = $1 and threads.id = $2 for no key update) thread
            cross join unnest($3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[])
              with ordinality as item (id, document, created_at, type, role, content, nr)
            order by nr""";

    private static final String KEY = "owner_id, thread_id, id";
    private static final String KEEP =
            AddResult.onConflictKeep("thread_items", KEY, "octet_length(($4::text[])[array_position($3::text[], id)])");
    private static final String REPLACE = AddResult.onConflictReplace(KEY, "document", "type", "role", "content");

    private static final String ADD_ONE = COLUMNS + ONE + KEEP;
    private static final String ADD_MANY = COLUMNS + MANY + KEEP;
    private static final String SAVE_ONE = COLUMNS + ONE + REPLACE;
    private static final String SAVE_MANY = COLUMNS + MANY + REPLACE;

    /**
     * One item by its id. With three equalities the planner, as long as it has no statistics, prefers the index of the order
     * and reads the whole thread; of a range of whole keys it knows that only the primary key brings its first row without
     * sorting.
     */
    private static final String BY_ID =
            """
             from bobbin.thread_items
            where (owner_id, thread_id, id) >= ($1, $2, $3) and (owner_id, thread_id, id) <= ($1, $2, $3)
            order by owner_id, thread_id, id limit 1""";

    private static final String LOAD = "select " + Fetch.document("$4") + BY_ID;
    private static final String CURSOR = "select created_at, seq" + BY_ID;

    private static final String DELETE =
            "delete from bobbin.thread_items where owner_id = $1 and thread_id = $2 and id = $3";

    /** Takes the thread's lock first, as {@link #MANY} does: there is no cursor before the thread is locked. */
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
            "select id, " + Fetch.documents("0", "$5")
                    + """
             from bobbin.thread_items where owner_id = $1 and thread_id = $2 and $3::text is null
            order by created_at %1$s, seq %1$s limit $4""");

    private static final ByOrder NEXT = ByOrder.of(
            Fetch.after(
                    CURSOR,
                    "select id, " + Fetch.documents("0", "$5")
                            + """
                     from bobbin.thread_items
                    where owner_id = $1 and thread_id = $2 and (created_at, seq) %2$s (cursor.created_at, cursor.seq)
                    order by created_at %1$s, seq %1$s limit $4"""));

    private final Statements statements;
    private final Clock clock;

    ThreadItemStore(Statements statements, Clock clock) {
        this.statements = statements;
        this.clock = clock;
    }

    /**
     * Stores new items, in their order, all of them or none; the same document a second time changes nothing.
     *
     * @throws ProblemException in the Uni, when another document has the id of one, or the owner has no such thread
     */
    Uni<List<AddResult>> add(Owner owner, String threadId, List<NewDocument> items) {
        Tuple rows = rows(owner, threadId, items);
        if (items.size() == 1) {
            return stored(statements.run(ADD_ONE, rows), threadId, items, ThreadItemStore::kept);
        }
        // a conflict has to undo the other rows
        return statements.inTransaction(connection -> connection
                .preparedQuery(statements.inSchema(ADD_MANY))
                .execute(rows)
                .map(added -> inOrder(added, threadId, items, ThreadItemStore::kept)));
    }

    /**
     * Stores items, in their order, all of them or none; each replaces the one with its id, which keeps its place.
     *
     * @throws ProblemException in the Uni, when the owner has no such thread
     */
    Uni<List<AddResult>> save(Owner owner, String threadId, List<NewDocument> items) {
        String sql = items.size() == 1 ? SAVE_ONE : SAVE_MANY;
        return stored(statements.run(sql, rows(owner, threadId, items)), threadId, items, AddResult::replaced);
    }

    /**
     * The item's document.
     *
     * @throws ProblemException in the Uni, when the thread, or the owner, has no such item
     */
    Uni<Fetched> load(Owner owner, String threadId, String id, FetchLimit limit) {
        return statements
                .run(LOAD, Tuple.of(owner.id(), threadId, id, limit.fetch()))
                .map(rows -> Fetch.one(rows, () -> notFound(id)));
    }

    /**
     * The thread's items, by {@code created_at}, then by insertion; none for a thread that the owner has not.
     *
     * @throws ProblemException in the Uni, when the cursor names no item of the thread
     */
    Uni<Fetched> list(Owner owner, String threadId, PageRequest request, FetchLimit limit) {
        return statements
                .run(
                        (request.after() == null ? FIRST : NEXT).in(request.order()),
                        Tuple.of(owner.id(), threadId, request.after(), request.limitAndOneMore(), limit.fetch()))
                .map(rows -> Fetch.page(rows, request, limit, ThreadItemStore::notFound));
    }

    /** Deletes an item; one that is not there is no error. */
    Uni<Void> delete(Owner owner, String threadId, String id) {
        return statements.run(DELETE, Tuple.of(owner.id(), threadId, id)).replaceWithVoid();
    }

    /**
     * Deletes every item after {@code id}, which stays.
     *
     * @throws ProblemException in the Uni, when there is no such item; nothing is deleted then
     */
    Uni<Void> deleteAfter(Owner owner, String threadId, String id) {
        return statements.run(DELETE_AFTER, Tuple.of(owner.id(), threadId, id)).map(rows -> {
            if (rows.size() == 0) {
                throw notFound(id);
            }
            return null;
        });
    }

    private static ProblemException notFound(String id) {
        return NOT_FOUND.because("Item " + id + " not found");
    }

    private Tuple rows(Owner owner, String threadId, List<NewDocument> items) {
        OffsetDateTime now = OffsetDateTime.now(clock);
        List<Document> documents = items.stream().map(NewDocument::document).toList();
        return Tuple.of(owner.id(), threadId)
                .addValue(items.stream().map(NewDocument::id).toArray(String[]::new))
                .addValue(texts(documents, Document::text))
                .addValue(documents.stream().map(item -> item.createdAtOr(now)).toArray(OffsetDateTime[]::new))
                .addValue(texts(documents, item -> item.string("type")))
                .addValue(texts(documents, item -> ItemType.role(item.string("type"))))
                .addValue(texts(documents, Document::plainText));
    }

    private static String[] texts(List<Document> documents, Function<Document, @Nullable String> text) {
        return documents.stream().map(text).toArray(String[]::new);
    }

    private static AddResult kept(Row row, NewDocument sent) {
        return AddResult.kept(row, sent, "Item");
    }

    private static Uni<List<AddResult>> stored(
            Uni<RowSet<Row>> rows,
            String threadId,
            List<NewDocument> items,
            BiFunction<Row, NewDocument, AddResult> result) {
        return rows.map(stored -> inOrder(stored, threadId, items, result))
                .onFailure(DatabaseErrors.foreignKey(THREAD_FOREIGN_KEY))
                .transform(violation -> ThreadStore.notFound(threadId));
    }

    /** Postgres returns the rows of an insert in any order. */
    private static List<AddResult> inOrder(
            RowSet<Row> rows,
            String threadId,
            List<NewDocument> items,
            BiFunction<Row, NewDocument, AddResult> result) {
        if (rows.size() == 0) {
            throw ThreadStore.notFound(threadId);
        }
        Map<String, Row> byId = new HashMap<>();
        rows.forEach(row -> byId.put(row.getString("id"), row));
        return items.stream()
                .map(item -> result.apply(Objects.requireNonNull(byId.get(item.id())), item))
                .toList();
    }
}
