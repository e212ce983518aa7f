package dev.bobbin.database.catalog;

import dev.bobbin.database.catalog.Difference.Change;
import java.util.List;
import java.util.regex.Pattern;

/** Says of a difference why it cannot be mended by adding, and what somebody who knows the data can do about it. */
final class Remedies {

    private final Sql sql;
    private final Catalog expected;
    private final Catalog actual;

    Remedies(Sql sql, Catalog expected, Catalog actual) {
        this.sql = sql;
        this.expected = expected;
        this.actual = actual;
    }

    String of(Difference difference) {
        String table = difference.table();
        String name = difference.name();
        String column = sql.alterColumn(table, name);
        return switch (difference.kind()) {
            case TABLE ->
                "A " + difference.actual() + " has the name of the table. Rename it or drop it, and sync again";
            case PERSISTENCE ->
                "Rows are lost in a crash. Rewrites the table: " + sql.alterTable(table) + "set "
                        + difference.expected();
            case ROW_SECURITY ->
                "Rows may be hidden from the service: " + sql.alterTable(table)
                        + ("off".equals(difference.expected()) ? "disable" : "enable") + " row level security";
            case COLUMN ->
                difference.change() == Change.EXTRA
                        ? "The service cannot fill it. Give it a default (" + column
                                + "set default ...), or let it be null (" + column + "drop not null)"
                        : missingColumn(table, name);
            case TYPE, COLLATION -> "May rewrite the table and its indexes: " + column + "type " + type(table, name);
            case NULLABILITY ->
                "null".equals(difference.expected())
                        ? "The service may have no value for it: " + column + "drop not null"
                        : "Fill the rows that have no value, then " + column + "set not null";
            case DEFAULT -> column + "set default " + difference.expected();
            case IDENTITY -> identity(difference, column);
            case GENERATED -> "The service writes this column. Drop the expression: " + column + "drop expression";
            case PRIMARY_KEY, FOREIGN_KEY, UNIQUE, CHECK, EXCLUSION -> constraint(difference);
            case INDEX ->
                difference.change() == Change.CHANGED
                        ? "Drop it, and sync again: " + dropIndex(name)
                        : "It may refuse rows that the service writes. Unless somebody needs it: " + dropIndex(name);
            case STATISTICS -> "Drop them, and sync again: drop statistics " + sql.qualified(name);
            case TRIGGER -> "Make it again";
        };
    }

    /** Columns of the key that may be null: a primary key would set them not null. */
    List<String> nullableKeyColumns(String table, Constraint key) {
        Table there = actual.table(table);
        return there == null
                ? List.of()
                : there.columns().stream()
                        .filter(Column::nullable)
                        .map(Column::name)
                        .filter(name -> key.definition().matches(".*[( ]\"?" + Pattern.quote(name) + "\"?[,)].*"))
                        .toList();
    }

    private String missingColumn(String table, String name) {
        return "The table has rows, and only you know what they should have in this column. Take it from a backup, or add it"
                + " (" + sql.alterTable(table) + "add column " + Sql.quote(name) + " " + type(table, name)
                + "), fill it, then " + sql.alterColumn(table, name) + "set not null";
    }

    private static String identity(Difference difference, String column) {
        return switch (difference.change()) {
            case EXTRA -> "The service writes this column: " + column + "drop identity";
            case CHANGED ->
                column + "set " + String.valueOf(difference.expected()).replace(" as identity", "");
            default ->
                "The column must be not null and have no default first: " + column + "set not null; " + column
                        + "drop default. Then sync again";
        };
    }

    private String constraint(Difference difference) {
        String alter = sql.alterTable(difference.table());
        return switch (difference.change()) {
            case RENAMED ->
                "The service reads this name from errors: " + alter + "rename constraint "
                        + Sql.quote(String.valueOf(difference.actual())) + " to " + Sql.quote(difference.name());
            case CHANGED -> "Drop it, and sync again: " + alter + "drop constraint " + Sql.quote(nameThere(difference));
            case EXTRA ->
                "It may refuse rows that the service writes. Unless somebody needs it: " + alter + "drop constraint "
                        + Sql.quote(difference.name());
            default ->
                "Its columns may hold no null. Fill the rows that have none, set the columns not null, and sync again";
        };
    }

    /** A primary key that is another may have another name, too. */
    private String nameThere(Difference difference) {
        Table table = actual.table(difference.table());
        return table == null
                ? difference.name()
                : table.constraints().stream()
                        .filter(constraint -> constraint.definition().equals(difference.actual()))
                        .map(Constraint::name)
                        .findFirst()
                        .orElse(difference.name());
    }

    private String dropIndex(String name) {
        return "drop index concurrently " + sql.qualified(name);
    }

    private String type(String table, String name) {
        Table ours = expected.table(table);
        Column column = ours == null ? null : ours.column(name);
        if (column == null) {
            return "";
        }
        return column.collation() == null ? column.type() : column.type() + " collate " + column.collation();
    }
}
