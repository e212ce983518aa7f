package dev.bobbin.database;

import dev.bobbin.document.DocumentTooLarge;
import dev.bobbin.document.ETag;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.document.Precondition;
import dev.bobbin.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/** SQL of writes with a {@link Precondition}, each in one statement, and what their rows bring. */
public final class Conditional {

    /** Larger documents are parsed on a worker thread. */
    private static final int LARGE = 1 << 20;

    private Conditional() {}

    /** The end of an insert that returns the tag of the row that is there already, and leaves it as it is. */
    public static String onlyNew(String table, String key) {
        return " on conflict (" + key + ") do update set document = " + table + ".document"
                + " returning id, (xmax = 0) as created, case when xmax <> 0 then " + ETag.SQL + " end as etag";
    }

    /**
     * A write to the rows in {@code matching}: those of {@code current} with one of the tags. The rows are locked before they
     * are compared, and their newest version is what counts; without the lock it could only be told that the write was not done,
     * but not why.
     *
     * @param current the end of a with clause, a select with the tag as {@code etag} that locks its row
     * @param tags the parameter with the tags
     */
    public static String matching(String current, String tags, String write) {
        return """
                %s), matching as (
                  select * from current where etag = any(%2$s::text[]) or '*' = any(%2$s::text[])),
                written as (%3$s returning 1)
                select etag, exists (select from matching) as matches, (select count(*) from written) as written from current"""
                .formatted(current, tags, write);
    }

    /** The parameter of {@link #matching}. */
    public static String[] tags(Precondition precondition) {
        return Objects.requireNonNullElse(precondition.tags(), List.<String>of())
                .toArray(String[]::new);
    }

    /** What {@link #onlyNew} returned. */
    public static void checkNew(RowSet<Row> rows, Precondition precondition) {
        Row row = DatabaseErrors.written(rows);
        if (!row.getBoolean("created")) {
            throw precondition.failed(row.getString("etag"));
        }
    }

    /** What {@link #matching} returned of a delete. */
    public static void checkDeleted(RowSet<Row> rows, Precondition precondition) {
        if (rows.size() == 0) {
            precondition.check(null);
            return;
        }
        Row row = rows.iterator().next();
        if (!row.getBoolean("matches")) {
            throw precondition.failed(row.getString("etag"));
        }
    }

    /** What {@link #matching} returned of an update. */
    public static void checkSaved(RowSet<Row> rows, Precondition precondition) {
        checkDeleted(rows, precondition);
        DatabaseErrors.checkWritten(rows.iterator().next().getLong("written").intValue(), 1);
    }

    /**
     * Changes the document of the only row, which the transaction has locked; large ones on a worker thread.
     *
     * @throws DocumentTooLarge if it exceeds the limit with which it was fetched
     */
    public static <T> Future<T> change(
            RowSet<Row> rows,
            Precondition precondition,
            Supplier<ProblemException> notFound,
            Function<String, T> change) {
        if (rows.size() == 0) {
            precondition.check(null);
        }
        Buffer document = complete(Fetch.one(rows, notFound));
        if (!precondition.isNone()) {
            precondition.check(ETag.of(document));
        }
        Supplier<T> work = () -> change.apply(document.toString(StandardCharsets.UTF_8));
        return document.length() < LARGE
                ? Future.succeededFuture(work.get())
                : Vertx.currentContext().executeBlocking(result -> result.complete(work.get()), false);
    }

    /** The only document of what was fetched with a {@link FetchLimit}. */
    public static Buffer complete(Fetched found) {
        if (!found.isComplete()) {
            throw new DocumentTooLarge(found.bytes());
        }
        return found.json().get(0);
    }
}
