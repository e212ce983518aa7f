package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.CONFLICT;

import dev.bobbin.document.NewDocument;
import io.vertx.sqlclient.Row;

/**
 * What came of adding a document.
 *
 * @param id its id, made by the service where the sender left it out
 * @param document the stored one
 * @param created false when it had been there already
 */
record AddResult(String id, String document, boolean created) {

    /**
     * How an add meets a row of the same id: it writes the row's own document to it, so that one statement can lock the
     * row, see its newest version and report it. {@code xmax} is 0 in a row version that an insert made, and this
     * transaction's id in one that an update made of a locked row. The stored document comes along where it may be the one
     * that was sent: one of another length is another one, however long it is.
     *
     * @param sentBytes SQL for the length of the document that was sent
     */
    static String onConflictKeep(String table, String key, String sentBytes) {
        return " on conflict (" + key + ") do update set document = " + table + ".document"
                + " returning id, (xmax = 0) as created,"
                + " case when xmax <> 0 and octet_length(document) = " + sentBytes + " then document end as stored";
    }

    /**
     * @throws dev.bobbin.problem.ProblemException when another document has the id
     */
    static AddResult of(Row row, NewDocument sent, String what) {
        if (row.getBoolean("created")) {
            return new AddResult(sent.id(), sent.document().text(), true);
        }
        String stored = row.getString("stored");
        if (stored == null || !sent.repeats(stored)) {
            throw CONFLICT.because(what + " " + sent.id() + " already exists with another document");
        }
        return new AddResult(sent.id(), stored, false);
    }
}
