package dev.bobbin.database.catalog;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing in which a table is not as our migrations make it.
 *
 * @param table the table's name, not quoted
 * @param name of the column, constraint, index, statistics object or trigger; the table's where it is about the table. For
 *     {@link Change#INVALID} the name it has in the database
 * @param expected null for what should not be there; the name for {@link Change#RENAMED}
 * @param actual null for what is not there; the name for {@link Change#RENAMED}
 */
@RegisterForReflection
public record Difference(
        String table,
        Kind kind,
        String name,
        Change change,
        @Nullable String expected,
        @Nullable String actual,
        Severity severity) {

    /** What differs. */
    public enum Kind {
        TABLE,
        PERSISTENCE,
        ROW_SECURITY,
        COLUMN,
        TYPE,
        COLLATION,
        NULLABILITY,
        DEFAULT,
        IDENTITY,
        GENERATED,
        PRIMARY_KEY,
        FOREIGN_KEY,
        UNIQUE,
        CHECK,
        EXCLUSION,
        INDEX,
        STATISTICS,
        TRIGGER;

        /** In lower case, as a message writes it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        /** Whether it is of one column, whose name the difference has. */
        boolean isOfColumn() {
            return ordinal() >= TYPE.ordinal() && ordinal() <= GENERATED.ordinal();
        }

        boolean isConstraint() {
            return ordinal() >= PRIMARY_KEY.ordinal() && ordinal() <= EXCLUSION.ordinal();
        }
    }

    /** How it differs. */
    public enum Change {
        MISSING,
        EXTRA,
        CHANGED,
        /** As expected, under another name. */
        RENAMED,
        /** An index whose build failed, or a constraint that was not validated. */
        INVALID
    }

    /** Whether the service can go on as it does. */
    public enum Severity {
        /** Calls may fail, take longer than they should, or store what should not be. */
        BREAKING,
        /** The service does not notice. */
        HARMLESS
    }

    /** Whether it is {@link Severity#BREAKING}. */
    public boolean breaks() {
        return severity == Severity.BREAKING;
    }

    /** One sentence without a full stop, such as {@code threads: index threads_order_idx is missing: btree (owner_id)}. */
    public String describe() {
        String what = table + ": " + kind + (isOfTable() ? "" : kind.isOfColumn() ? " of " + name : " " + name);
        return switch (change) {
            case MISSING -> what + " is missing" + (expected == null ? "" : ": " + expected);
            case EXTRA -> what + " is not ours" + (actual == null ? "" : ": " + actual);
            case CHANGED -> what + " should be " + expected + ", is " + actual;
            case RENAMED -> what + " is there under the name " + actual;
            case INVALID -> what + " is not valid";
        };
    }

    private boolean isOfTable() {
        return kind == Kind.TABLE || kind == Kind.PERSISTENCE || kind == Kind.ROW_SECURITY;
    }
}
