package dev.bobbin.schema;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/**
 * One thing that Postgres' catalog says of a table, such as that {@code threads} has an index {@code threads_order_idx} on
 * {@code btree (owner_id, created_at, seq)}.
 *
 * @param table the table's name, not quoted
 * @param name of the column, constraint, index, statistics object, trigger or view; the table's for a fact about the table
 * @param definition as SQL writes it; no definition names the schema itself, so that equal tables of two schemas have equal
 *     facts
 * @param valid false for an index whose build failed, and for a constraint that was not validated
 */
public record Fact(String table, Kind kind, String name, String definition, boolean valid) {

    /** What a fact is about. A difference of a kind further down matters only where those above agree. */
    @RegisterForReflection
    public enum Kind {
        TABLE,
        PERSISTENCE,
        ROW_SECURITY,
        /** A column as a whole, which the catalog tells by the facts of the next kinds. */
        COLUMN,
        TYPE,
        COLLATION,
        DEFAULT,
        IDENTITY,
        GENERATED,
        NULLABILITY,
        PRIMARY_KEY,
        FOREIGN_KEY,
        UNIQUE,
        CHECK,
        EXCLUSION,
        INDEX,
        STATISTICS,
        TRIGGER,
        /** A view that reads the table. */
        VIEW;

        /** In lower case, as a message writes it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        boolean isOfTable() {
            return ordinal() < COLUMN.ordinal();
        }

        boolean isOfColumn() {
            return ordinal() >= TYPE.ordinal() && ordinal() <= NULLABILITY.ordinal();
        }

        boolean isConstraint() {
            return ordinal() >= PRIMARY_KEY.ordinal() && ordinal() <= EXCLUSION.ordinal();
        }
    }
}
