package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.CONFLICT;

import dev.bobbin.document.NewDocument;
import io.vertx.sqlclient.Row;

/**
 * A document as it is stored after a write.
 *
 * @param created false if the write replaced or repeated one
 */
record AddResult(String id, String document, boolean created) {

    /** {@code xmax} is 0 in a row version that an insert created. */
    static final String CREATED = " returning id, (xmax = 0) as created";

    /**
     * Reads a row that a write returned. Only a write that must not replace returns {@code stored}: the document of an
     * existing row, or null if it cannot equal the new one.
     *
     * @throws dev.bobbin.problem.ProblemException if the two differ
     */
    static AddResult of(Row row, NewDocument sent, String what) {
        boolean created = row.getBoolean("created");
        if (created || row.getColumnIndex("stored") < 0) {
            return new AddResult(sent.id(), written(row, sent), created);
        }
        String stored = row.getString("stored");
        if (stored == null || !sent.repeats(stored)) {
            throw CONFLICT.because(what + " " + sent.id() + " already exists with another document");
        }
        return new AddResult(sent.id(), stored, false);
    }

    /** With the time that the database has given it. */
    private static String written(Row row, NewDocument sent) {
        String time = row.getColumnIndex("made_at") < 0 ? null : row.getString("made_at");
        return time == null ? sent.document().text() : sent.withTime(time);
    }
}
