package dev.bobbin.database.hazard;

import org.jspecify.annotations.Nullable;

/**
 * Something that a migration does and that can hurt who uses the database.
 *
 * @param table the table that it is done to, as it is written, in lower case unless quoted; null where the statement
 *     names none
 * @param words what is done, as the rest of a sentence that begins with "it": "drops the column title of threads"
 */
public record Hazard(@Nullable String table, Kind kind, String words) {

    /** What may be lost, or who has to wait. */
    public enum Kind {
        /** A table, a column or something else goes, with what is in it. */
        DROPS,
        /** All rows of a table go. */
        TRUNCATES,
        /** Rows go. */
        DELETES,
        /** A column's new type may hold less, so that values are cut or refused. */
        NARROWS,
        /** Every row of a table is written anew while nobody can read it. */
        REWRITES,
        /** Nobody can write, or read, for as long as it takes to read a whole table. */
        LONG_LOCK,
        /** Something gets another name or schema, by which statements of the running service do not find it. */
        RENAMES,
        /** The running service may see or do something else: by row security, a rule, a trigger or a right. */
        CHANGES_BEHAVIOR
    }
}
