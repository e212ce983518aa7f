package dev.bobbin.schema;

import static java.util.Objects.requireNonNull;

import dev.bobbin.database.Sql;
import dev.bobbin.schema.Fact.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether tables that were created by hand are version 1, which all that follows can adopt with every row. More columns may
 * be there, and the spellings that SQLAlchemy and tutorials have for the same types.
 */
final class HandMadeTables {

    /** What a column may be, and what it becomes. */
    private enum Type {
        TEXT("text|character varying(\\(\\d+\\))?", "text or varchar"),
        TIMESTAMPTZ("timestamp(\\(\\d\\))? with(out)? time zone", "timestamptz or timestamp"),
        JSONB("jsonb?", "jsonb or json");

        private final Pattern spellings;
        private final String words;

        Type(String spellings, String words) {
            this.spellings = Pattern.compile(spellings);
            this.words = words;
        }

        String wanted() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private static final List<String> NAMES = List.of("threads", "thread_items");

    /** The columns of version 1, and those that version 2 creates too, which may be there if they are what it would create. */
    private static final Map<String, Map<String, Type>> TYPES = Map.of(
            "threads",
                    Map.of(
                            "id", Type.TEXT,
                            "created_at", Type.TIMESTAMPTZ,
                            "metadata", Type.JSONB,
                            "title", Type.TEXT,
                            "updated_at", Type.TIMESTAMPTZ),
            "thread_items",
                    Map.of(
                            "id", Type.TEXT,
                            "thread_id", Type.TEXT,
                            "type", Type.TEXT,
                            "role", Type.TEXT,
                            "content", Type.TEXT,
                            "created_at", Type.TIMESTAMPTZ,
                            "updated_at", Type.TIMESTAMPTZ));

    /** Columns that version 2 creates and fills; what is kept under these names would be lost. */
    private static final Set<String> TAKEN = Set.of("owner_id", "document", "status", "seq");

    /** Deferrable, or with more columns in its index, it is as good: version 2 creates another one. */
    private static final Pattern KEY = Pattern.compile("PRIMARY KEY \\(id\\)( .*)?");

    private final String schema;
    private final Catalog catalog;
    private final List<String> found = new ArrayList<>();

    /** After what is to be dropped, which would keep a column from changing its type; the change of two may be one. */
    private final Set<String> types = new LinkedHashSet<>();

    private HandMadeTables(Catalog catalog) {
        this.schema = catalog.schema();
        this.catalog = catalog;
    }

    /**
     * What keeps the tables from being adopted, a sentence for each that ends with the statement that helps; empty when nothing
     * does. Reads the rows only if there is nothing else.
     */
    static List<String> differences(DirectConnection connection, String schema) throws SQLException {
        HandMadeTables tables = new HandMadeTables(Catalog.read(connection.jdbc(), schema));
        tables.found.addAll(Dependents.of(connection.jdbc(), schema));
        NAMES.forEach(tables::compare);
        tables.found.addAll(tables.types);
        tables.found.addAll(TakenNames.of(connection.jdbc(), schema));
        if (tables.found.isEmpty()) {
            boolean json = "json".equals(tables.catalog.definition("threads", Kind.TYPE, "metadata"));
            tables.found.addAll(connection.unhurried(same -> UnfitRows.of(same.jdbc(), schema, json)));
        }
        return tables.found;
    }

    /** Columns that neither version has, in the table's order. */
    static List<String> otherColumns(Catalog catalog, String table) {
        return catalog.columns(table).stream()
                .filter(column -> type(table, column) == null)
                .toList();
    }

    private static @Nullable Type type(String table, String column) {
        return TYPES.getOrDefault(table, Map.of()).get(column);
    }

    private void compare(String table) {
        String kind = catalog.kindOf(table);
        if (kind == null) {
            found.add("table " + table + " is missing");
            return;
        }
        if (!kind.equals("table")) {
            found.add(table + " is a " + kind + "; it has to be an ordinary table");
            return;
        }
        String alter = "alter table " + Sql.quote(schema) + "." + table + " ";
        Fact key = catalog.of(table)
                .filter(fact -> fact.kind() == Kind.PRIMARY_KEY)
                .findFirst()
                .orElse(null);
        if (key == null || !KEY.matcher(key.definition()).matches()) {
            found.add(table + " has no primary key on id alone; create one: " + alter
                    + (key == null ? "" : "drop constraint " + Sql.quote(key.name()) + ", ") + "add primary key (id)");
        }
        for (String column : Catalog.expected(1).columns(table)) {
            if (!catalog.columns(table).contains(column)) {
                found.add(table + "." + column + " is missing; add it: " + alter + "add column " + column + " "
                        + requireNonNull(type(table, column)).wanted());
            }
        }
        for (String column : catalog.columns(table)) {
            Type type = type(table, column);
            if (type != null) {
                compareType(table, column, type);
            }
        }
        for (String column : otherColumns(catalog, table)) {
            if (TAKEN.contains(column)) {
                found.add(table + "." + column + " has a name that Bobbin uses for a column of its own; rename it: "
                        + alter + "rename column " + column + " to " + column + "_old");
            } else if (!catalog.fillsItself(table, column)) {
                found.add(table + "." + column + " may not be null and has no default, and Bobbin does not fill it;"
                        + " give it a default, or drop its not null: " + alter + "alter column " + Sql.quote(column)
                        + " drop not null");
            }
        }
        if ("unlogged".equals(catalog.definition(table, Kind.PERSISTENCE, table))) {
            found.add(table + " is unlogged, and loses its rows in a crash; log it: " + alter + "set logged");
        }
        if ("on".equals(catalog.definition(table, Kind.ROW_SECURITY, table))) {
            found.add(table + " has row security on, which may hide rows from the migration; turn it off: " + alter
                    + "disable row level security");
        }
    }

    private void compareType(String table, String column, Type type) {
        String actual = String.valueOf(catalog.definition(table, Kind.TYPE, column));
        boolean generated = catalog.definition(table, Kind.GENERATED, column) != null;
        if (type.spellings.matcher(actual).matches() && !generated) {
            return;
        }
        boolean threadId = column.equals(table.equals("threads") ? "id" : "thread_id");
        @Nullable String both = threadId ? TypeChanges.ofThreadIds(catalog) : null;
        types.add(
                both != null
                        ? "threads.id and thread_items.thread_id have to be text or varchar, here it is " + actual
                                + "; change both: " + both
                        : table + "." + column + " is " + (generated ? "a generated column" : actual) + " instead of "
                                + type.words + "; change it: "
                                + TypeChanges.of(
                                        catalog, Sql.quote(schema) + "." + table, table, column, type.wanted()));
    }
}
