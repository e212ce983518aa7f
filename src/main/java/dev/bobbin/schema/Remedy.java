package dev.bobbin.schema;

import static dev.bobbin.database.Sql.quote;

import dev.bobbin.schema.Difference.Change;
import dev.bobbin.schema.Fact.Kind;

/** Why adding something does not remove a difference, and what an operator who knows the data can do instead. */
final class Remedy {

    private Remedy() {}

    static String of(Difference difference, Catalog expected, Catalog actual) {
        Ddl ddl = new Ddl(expected, actual.schema());
        String table = difference.table();
        String name = difference.name();
        String alter = ddl.alterTable(table);
        String column = ddl.alterColumn(table, name);
        return switch (difference.kind()) {
            case TABLE -> "A " + difference.actual() + " has the name of the table. Rename or drop it, and sync again";
            case PERSISTENCE ->
                "Rows are lost in a crash. Rewrites the table: " + alter + "set " + difference.expected();
            case ROW_SECURITY ->
                "Rows may be hidden from the service: " + alter
                        + ("off".equals(difference.expected()) ? "disable" : "enable") + " row level security";
            case COLUMN ->
                difference.change() == Change.EXTRA
                        ? "The service cannot fill it. Give it a default (" + column
                                + "set default ...), or let it be null (" + column + "drop not null)"
                        : "The table has rows, and only you know what they should have in this column. Take it from a"
                                + " backup, or add it (" + alter + "add column " + quote(name) + " "
                                + type(expected, difference) + "), fill it, then " + column + "set not null";
            case TYPE, COLLATION ->
                "May rewrite the table and its indexes: " + column + "type " + type(expected, difference);
            case NULLABILITY ->
                "null".equals(difference.expected())
                        ? "The service may have no value for it: " + column + "drop not null"
                        : "Fill the rows that have no value, then " + column + "set not null";
            case DEFAULT -> column + "set default " + difference.expected();
            case IDENTITY ->
                switch (difference.change()) {
                    case EXTRA -> "The service writes this column: " + column + "drop identity";
                    case CHANGED ->
                        column + "set " + String.valueOf(difference.expected()).replace(" as identity", "");
                    default ->
                        "The column must be not null and have no default first: " + column + "set not null; " + column
                                + "drop default. Then sync again";
                };
            case GENERATED -> "The service writes this column. Drop the expression: " + column + "drop expression";
            case PRIMARY_KEY, FOREIGN_KEY, UNIQUE, CHECK, EXCLUSION ->
                switch (difference.change()) {
                    case RENAMED ->
                        "The service reads this name from errors: " + alter + "rename constraint "
                                + quote(String.valueOf(difference.actual())) + " to " + quote(name);
                    case CHANGED ->
                        "Drop it, and sync again: " + alter + "drop constraint " + quote(nameThere(difference, actual));
                    case EXTRA ->
                        "It may refuse rows that the service writes. Unless it is needed: " + alter + "drop constraint "
                                + quote(name);
                    default ->
                        "Its columns may hold no null. Fill the rows that have none, set the columns not null, and"
                                + " sync again";
                };
            case INDEX ->
                (difference.change() == Change.CHANGED
                                ? "Drop it, and sync again: "
                                : "It may refuse rows that the service writes. Unless it is needed: ")
                        + "drop index concurrently " + ddl.qualified(name);
            case STATISTICS -> "Drop them, and sync again: drop statistics " + ddl.qualified(name);
            case TRIGGER, VIEW -> "Create it again";
        };
    }

    /** A primary key that differs may also have another name. */
    private static String nameThere(Difference difference, Catalog actual) {
        return actual.of(difference.table())
                .filter(fact -> fact.kind().isConstraint() && fact.definition().equals(difference.actual()))
                .findFirst()
                .map(Fact::name)
                .orElse(difference.name());
    }

    private static String type(Catalog expected, Difference difference) {
        String type = expected.definition(difference.table(), Kind.TYPE, difference.name());
        String collation = expected.definition(difference.table(), Kind.COLLATION, difference.name());
        return type + (collation == null ? "" : " collate " + collation);
    }
}
