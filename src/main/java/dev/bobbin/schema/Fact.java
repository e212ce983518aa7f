package dev.bobbin.schema;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Locale;

/**
 * One thing that Postgres' catalog says of a table, such as that {@code threads} has an index {@code threads_order_idx} on
 * {@code btree (owner_id, created_at, seq)}.
 *
 * @param name of the column, constraint, index, statistics object or trigger; the table's for a fact about the table
 * @param definition as SQL writes it, without the name of the table's own schema
 * @param valid false for an index whose build failed, a constraint that was not validated, and a trigger that is disabled
 */
public record Fact(String table, Kind kind, String name, String definition, boolean valid) {

    /** Of {@link Kind#ROW_SECURITY}: there is none, there are the policies of {@link RowPolicies}, or there may be either. */
    static final String UNSECURED = "off";

    static final String SECURED = "by owner";
    /** With further policies that show rows to all roles. */
    static final String SECURED_AND_OTHERS = SECURED + " and others";

    static final String EITHER = UNSECURED + " or " + SECURED;

    /** What a fact is about. The order is the one in which a schema can be built. */
    @RegisterForReflection
    public enum Kind {
        TABLE,
        PERSISTENCE,
        ROW_SECURITY,
        /** All that {@code create table} says of a column. The kinds up to {@code NULLABILITY} say it in parts. */
        COLUMN,
        /** With its collation, where that is not the type's own. */
        TYPE,
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
        TRIGGER;

        /** In lower case, as a message writes it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        boolean isOfTable() {
            return compareTo(COLUMN) < 0;
        }

        boolean isOfColumn() {
            return compareTo(COLUMN) > 0 && compareTo(NULLABILITY) <= 0;
        }

        /** Whether it has a name of its own within the table. */
        boolean isPart() {
            return compareTo(PRIMARY_KEY) >= 0;
        }

        boolean isConstraint() {
            return compareTo(PRIMARY_KEY) >= 0 && compareTo(EXCLUSION) <= 0;
        }
    }

    boolean is(Kind otherKind, String otherName) {
        return kind == otherKind && name.equals(otherName);
    }

    /** Whether another one is as this one says. */
    boolean allows(Fact other) {
        String actual = other.definition;
        return definition.equals(actual)
                || definition.equals(EITHER) && (actual.equals(UNSECURED) || actual.equals(SECURED));
    }

    Fact with(String otherDefinition) {
        return new Fact(table, kind, name, otherDefinition, valid);
    }

    /** Of a key: the columns of its own table, as SQL writes them. */
    List<String> keyColumns() {
        return List.of(
                definition.replaceFirst("(?s)^[^(]*\\(([^)]*)\\).*", "$1").split(", "));
    }

    /** Of a {@link Kind#COLUMN}: whether a row can be written without a value for it. */
    boolean fillsItself() {
        return !definition.endsWith(" not null") || definition.matches("(?s).* (default|generated) .*");
    }
}
