package dev.bobbin.database.catalog;

import dev.bobbin.database.catalog.Difference.Change;
import dev.bobbin.database.catalog.Difference.Kind;
import dev.bobbin.database.catalog.Difference.Severity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares what a schema holds with what it should. */
public final class Drift {

    private final List<Difference> found = new ArrayList<>();

    private Drift() {}

    /**
     * What differs in the tables that are expected, by table, and there by the order of {@link Kind}. Other tables are no
     * drift, the names of the two schemas neither, and not the order of columns, which is another in tables that somebody
     * made by hand. Of a table that is missing, or no table, nothing else is said.
     */
    public static List<Difference> between(Catalog expected, Catalog actual) {
        Drift drift = new Drift();
        for (Table table : expected.tables()) {
            drift.compare(table, actual.table(table.name()));
        }
        return List.copyOf(drift.found);
    }

    private void compare(Table expected, @Nullable Table actual) {
        String name = expected.name();
        if (actual == null) {
            add(name, Kind.TABLE, name, Change.MISSING, null, null, Severity.BREAKING);
            return;
        }
        if (actual.kind() != expected.kind()) {
            changed(
                    name,
                    Kind.TABLE,
                    name,
                    expected.kind().toString(),
                    actual.kind().toString());
            return;
        }
        if (actual.unlogged() != expected.unlogged()) {
            changed(name, Kind.PERSISTENCE, name, persistence(expected), persistence(actual));
        }
        if (actual.rowSecurity() != expected.rowSecurity()) {
            changed(name, Kind.ROW_SECURITY, name, rowSecurity(expected), rowSecurity(actual));
        }
        columns(expected, actual);
        found.addAll(Parts.compare(name, Parts.constraints(expected), Parts.constraints(actual)));
        found.addAll(Parts.compare(name, Parts.indexes(expected), Parts.indexes(actual)));
        found.addAll(Parts.compare(name, Parts.statistics(expected), Parts.statistics(actual)));
        found.addAll(Parts.compare(name, Parts.triggers(expected), Parts.triggers(actual)));
    }

    private void columns(Table expected, Table actual) {
        for (Column column : expected.columns()) {
            Column other = actual.column(column.name());
            if (other == null) {
                add(
                        expected.name(),
                        Kind.COLUMN,
                        column.name(),
                        Change.MISSING,
                        column.definition(),
                        null,
                        Severity.BREAKING);
            }
        }
        for (Column column : actual.columns()) {
            if (expected.column(column.name()) == null) {
                Severity severity = column.fillsItself() ? Severity.HARMLESS : Severity.BREAKING;
                add(expected.name(), Kind.COLUMN, column.name(), Change.EXTRA, null, column.definition(), severity);
            }
        }
        for (Column column : expected.columns()) {
            Column other = actual.column(column.name());
            if (other != null) {
                compare(expected.name(), column, other);
            }
        }
    }

    private void compare(String table, Column expected, Column actual) {
        String name = expected.name();
        boolean sameType = actual.type().equals(expected.type());
        if (!sameType) {
            changed(table, Kind.TYPE, name, expected.type(), actual.type());
        } else {
            // another type has other collations and writes its defaults in another way: one difference is enough
            compare(table, Kind.COLLATION, name, collation(expected), collation(actual), Severity.BREAKING);
        }
        if (expected.nullable() != actual.nullable()) {
            changed(table, Kind.NULLABILITY, name, nullability(expected), nullability(actual));
        }
        if (sameType || expected.defaultExpression() == null || actual.defaultExpression() == null) {
            // what the service writes it writes always: a default that only somebody else needs is in nobody's way
            compare(
                    table,
                    Kind.DEFAULT,
                    name,
                    expected.defaultExpression(),
                    actual.defaultExpression(),
                    Severity.HARMLESS);
        }
        compare(table, Kind.IDENTITY, name, identity(expected), identity(actual), Severity.BREAKING);
        compare(
                table,
                Kind.GENERATED,
                name,
                expected.generatedExpression(),
                actual.generatedExpression(),
                Severity.BREAKING);
    }

    private void compare(
            String table,
            Kind kind,
            String name,
            @Nullable String expected,
            @Nullable String actual,
            Severity ifExtra) {
        if (expected == null && actual != null) {
            add(table, kind, name, Change.EXTRA, null, actual, ifExtra);
        } else if (expected != null && actual == null) {
            add(table, kind, name, Change.MISSING, expected, null, Severity.BREAKING);
        } else if (expected != null && actual != null && !expected.equals(actual)) {
            changed(table, kind, name, expected, actual);
        }
    }

    private void changed(String table, Kind kind, String name, String expected, String actual) {
        add(table, kind, name, Change.CHANGED, expected, actual, Severity.BREAKING);
    }

    private void add(
            String table,
            Kind kind,
            String name,
            Change change,
            @Nullable String expected,
            @Nullable String actual,
            Severity severity) {
        found.add(new Difference(table, kind, name, change, expected, actual, severity));
    }

    private static String persistence(Table table) {
        return table.unlogged() ? "unlogged" : "logged";
    }

    private static String rowSecurity(Table table) {
        return table.rowSecurity() ? "on" : "off";
    }

    private static String collation(Column column) {
        return column.collation() == null ? "default" : column.collation();
    }

    private static String nullability(Column column) {
        return column.nullable() ? "null" : "not null";
    }

    private static @Nullable String identity(Column column) {
        return column.identity() == Column.Identity.NONE
                ? null
                : column.identity().toString();
    }
}
