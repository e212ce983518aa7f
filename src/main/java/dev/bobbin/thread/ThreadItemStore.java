package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.database.Conditional;
import dev.bobbin.database.DatabaseErrors;
import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.Document;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.NewDocument;
import dev.bobbin.document.NewIds;
import dev.bobbin.document.Precondition;
import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Items of a thread. Every call is one statement and sees only rows of its owner. It fails by a {@link ProblemException} in the Uni. */
@ApplicationScoped
public class ThreadItemStore {

    private static final String THREAD_FOREIGN_KEY = "thread_items_thread_fkey";

    static final String COLUMNS =
            "insert into bobbin.thread_items (owner_id, thread_id, id, document, created_at, type, role, content) ";

    private static final String ONE = COLUMNS
            + """
            select $1, $2, ($3::text[])[1], ($4::text[])[1], ($5::timestamptz[])[1], ($6::text[])[1], ($7::text[])[1],
              ($8::text[])[1]""";

    /**
     * The same of items without a time of their own, which is the database's. It is taken after the thread's lock is granted, so
     * that an item that comes after the lock of a fork is later than all that the fork has. Without a thread, and so without its
     * lock, nothing may be inserted, although the thread may exist by the end of the statement: a null in the place of its id
     * rejects that.
     */
    private static final String TIMED =
            """
            with locked as (select 1 from bobbin.threads where owner_id = $1 and id = $2 for %s),
            thread as materialized (select count(*) as found, clock_timestamp() as now from locked)
            """
                    + COLUMNS
                    + """
            select $1, case when found = 1 then $2 end, id,
              case when place is null then document
                else overlay(document placing to_char(now at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from place for 27) end,
              coalesce(created_at, now), type, role, content
            from thread cross join unnest($3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::int[])
              with ordinality as item (id, document, created_at, type, role, content, place, nr)
            order by nr""";

    private static final String ONE_TIMED = TIMED.formatted("key share");

    /** Locks the thread before any item, as a delete does: two batches, or a batch and a delete, could otherwise deadlock. */
    private static final String MANY = TIMED.formatted("no key update");

    /** Writes the stored document to its own row: that locks the row and returns its newest version. */
    private static final String KEEP =
            " on conflict (owner_id, thread_id, id) do update set document = thread_items.document" + AddResult.CREATED
                    + """
                    , case when xmax <> 0
                        and octet_length(document) = octet_length(($4::text[])[array_position($3::text[], id)])
                      then document end as stored""";

    private static final String REPLACE =
            """
             on conflict (owner_id, thread_id, id) do update set document = excluded.document, type = excluded.type,
            role = excluded.role, content = excluded.content, updated_at = excluded.updated_at"""
                    + AddResult.CREATED;

    private static final String MADE_AT =
            ", substr(document, ($9::int[])[array_position($3::text[], id)], 27) as made_at";

    private static final String ONLY_NEW = Conditional.onlyNew("thread_items", "owner_id, thread_id, id");

    private static final String ADD_ONE = ONE + KEEP;
    private static final String ADD_ONE_TIMED = ONE_TIMED + KEEP + MADE_AT;
    static final String ADD_MANY = MANY + KEEP + MADE_AT;
    private static final String ADD_ONLY_NEW = ONE + ONLY_NEW;
    private static final String ADD_ONLY_NEW_TIMED = ONE_TIMED + ONLY_NEW;
    private static final String SAVE_ONE = ONE + REPLACE;
    private static final String SAVE_ONE_TIMED = ONE_TIMED + REPLACE + MADE_AT;
    static final String SAVE_MANY = MANY + REPLACE + MADE_AT;

    /**
     * One item by its id: the first of the rows from this key on, if it is that one. Of three equalities the planner, as long
     * as it has no statistics, expects one row in the thread, prefers the index of the order, and reads the whole thread. A
     * range of keys with an upper end reads the owner's other rows when the id is missing.
     */
    public static final String BY_ID =
            """
             from (
              select * from bobbin.thread_items where owner_id = $1 and (thread_id, id) >= ($2, $3)
              order by owner_id, thread_id, id limit 1) item
            where thread_id = $2 and id = $3""";

    private static final String LOAD = "select " + Fetch.document("$4") + BY_ID;
    static final String CURSOR = "select thread_id, created_at, seq" + BY_ID;

    /**
     * Takes the thread's lock first, as {@link #MANY} does: there is no cursor before the thread is locked. Waits for the appends
     * that have it too, and later ones wait: otherwise the thread's activity would become that of the newest item that is seen.
     */
    static final String LOCKED_CURSOR =
            """
            with thread as (select 1 from bobbin.threads where owner_id = $1 and id = $2 for update),
            cursor as materialized (select item.* from thread cross join (%s) item)"""
                    .formatted(CURSOR);

    /**
     * Finds the row by its place in the order, for the planner's sake, as above. Not by its {@code ctid}: that changes when the
     * item is saved at the same time, and nothing would be deleted.
     */
    private static final String DELETE = LOCKED_CURSOR
            + """
                     delete from bobbin.thread_items item using cursor
                    where item.owner_id = $1 and item.thread_id = cursor.thread_id
                      and (item.created_at, item.seq) = (cursor.created_at, cursor.seq)""";

    private static final String DELETE_AFTER =
            """
            %s, deleted as (
              delete from bobbin.thread_items item using cursor
              where item.owner_id = $1 and item.thread_id = cursor.thread_id
                and (item.created_at, item.seq) > (cursor.created_at, cursor.seq))
            select 1 from cursor"""
                    .formatted(LOCKED_CURSOR);

    /** Finds each by itself: see {@link #BY_ID}. */
    private static final String ANY =
            "select exists (select from unnest($3::text[]) wanted (id) cross join lateral (select 1 %s) found) as found"
                    .formatted(BY_ID.replace("$3", "wanted.id"));

    private final Statements statements;
    private final LockedThreadStore threads;

    ThreadItemStore(Statements statements, LockedThreadStore threads) {
        this.statements = statements;
        this.threads = threads;
    }

    /**
     * Stores new items in their order, all or none; those that are stored already change nothing. Fails if another document
     * has the id of one, if the owner has no such thread, or if a call with the same idempotency key had another body.
     */
    Uni<List<AddResult>> add(ItemsOf thread, NewItems sent) {
        List<NewDocument> items = sent.items();
        Uni<List<AddResult>> added = items.size() == 1
                ? one(thread, items.get(0), ADD_ONE, ADD_ONE_TIMED, stored -> inOrder(stored, items))
                // a conflict has to undo the other rows
                : threads.inTransaction(thread, connection -> statements
                        .run(connection, ADD_MANY, rows(thread, items))
                        .map(stored -> inOrder(stored, items))
                        .map(stored -> {
                            IdempotencyKey.repeats(stored, sent.ids());
                            return stored;
                        }));
        return inThread(thread, added).flatMap(stored -> checkNoMore(thread, stored, sent.ids()));
    }

    /** Returns what a call stored. Fails if it repeats one that stored more items: the body of that was another one. */
    Uni<List<AddResult>> checkNoMore(ItemsOf thread, List<AddResult> stored, NewIds ids) {
        if (!IdempotencyKey.repeats(stored, ids)) {
            return Uni.createFrom().item(stored);
        }
        Tuple following = Tuple.of(thread.owner().id(), thread.threadId(), ids.following(ItemType.ID_PREFIXES));
        return statements.run(ANY, following).map(rows -> {
            if (rows.iterator().next().getBoolean("found")) {
                throw IdempotencyKey.otherBody();
            }
            return stored;
        });
    }

    /**
     * Stores items in their order, all or none; each replaces the one with its id, which keeps its place. Fails if the owner
     * has no such thread.
     */
    Uni<List<AddResult>> save(ItemsOf thread, List<NewDocument> items) {
        Uni<List<AddResult>> saved = items.size() == 1
                ? one(thread, items.get(0), SAVE_ONE, SAVE_ONE_TIMED, rows -> inOrder(rows, items))
                : threads.run(thread, SAVE_MANY, rows(thread, items), rows -> inOrder(rows, items));
        return inThread(thread, saved);
    }

    /** Stores an item if there is none with its id; fails if the owner has no such thread. */
    Uni<AddResult> addOnlyNew(ItemsOf thread, NewDocument item, Precondition precondition) {
        return inThread(thread, one(thread, item, ADD_ONLY_NEW, ADD_ONLY_NEW_TIMED, rows -> {
            Conditional.checkNew(rows, precondition);
            return new AddResult(item.id(), item.document().text(), true);
        }));
    }

    /** An item that has a time needs no lock before its row. */
    private <T> Uni<T> one(
            ItemsOf thread, NewDocument item, String sql, String timed, Function<RowSet<Row>, T> result) {
        return item.leavesTime()
                ? threads.run(thread, timed, rows(thread, List.of(item)), result)
                : threads.run(thread, sql, values(thread, List.of(item)), result);
    }

    /** The item's document; fails if the owner's thread has no such item. */
    Uni<Fetched> load(Owner owner, String threadId, String id, FetchLimit limit) {
        return statements
                .run(LOAD, Tuple.of(owner.id(), threadId, id, limit.fetch()))
                .map(rows -> Fetch.one(rows, () -> notFound(id)));
    }

    /** Deletes an item, if it exists. */
    Uni<Void> delete(ItemsOf thread, String id) {
        return threads.<Void>run(thread, DELETE, key(thread, id), rows -> null);
    }

    /** Deletes every item after {@code id}, which stays; fails if there is no such item. */
    Uni<Void> deleteAfter(ItemsOf thread, String id) {
        return threads.run(thread, DELETE_AFTER, key(thread, id), rows -> {
            if (rows.size() == 0) {
                throw notFound(id);
            }
            return null;
        });
    }

    static Tuple key(ItemsOf thread, String id) {
        return Tuple.of(thread.owner().id(), thread.threadId(), id);
    }

    static ProblemException notFound(String id) {
        return NOT_FOUND.because("Item " + id + " not found");
    }

    /** The parameters of the statements that store items, and give a time to those that have none. */
    static Tuple rows(ItemsOf thread, List<NewDocument> items) {
        return values(thread, items)
                .addValue(items.stream()
                        .map(item -> item.timeOffset() == null ? null : item.timeOffset() + 1)
                        .toArray(Integer[]::new));
    }

    private static Tuple values(ItemsOf thread, List<NewDocument> items) {
        List<Document> documents = items.stream().map(NewDocument::document).toList();
        return Tuple.of(thread.owner().id(), thread.threadId())
                .addValue(items.stream().map(NewDocument::id).toArray(String[]::new))
                .addValue(texts(documents, Document::text))
                .addValue(items.stream()
                        .map(item -> item.leavesTime() ? null : item.document().createdAt())
                        .toArray(OffsetDateTime[]::new))
                .addValue(texts(documents, item -> item.string("type")))
                .addValue(texts(
                        documents, item -> ItemType.of(item.string("type")).role()))
                .addValue(texts(documents, Document::plainText));
    }

    private static String[] texts(List<Document> documents, Function<Document, @Nullable String> text) {
        return documents.stream().map(text).toArray(String[]::new);
    }

    private static <T> Uni<T> inThread(ItemsOf thread, Uni<T> stored) {
        return stored.onFailure(DatabaseErrors.foreignKey(THREAD_FOREIGN_KEY, "thread_id"))
                .transform(violation -> ThreadStore.notFound(thread.threadId()));
    }

    /** Postgres returns the rows of an insert in any order. */
    static List<AddResult> inOrder(RowSet<Row> rows, List<NewDocument> items) {
        Map<String, Row> byId = new HashMap<>();
        DatabaseErrors.written(rows, items.size()).forEach(row -> byId.put(row.getString("id"), row));
        return items.stream()
                .map(item -> AddResult.of(Objects.requireNonNull(byId.get(item.id())), item, "Item"))
                .toList();
    }
}
