package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.CONFLICT;

import dev.bobbin.document.NewDocument;
import io.vertx.sqlclient.Row;

/**
 * What came of storing a document.
 *
 * @param document the stored one
 * @param created false when it replaced or repeated another
 */
record AddResult(String id, String document, boolean created) {

    /** {@code xmax} is 0 in a row version that an insert made, and this transaction's id in one that an update made. */
    private static final String CREATED = " returning id, (xmax = 0) as created";

    /**
     * How an add meets a row of the same id: it writes the row's own document to it, so that one statement can lock the
     * row, see its newest version and report it. The stored document comes along only if it has the length of the one that
     * was sent, {@code sentBytes}.
     */
    static String onConflictKeep(String table, String key, String sentBytes) {
        return " on conflict (" + key + ") do update set document = " + table + ".document" + CREATED
                + ", case when xmax <> 0 and octet_length(document) = " + sentBytes + " then document end as stored";
    }

    /** How a save meets one: it replaces these columns. */
    static String onConflictReplace(String key, String... columns) {
        StringBuilder sql = new StringBuilder(" on conflict (" + key + ") do update set updated_at = now()");
        for (String column : columns) {
            sql.append(", ").append(column).append(" = excluded.").append(column);
        }
        return sql.append(CREATED).toString();
    }

    /**
     * Reads a row of {@link #onConflictKeep}.
     *
     * @throws dev.bobbin.problem.ProblemException when another document has the id
     */
    static AddResult kept(Row row, NewDocument sent, String what) {
        if (row.getBoolean("created")) {
            return replaced(row, sent);
        }
        String stored = row.getString("stored");
        if (stored == null || !sent.repeats(stored)) {
            throw CONFLICT.because(what + " " + sent.id() + " already exists with another document");
        }
        return new AddResult(sent.id(), stored, false);
    }

    /** Reads a row of {@link #onConflictReplace}. */
    static AddResult replaced(Row row, NewDocument sent) {
        return new AddResult(sent.id(), sent.document().text(), row.getBoolean("created"));
    }
}
