package dev.bobbin.thread;

import dev.bobbin.database.Conditional;
import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.Document;
import dev.bobbin.document.ETag;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.NewDocument;
import dev.bobbin.document.Precondition;
import dev.bobbin.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes of items that exist. Sees only rows of its owner. Calls fail by a {@link ProblemException} in the Uni. */
@ApplicationScoped
public class ThreadItemEditStore {

    /** By its place in the order, as {@link ThreadItemStore} finds it. */
    private static final String AT_CURSOR =
            """
            where item.owner_id = $1 and item.thread_id = cursor.thread_id
              and (item.created_at, item.seq) = (cursor.created_at, cursor.seq)""";

    private static final String FROM_CURSOR = " from cursor join bobbin.thread_items item on true " + AT_CURSOR;

    /** Locks the item only: nothing else is written. */
    private static final String SAVE_MATCHING = Conditional.matching(
            "with cursor as materialized (" + ThreadItemStore.CURSOR
                    + "), current as materialized (select " + ETag.SQL
                    + " as etag, item.thread_id, item.created_at, item.seq" + FROM_CURSOR
                    + " for no key update of item",
            "$8",
            """
            update bobbin.thread_items item set document = $4, type = $5, role = $6, content = $7, updated_at = default
            from matching cursor\s"""
                    + AT_CURSOR);

    private static final String LOAD_LOCKED = "with cursor as materialized (" + ThreadItemStore.CURSOR + ") select "
            + Fetch.document("$4") + FROM_CURSOR + " for no key update of item";

    /** Locks the thread, then the item, as every delete does. */
    private static final String DELETE_MATCHING = Conditional.matching(
            ThreadItemStore.LOCKED_CURSOR.replace("cursor as", "place as")
                    + ", current as materialized (select " + ETag.SQL
                    + " as etag, item.thread_id, item.created_at, item.seq" + FROM_CURSOR.replace("cursor", "place")
                    + " for update of item",
            "$4",
            "delete from bobbin.thread_items item using matching cursor " + AT_CURSOR);

    /**
     * Locks the thread, then the item, as every delete does. One that waited for the thread sees items which others have deleted
     * meanwhile: locking passes over those. The item is looked for with the thread's row, since that is to be locked first.
     */
    private static final String POP =
            """
            with thread as materialized (
              select status from bobbin.threads where owner_id = $1 and id = $2 for update),
            newest as materialized (
              select item.* from thread cross join lateral (
                select thread_id, created_at, seq, document from bobbin.thread_items
                where owner_id = $1 and thread_id = $2 and (thread.status = any($3::text[])) is not true
                order by created_at desc, seq desc limit 1 for update) item),
            cursor as materialized (
              select thread_id, created_at, seq from newest where octet_length(document) <= $4::bigint),
            deleted as (
              delete from bobbin.thread_items item using cursor
            %s)
            select status, %s from thread left join newest on true"""
                    .formatted(AT_CURSOR, Fetch.document("$4"));

    private final Statements statements;
    private final LockedThreadStore threads;

    ThreadItemEditStore(Statements statements, LockedThreadStore threads) {
        this.statements = statements;
        this.threads = threads;
    }

    /** Replaces an item that has one of the tags. */
    Uni<AddResult> save(ItemsOf thread, NewDocument item, Precondition precondition) {
        return threads.run(thread, SAVE_MATCHING, changed(thread, item, precondition), rows -> {
            Conditional.checkSaved(rows, precondition);
            return new AddResult(item.id(), item.document().text(), false);
        });
    }

    /** Replaces an item's document by what {@code change} makes of it; fails if the thread has no such item. */
    Uni<String> change(
            ItemsOf thread,
            String id,
            Precondition precondition,
            Function<String, NewDocument> change,
            FetchLimit limit) {
        Tuple key = ThreadItemStore.key(thread, id).addValue(limit.fetch());
        return threads.inTransaction(thread, connection -> statements
                .run(connection, LOAD_LOCKED, key)
                .compose(rows -> Conditional.change(rows, precondition, () -> ThreadItemStore.notFound(id), change))
                .compose(changed -> statements
                        .run(connection, SAVE_MATCHING, changed(thread, changed, Precondition.EXISTS))
                        .map(rows -> {
                            Conditional.checkSaved(rows, Precondition.EXISTS);
                            return changed.document().text();
                        })));
    }

    /** Deletes an item that has one of the tags. */
    Uni<Void> delete(ItemsOf thread, String id, Precondition precondition) {
        Tuple key = ThreadItemStore.key(thread, id).addValue(Conditional.tags(precondition));
        return threads.run(thread, DELETE_MATCHING, key, rows -> {
            Conditional.checkDeleted(rows, precondition);
            return null;
        });
    }

    /**
     * Deletes the newest item and returns its document; null if the thread has none. Fails if the owner has no such thread. Each
     * of several such calls gets another item. It is not repeated when its answer was lost: that would delete two.
     */
    Uni<@Nullable Buffer> pop(ItemsOf thread, FetchLimit limit) {
        // one that waited for the thread does not see items that were stored meanwhile
        return popVisible(thread, limit)
                .flatMap(item -> item == null
                        ? popVisible(thread, limit)
                        : Uni.createFrom().item(item));
    }

    private Uni<@Nullable Buffer> popVisible(ItemsOf thread, FetchLimit limit) {
        Tuple parameters =
                Tuple.of(thread.owner().id(), thread.threadId(), LockedThreadStore.refused(thread), limit.fetch());
        return statements.runOnce(POP, parameters).map(rows -> {
            if (rows.size() == 0) {
                throw ThreadStore.notFound(thread.threadId());
            }
            Row row = rows.iterator().next();
            LockedThreadStore.check(thread, row);
            return row.getInteger("bytes") == null
                    ? null
                    : Conditional.complete(Fetch.one(rows, () -> ThreadStore.notFound(thread.threadId())));
        });
    }

    private static Tuple changed(ItemsOf thread, NewDocument item, Precondition precondition) {
        Document document = item.document();
        String type = document.string("type");
        return ThreadItemStore.key(thread, item.id())
                .addValue(document.text())
                .addValue(type)
                .addValue(ItemType.of(type).role())
                .addValue(document.plainText())
                .addValue(Conditional.tags(precondition));
    }
}
