package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.CONFLICT;
import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.database.Conditional;
import dev.bobbin.database.DatabaseErrors;
import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.Document;
import dev.bobbin.document.ETag;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.NewDocument;
import dev.bobbin.document.Precondition;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Threads. Every call is one statement and sees only rows of its owner. It fails by a {@link ProblemException} in the Uni. */
@ApplicationScoped
public class ThreadStore {

    private static final String INSERT =
            """
            insert into bobbin.threads (owner_id, id, document, created_at, active_at, title, status, metadata, kind)
            values ($1, $2, $3, $4, $4, $5, $6, ($7::text)::jsonb, coalesce($8::text, 'chatkit'))""";

    /** Writes the stored document to its own row: that locks the row and returns its newest version. */
    static final String ADD = INSERT + " on conflict (owner_id, id) do update set document = threads.document"
            + AddResult.CREATED
            + ", case when xmax <> 0 and octet_length(document) = octet_length($3) then document end as stored, kind";

    private static final String SAVE = INSERT
            + """
             on conflict (owner_id, id) do update set document = excluded.document, title = excluded.title,
            status = excluded.status, metadata = excluded.metadata, updated_at = excluded.updated_at
            where $8 is null or threads.kind = $8"""
            + AddResult.CREATED;

    private static final String ADD_ONLY_NEW = INSERT + Conditional.onlyNew("threads", "owner_id, id");

    private static final String SAVE_MATCHING = Conditional.matching(
            "with current as materialized (select " + ETag.SQL
                    + " as etag from bobbin.threads where owner_id = $1 and id = $2 for no key update",
            "$7",
            """
            update bobbin.threads set document = $3, title = $4, status = $5, metadata = ($6::text)::jsonb,
              updated_at = default
            where owner_id = $1 and id = $2 and exists (select from matching)""");

    private static final String BY_ID = " from bobbin.threads where owner_id = $1 and id = $2";

    private static final String LOAD = "select " + Fetch.document("$3") + BY_ID;

    /** For a PATCH, whose transaction then runs {@link #SAVE_MATCHING}. */
    private static final String LOAD_LOCKED = LOAD + " for no key update";

    private static final String DELETE = "delete" + BY_ID;

    private static final String DELETE_WITH_ATTACHMENTS =
            "with attachments as (delete from bobbin.attachments where owner_id = $1 and thread_id = $2) " + DELETE;

    private static final String DELETE_MATCHING = Conditional.matching(
            "with current as materialized (select " + ETag.SQL + " as etag" + BY_ID + " for update",
            "$3",
            DELETE + " and exists (select from matching)");

    private static final String DELETE_MATCHING_WITH_ATTACHMENTS = Conditional.matching(
            "with current as materialized (select " + ETag.SQL + " as etag" + BY_ID + " for update",
            "$3",
            DELETE + " and exists (select from matching) returning 1), attachments as (delete from bobbin.attachments"
                    + " where owner_id = $1 and thread_id = $2 and exists (select from matching)");

    /** The thread's document comes with its first item only: it may be large. */
    private static final ByOrder WITH_ITEMS = ByOrder.of(
            """
            select page.id, page.at, page.seq, page.bytes, page.document, thread.bytes as thread_bytes,
              case when page.nr is null or page.nr = 1 then thread.document end as thread
            from (select %s) thread left join lateral (
              select id, row_number() over (order by created_at %%1$s, seq %%1$s) as nr, %s
              from bobbin.thread_items
              where owner_id = $1 and thread_id = $2
              order by created_at %%1$s, seq %%1$s limit $3) page on true"""
                    .formatted(Fetch.document("$4") + BY_ID, Fetch.documents("thread.bytes", "$4")));

    private final Statements statements;
    private final Clock clock;

    ThreadStore(Statements statements, Clock clock) {
        this.statements = statements;
        this.clock = clock;
    }

    /**
     * Stores a new thread, or nothing if it is stored already; fails if another document has this id.
     *
     * @param kind null for {@link ThreadKind#CHATKIT}, or any that is stored
     */
    Uni<AddResult> add(Owner owner, NewDocument thread, @Nullable String kind) {
        return statements.run(ADD, row(owner, thread, kind, clock)).map(rows -> added(rows, thread, kind));
    }

    /**
     * Stores a thread, or replaces the one with this id, which keeps its place in the order.
     *
     * @param kind as of {@link #add}
     */
    Uni<AddResult> save(Owner owner, NewDocument thread, @Nullable String kind, Precondition precondition) {
        if (precondition.isNone()) {
            return statements.run(SAVE, row(owner, thread, kind, clock)).map(rows -> {
                if (kind != null && rows.size() == 0) {
                    throw CONFLICT.because("Thread " + thread.id() + " is not of the kind " + kind
                            + ", or a trigger that was added to this database refuses it; nothing was stored");
                }
                return AddResult.of(DatabaseErrors.written(rows), thread, "Thread");
            });
        }
        Uni<RowSet<Row>> rows = precondition.absent()
                ? statements
                        .run(ADD_ONLY_NEW, row(owner, thread, kind, clock))
                        .invoke(added -> Conditional.checkNew(added, precondition))
                : statements
                        .run(SAVE_MATCHING, changed(owner, thread, precondition))
                        .invoke(saved -> Conditional.checkSaved(saved, precondition));
        return rows.replaceWith(
                () -> new AddResult(thread.id(), thread.document().text(), precondition.absent()));
    }

    /** Replaces a thread's document by what {@code change} makes of it; fails if the owner has no such thread. */
    Uni<String> change(
            Owner owner, String id, Precondition precondition, Function<String, NewDocument> change, FetchLimit limit) {
        return statements.inTransaction(owner, connection -> statements
                .run(connection, LOAD_LOCKED, Tuple.of(owner.id(), id, limit.fetch()))
                .compose(rows -> Conditional.change(rows, precondition, () -> notFound(id), change))
                .compose(changed -> statements
                        .run(connection, SAVE_MATCHING, changed(owner, changed, Precondition.EXISTS))
                        .map(rows -> {
                            Conditional.checkSaved(rows, Precondition.EXISTS);
                            return changed.document().text();
                        })));
    }

    /** The thread's document; fails if the owner has no such thread. */
    public Uni<Fetched> load(Owner owner, String id, FetchLimit limit) {
        return statements
                .run(LOAD, Tuple.of(owner.id(), id, limit.fetch()))
                .map(rows -> Fetch.one(rows, () -> notFound(id)));
    }

    /** As {@link #load}, with the first page of its items as the member {@code items}. */
    Uni<Fetched> loadWithItems(Owner owner, String id, PageRequest items, FetchLimit limit) {
        return statements
                .run(WITH_ITEMS.in(items.order()), Tuple.of(owner.id(), id, items.limitAndOneMore(), limit.fetch()))
                .map(rows -> Fetch.withItems(rows, items, limit, () -> notFound(id)));
    }

    /** Deletes a thread and its items, if it exists, and on demand the attachments that name it. */
    Uni<Void> delete(Owner owner, String id, Precondition precondition, boolean attachments) {
        if (precondition.isNone()) {
            return statements
                    .run(attachments ? DELETE_WITH_ATTACHMENTS : DELETE, Tuple.of(owner.id(), id))
                    .replaceWithVoid();
        }
        return statements
                .run(
                        attachments ? DELETE_MATCHING_WITH_ATTACHMENTS : DELETE_MATCHING,
                        Tuple.of(owner.id(), id, Conditional.tags(precondition)))
                .invoke(rows -> Conditional.checkDeleted(rows, precondition))
                .replaceWithVoid();
    }

    static ProblemException notFound(String id) {
        return NOT_FOUND.because("Thread " + id + " not found");
    }

    /** What {@link #ADD} returned. */
    static AddResult added(RowSet<Row> rows, NewDocument thread, @Nullable String kind) {
        return AddResult.of(checkKind(rows, thread.id(), kind), thread, "Thread");
    }

    /** The row that {@link #ADD} returned; fails if the thread is stored with another kind than this one. */
    static Row checkKind(RowSet<Row> rows, String id, @Nullable String kind) {
        Row row = DatabaseErrors.written(rows);
        if (kind != null && !kind.equals(row.getString("kind"))) {
            throw CONFLICT.because("Thread " + id + " is not of the kind " + kind + "; nothing was stored");
        }
        return row;
    }

    /** The parameters of {@link #ADD}. */
    static Tuple row(Owner owner, NewDocument thread, @Nullable String kind, Clock clock) {
        OffsetDateTime createdAt = thread.document().createdAtOr(OffsetDateTime.now(clock));
        return columns(Tuple.of(owner.id(), thread.id(), thread.document().text(), createdAt), thread)
                .addValue(kind);
    }

    private static Tuple changed(Owner owner, NewDocument thread, Precondition precondition) {
        return columns(Tuple.of(owner.id(), thread.id(), thread.document().text()), thread)
                .addValue(Conditional.tags(precondition));
    }

    private static Tuple columns(Tuple key, NewDocument thread) {
        Document document = thread.document();
        return key.addValue(document.string("title"))
                .addValue(document.string("status"))
                .addValue(document.string("metadata"));
    }
}
