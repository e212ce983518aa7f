package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.CONFLICT;

import dev.bobbin.document.Completion;
import io.vertx.sqlclient.Row;

/**
 * What came of adding a document.
 *
 * @param id its id, made by the service where the sender left it out
 * @param document the stored one
 * @param created false when it had been there already
 */
record Added(String id, String document, boolean created) {

    /**
     * How an add meets a row of the same id: it writes the row's own document to it, so that one statement can lock the
     * row, see its newest version and report it. {@code xmax} is 0 in a row version that an insert made, and this
     * transaction's id in one that an update made of a locked row.
     */
    static String onConflictKeep(String table, String key) {
        return " on conflict (" + key + ") do update set document = " + table + ".document" + RETURNING;
    }

    private static final String RETURNING =
            " returning id, (xmax = 0) as created, case when xmax <> 0 then document end as stored";

    /**
     * @throws dev.bobbin.problem.ProblemException when another document has the id
     */
    static Added of(Row row, Completion sent, String what) {
        if (row.getBoolean("created")) {
            return new Added(sent.id(), sent.document().text(), true);
        }
        String stored = row.getString("stored");
        if (!sent.repeats(stored)) {
            throw CONFLICT.because(what + " " + sent.id() + " already exists with another document");
        }
        return new Added(sent.id(), stored, false);
    }
}
