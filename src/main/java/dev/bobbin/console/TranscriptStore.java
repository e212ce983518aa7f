package dev.bobbin.console;

import static dev.bobbin.problem.ProblemType.COUNT_CHANGED;
import static dev.bobbin.problem.ProblemType.NOT_FOUND;

import dev.bobbin.database.Fetch;
import dev.bobbin.database.Statements;
import dev.bobbin.document.FetchLimit;
import dev.bobbin.document.Fetched;
import dev.bobbin.owner.Owner;
import dev.bobbin.page.ByOrder;
import dev.bobbin.page.PageRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Singleton;

/** A thread as operators see it: its items, of which large ones are cut, and its deletion with their number confirmed. */
@Singleton
class TranscriptStore {

    /** The bytes of a document that is shown, and the characters of the text that is shown of a larger one. */
    static final int SHOWN = 8_192;

    /** All that a page can have. */
    private static final FetchLimit WHOLE = new FetchLimit(Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** After the place $3, $4, up to $5 items, each as a JSON object around its document or the beginning of its text. */
    private static final ByOrder LIST = ByOrder.of(
            """
            select id, at, seq, octet_length(shown) as bytes, convert_to(shown, 'UTF8') as document from (
              select id, created_at as at, seq,
                '{"id":' || to_json(id) || ',"at":"' || to_char(created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')
                || '","bytes":' || octet_length(document)
                || ',"type":' || coalesce(to_json(type)::text, 'null') || case when octet_length(document) <= SHOWN
                  then ',"document":' || document else ',"text":' || to_json(coalesce(left(content, SHOWN), '')) end
                || '}' as shown
              from bobbin.thread_items
              where owner_id = $1 and thread_id = $2 and (created_at, seq) %2$s ($3::timestamptz, $4::bigint)
              order by created_at %1$s, seq %1$s limit $5) item
            order by at %1$s, seq %1$s"""
                    .replace("SHOWN", String.valueOf(SHOWN)));

    private static final String COUNT =
            """
            select (select count(*) from bobbin.threads where owner_id = $1 and id = $2) as threads,
              (select count(*) from bobbin.thread_items where owner_id = $1 and thread_id = $2) as items,
              (select count(*) from bobbin.attachments where owner_id = $1 and thread_id = $2) as attachments""";

    private static final String DELETE =
            """
            with counted as materialized (
              select count(*) as items from bobbin.thread_items where owner_id = $1 and thread_id = $2),
            deleted as (
              delete from bobbin.threads
              where owner_id = $1 and id = $2 and (select items from counted) = $3::bigint returning 1),
            attachments as (
              delete from bobbin.attachments where owner_id = $1 and thread_id = $2 and exists (select from deleted))
            select items, (select count(*) from deleted) as deleted from counted""";

    /** What belongs to a thread. */
    record Counts(long items, long attachments) {}

    private final Statements statements;

    TranscriptStore(Statements statements) {
        this.statements = statements;
    }

    /** A page of the thread's items, in the order of the request; none if the owner has no such thread. */
    Uni<Fetched> page(Owner owner, String thread, PageRequest request) {
        Tuple parameters = Tuple.of(owner.id(), thread, request.at(), request.seq(), request.limitAndOneMore());
        return statements
                .run(LIST.in(request.reading()), parameters)
                .map(rows -> Fetch.page(rows, request, WHOLE, NOT_FOUND::because));
    }

    Uni<Counts> count(Owner owner, String thread) {
        return statements.run(COUNT, Tuple.of(owner.id(), thread)).map(rows -> {
            Row row = first(rows);
            if (row.getLong("threads") == 0) {
                throw NOT_FOUND.because("Thread " + thread + " not found");
            }
            return new Counts(row.getLong("items"), row.getLong("attachments"));
        });
    }

    /** Deletes a thread, with its items and the attachments' records that name it, if it has as many items as confirmed. */
    Uni<Void> delete(Owner owner, String thread, long confirmedItems) {
        return statements
                .run(DELETE, Tuple.of(owner.id(), thread, confirmedItems))
                .invoke(rows -> {
                    long items = first(rows).getLong("items");
                    if (items != confirmedItems) {
                        throw COUNT_CHANGED.because("The thread has " + items + " items, and not " + confirmedItems
                                + "; nothing was deleted");
                    }
                })
                .replaceWithVoid();
    }

    private static Row first(RowSet<Row> rows) {
        return rows.iterator().next();
    }
}
