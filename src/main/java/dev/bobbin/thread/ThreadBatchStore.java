package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.CONFLICT;

import dev.bobbin.database.Conditional;
import dev.bobbin.database.DatabaseErrors;
import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.NewDocument;
import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes of a thread and its items together, each in one transaction. Sees only rows of its owner. Calls fail by a
 * {@link ProblemException} in the Uni.
 */
@ApplicationScoped
public class ThreadBatchStore {

    /** A statement of its own, which sees all items that were stored before the thread's lock was granted. */
    private static final String CLEAR = "delete from bobbin.thread_items where owner_id = $1 and thread_id = $2";

    /** Waits for the appends that have locked the thread. Later ones wait for it, and only then get their time. */
    private static final String LOAD_SOURCE =
            "select kind, " + Fetch.document("$3") + " from bobbin.threads where owner_id = $1 and id = $2 for update";

    private static final String COPY = ThreadItemStore.COLUMNS
            + """
            select $1, %s, item.id, item.document, item.created_at, item.type, item.role, item.content
            from bobbin.thread_items item%s where item.owner_id = $1 and item.thread_id = $2%s
            order by item.created_at, item.seq""";

    private static final String COPY_ALL = COPY.formatted("$3", "", "");

    private static final String COPY_UP_TO = "with cursor as materialized (" + ThreadItemStore.CURSOR + "), copied as ("
            + COPY.formatted("$4", ", cursor", " and (item.created_at, item.seq) <= (cursor.created_at, cursor.seq)")
            + ") select 1 from cursor";

    private final Statements statements;
    private final LockedThreadStore threads;
    private final ThreadStore alone;
    private final ThreadItemStore items;
    private final Clock clock;

    ThreadBatchStore(
            Statements statements, LockedThreadStore threads, ThreadStore alone, ThreadItemStore items, Clock clock) {
        this.statements = statements;
        this.threads = threads;
        this.alone = alone;
        this.items = items;
        this.clock = clock;
    }

    /**
     * Stores a new thread with its items, all or none. Fails if another document has the id of one, or if a call with the same
     * idempotency key had another body.
     */
    Uni<AddResult> add(Owner owner, NewThread sent, @Nullable String kind) {
        ItemsOf thread = new ItemsOf(owner, sent.thread().id(), false);
        Uni<List<AddResult>> added = sent.items().isEmpty()
                ? alone.add(owner, sent.thread(), kind).map(List::of)
                : addWithItems(thread, sent, kind);
        return added.flatMap(stored -> items.checkNoMore(thread, stored, sent.ids()))
                .map(stored -> stored.get(0));
    }

    private Uni<List<AddResult>> addWithItems(ItemsOf thread, NewThread sent, @Nullable String kind) {
        return statements.inTransaction(thread.owner(), connection -> statements
                .run(connection, ThreadStore.ADD, ThreadStore.row(thread.owner(), sent.thread(), kind, clock))
                .map(rows -> ThreadStore.added(rows, sent.thread(), kind))
                .compose(added -> statements
                        .run(connection, ThreadItemStore.ADD_MANY, ThreadItemStore.rows(thread, sent.items()))
                        .map(rows -> {
                            List<AddResult> stored = new ArrayList<>(List.of(added));
                            stored.addAll(ThreadItemStore.inOrder(rows, sent.items()));
                            IdempotencyKey.repeats(stored, sent.ids());
                            return stored;
                        })));
    }

    /**
     * Replaces all items of a thread.
     *
     * @param create whether to store the thread if the owner has none of this id; otherwise it fails
     * @param kind of a thread that is to be created, as of {@link ThreadStore#add}
     */
    Uni<List<AddResult>> replace(ItemsOf thread, List<NewDocument> items, boolean create, @Nullable String kind) {
        Tuple key = Tuple.of(thread.owner().id(), thread.threadId());
        // the lock that it takes anyway enforces the status
        return statements.inTransaction(thread.owner(), connection -> threads.lock(connection, thread)
                .compose(found -> create ? create(connection, thread, kind, found) : Future.succeededFuture(found))
                .map(found -> {
                    if (!found) {
                        throw ThreadStore.notFound(thread.threadId());
                    }
                    return found;
                })
                .compose(found -> statements.run(connection, CLEAR, key))
                .compose(cleared -> items.isEmpty()
                        ? Future.succeededFuture(List.of())
                        : statements
                                .run(connection, ThreadItemStore.SAVE_MANY, ThreadItemStore.rows(thread, items))
                                .map(rows -> ThreadItemStore.inOrder(rows, items))));
    }

    /** Stores a thread unless there is one, after its lock was asked for, which a thread that was stored since needs too. */
    private Future<Boolean> create(SqlConnection connection, ItemsOf thread, @Nullable String kind, boolean locked) {
        NewDocument bare = NewDocument.bare(thread.threadId(), clock);
        return statements
                .run(connection, ThreadStore.ADD, ThreadStore.row(thread.owner(), bare, kind, clock))
                .map(rows ->
                        ThreadStore.checkKind(rows, thread.threadId(), kind).getBoolean("created"))
                .compose(
                        created -> locked || created ? Future.succeededFuture(true) : threads.lock(connection, thread));
    }

    /**
     * Stores a copy of a thread and its items, or nothing if that is stored already. Fails if the owner has no such thread, if
     * it has no item up to which to copy, if it is a conversation, and if another document has the copy's id.
     */
    Uni<AddResult> fork(Owner owner, Fork fork, FetchLimit limit) {
        return statements.inTransaction(owner, connection -> statements
                .run(connection, LOAD_SOURCE, Tuple.of(owner.id(), fork.threadId(), limit.fetch()))
                .compose(source -> {
                    Buffer document =
                            Conditional.complete(Fetch.one(source, () -> ThreadStore.notFound(fork.threadId())));
                    String kind = source.iterator().next().getString("kind");
                    if (kind.equals(ThreadKind.CONVERSATION)) {
                        throw CONFLICT.because("Thread " + fork.threadId() + " is of OpenAI's Conversations API, "
                                + "whose documents a fork does not make; nothing was stored");
                    }
                    NewDocument copy = fork.of(document.toString(StandardCharsets.UTF_8));
                    return statements
                            .run(connection, ThreadStore.ADD, ThreadStore.row(owner, copy, kind, clock))
                            .compose(rows -> DatabaseErrors.written(rows).getBoolean("created")
                                    ? copy(connection, owner, fork)
                                            .map(new AddResult(
                                                    copy.id(), copy.document().text(), true))
                                    : repeated(connection, owner, fork, limit));
                }));
    }

    private Future<Void> copy(SqlConnection connection, Owner owner, Fork fork) {
        String after = fork.after();
        Tuple from = Tuple.of(owner.id(), fork.threadId());
        return statements
                .run(
                        connection,
                        after == null ? COPY_ALL : COPY_UP_TO,
                        (after == null ? from : from.addValue(after)).addValue(fork.id()))
                .map(rows -> {
                    if (after != null && rows.size() == 0) {
                        throw ThreadItemStore.notFound(after);
                    }
                    return null;
                });
    }

    private Future<AddResult> repeated(SqlConnection connection, Owner owner, Fork fork, FetchLimit limit) {
        return statements
                .run(connection, LOAD_SOURCE, Tuple.of(owner.id(), fork.id(), limit.fetch()))
                .map(rows -> Conditional.complete(Fetch.one(rows, () -> ThreadStore.notFound(fork.id())))
                        .toString(StandardCharsets.UTF_8))
                .map(fork::repeated);
    }
}
