package dev.bobbin.search;

import dev.bobbin.database.Statements;
import dev.bobbin.owner.Owner;
import dev.bobbin.thread.ItemType;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Prepares texts for searches: folds those of threads that are marked by {@code search_from}, and takes the marks away. An item
 * that is written meanwhile cannot be overlooked: see docs/adr/0020.
 */
@ApplicationScoped
class SearchTextStore {

    /** Of an item: whether it may be found. */
    static final String VISIBLE = "content is not null and " + ItemType.IS_VISIBLE;

    /** A transaction holds up writes to its threads. */
    private static final int THREADS = 20;

    private static final int ITEMS = 2_000;

    /** Waits for those who replace or delete items of this owner, and keeps them waiting. */
    private static final String LOCK_OWNER = "select pg_advisory_xact_lock(hashtextextended($1, 13))";

    /** Threads to which no transaction is adding anything; in the order of time, in which texts will be read. */
    private static final String MARKED =
            """
            select id, title, created_at, seq, search_from from bobbin.threads
            where owner_id = $1 and search_from is not null and kind = 'chatkit'
            order by created_at, seq limit $2 for update skip locked""";

    private static final String UNREAD =
            """
            select item.* from unnest($2::text[], $3::bigint[]) with ordinality as marked (id, search_from, nr)
            cross join lateral (
              select thread_id, created_at, seq, content from bobbin.thread_items
              where owner_id = $1 and thread_id = marked.id and seq >= marked.search_from and %s
              order by seq limit $4) item
            order by marked.nr, item.seq limit $4"""
                    .formatted(VISIBLE);

    private static final String WRITE =
            """
            with written as (
              insert into bobbin.search_texts (owner_id, created_at, seq, thread_id, words)
              select $1, * from unnest($2::timestamptz[], $3::bigint[], $4::text[], $5::text[])
              on conflict (owner_id, created_at, seq) do update set words = excluded.words
              where search_texts.words <> excluded.words)
            update bobbin.threads set search_from = remaining.search_from
            from unnest($6::text[], $7::bigint[]) remaining (id, search_from)
            where owner_id = $1 and threads.id = remaining.id""";

    private final Statements statements;

    SearchTextStore(Statements statements) {
        this.statements = statements;
    }

    /** Prepares all texts but those of threads that are being written to. */
    Uni<Void> prepare(Owner owner) {
        return statements
                .inTransaction(owner, connection -> some(connection, owner.id()))
                .flatMap(more -> more ? prepare(owner) : Uni.createFrom().voidItem());
    }

    /** Whether there may be more. */
    private Future<Boolean> some(SqlConnection connection, String owner) {
        return statements
                .run(connection, LOCK_OWNER, Tuple.of(owner))
                .flatMap(locked -> statements.run(connection, MARKED, Tuple.of(owner, THREADS)))
                .flatMap(rows -> {
                    if (rows.size() == 0) {
                        return Future.succeededFuture(false);
                    }
                    List<Row> threads = new ArrayList<>();
                    rows.forEach(threads::add);
                    return statements
                            .run(connection, UNREAD, unread(owner, threads))
                            .flatMap(items -> statements.run(connection, WRITE, written(owner, threads, items)))
                            .map(true);
                });
    }

    private static Tuple unread(String owner, List<Row> threads) {
        return Tuple.of(owner)
                .addValue(column(threads, row -> row.getString("id")).toArray(String[]::new))
                .addValue(column(threads, row -> row.getLong("search_from")).toArray(Long[]::new))
                .addValue(ITEMS);
    }

    private static Tuple written(String owner, List<Row> threads, RowSet<Row> items) {
        // the last thread is not complete when there were as many items as there may be, and those after it were not
        // read
        boolean complete = items.size() < ITEMS;
        Map<String, @Nullable Long> remaining = new LinkedHashMap<>();
        Texts texts = new Texts();
        String lastThread = null;
        long lastSeq = 0;
        for (Row item : items) {
            texts.add(
                    item.getOffsetDateTime("created_at"),
                    item.getLong("seq"),
                    item.getString("thread_id"),
                    item.getString("content"));
            lastThread = item.getString("thread_id");
            lastSeq = item.getLong("seq");
        }
        for (Row thread : threads) {
            String id = thread.getString("id");
            boolean last = !complete && id.equals(lastThread);
            remaining.put(id, last ? lastSeq + 1 : null);
            if (thread.getString("title") != null) {
                texts.add(
                        thread.getOffsetDateTime("created_at"), -thread.getLong("seq"), id, thread.getString("title"));
            }
            if (last) {
                break;
            }
        }
        return Tuple.of(owner)
                .addValue(texts.times.toArray(OffsetDateTime[]::new))
                .addValue(texts.seqs.toArray(Long[]::new))
                .addValue(texts.threads.toArray(String[]::new))
                .addValue(texts.words.toArray(String[]::new))
                .addValue(remaining.keySet().toArray(String[]::new))
                .addValue(remaining.values().toArray(Long[]::new));
    }

    private static <T> List<T> column(List<Row> rows, Function<Row, T> value) {
        return rows.stream().map(value).toList();
    }

    private static final class Texts {

        private final List<OffsetDateTime> times = new ArrayList<>();
        private final List<Long> seqs = new ArrayList<>();
        private final List<String> threads = new ArrayList<>();
        private final List<String> words = new ArrayList<>();

        void add(OffsetDateTime time, long seq, String thread, String text) {
            String folded = Words.folded(text);
            if (!folded.isBlank()) {
                times.add(time);
                seqs.add(seq);
                threads.add(thread);
                words.add(folded);
            }
        }
    }
}
