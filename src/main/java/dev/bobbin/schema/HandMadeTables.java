package dev.bobbin.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether tables made by hand are version 1, which all that follows can carry over with every row. More columns may be
 * there, and the spellings that SQLAlchemy and tutorials have for the same types.
 */
final class MadeByHand {

    private static final Pattern WORDS = Pattern.compile("text|character varying(\\(\\d+\\))?");

    private static final Pattern TIME = Pattern.compile("timestamp(\\(\\d\\))? with(out)? time zone");

    private static final Pattern JSON = Pattern.compile("jsonb?");

    /** What each table must have. In the order in which the differences are told. */
    private static final Map<String, Map<String, Pattern>> REQUIRED = Map.of(
            "threads", columns("id", WORDS, "created_at", TIME, "metadata", JSON),
            "thread_items",
                    columns(
                            "id",
                            WORDS,
                            "thread_id",
                            WORDS,
                            "type",
                            WORDS,
                            "role",
                            WORDS,
                            "content",
                            WORDS,
                            "created_at",
                            TIME));

    /** Columns that later versions make too, and that may be there if they are what those would make. */
    private static final Map<String, Map<String, Pattern>> WELCOME =
            Map.of("threads", Map.of("title", WORDS, "updated_at", TIME), "thread_items", Map.of("updated_at", TIME));

    /** Columns that later versions make and fill; what somebody else keeps under these names would be lost. */
    private static final Set<String> TAKEN = Set.of("owner_id", "document", "status", "seq");

    /** Deferrable, or with more columns in its index, it is as good: V4 makes another one. */
    private static final Pattern KEY = Pattern.compile("PRIMARY KEY \\(id\\)( .*)?");

    private MadeByHand() {}

    /** What keeps the tables from being taken over, a sentence for each; empty when nothing does. */
    static List<String> differences(Connection connection, String schema) throws SQLException {
        Catalog catalog = CatalogReader.read(connection, schema, ExpectedSchema.TABLES);
        List<String> found = new ArrayList<>();
        for (String name : List.of("threads", "thread_items")) {
            Table table = catalog.table(name);
            if (table == null) {
                found.add("table " + name + " is missing");
            } else {
                compare(table, found);
            }
        }
        if (catalog.table("attachments") != null) {
            found.add("table attachments is there, which version 1 has not; rename it");
        }
        found.addAll(TakenNames.of(connection, schema));
        found.addAll(Dependents.of(connection, schema));
        Table threads = catalog.table("threads");
        // only then are the columns there that it reads, with the types that it knows
        if (found.isEmpty() && threads != null) {
            Column metadata = threads.column("metadata");
            boolean json = metadata != null && metadata.type().equals("json");
            found.addAll(UnfitRows.of(connection, schema, json));
        }
        return found;
    }

    private static void compare(Table table, List<String> found) {
        String name = table.name();
        if (table.kind() != Table.Kind.TABLE) {
            found.add(name + " is a " + table.kind() + "; it has to be an ordinary table");
            return;
        }
        REQUIRED.getOrDefault(name, Map.of()).forEach((column, type) -> {
            Column there = table.column(column);
            if (there == null) {
                found.add(name + "." + column + " is missing");
            } else {
                compareType(name, there, type, found);
            }
        });
        for (Column column : table.columns()) {
            if (REQUIRED.getOrDefault(name, Map.of()).containsKey(column.name())) {
                continue;
            }
            Pattern welcome = WELCOME.getOrDefault(name, Map.of()).get(column.name());
            if (TAKEN.contains(column.name())) {
                found.add(
                        name + "." + column.name() + " has a name that Bobbin uses for a column of its own; rename it");
            } else if (welcome != null) {
                compareType(name, column, welcome, found);
            } else if (!column.fillsItself()) {
                found.add(
                        name + "." + column.name() + " may not be null and has no default, and Bobbin does not fill it;"
                                + " give it a default, or drop its not null");
            }
        }
        if (table.constraints().stream()
                .noneMatch(key -> key.kind() == Constraint.Kind.PRIMARY_KEY
                        && KEY.matcher(key.definition()).matches())) {
            found.add(name + " has no primary key on id alone");
        }
        if (table.unlogged()) {
            found.add(name + " is unlogged, and loses its rows in a crash; alter table " + name + " set logged");
        }
        if (table.rowSecurity()) {
            found.add(name + " has row security on, which may hide rows from the migration; turn it off");
        }
        for (String view : table.views()) {
            found.add("view " + view + " reads " + name
                    + ", whose columns change their types; drop it, and make it anew" + " afterwards");
        }
    }

    private static void compareType(String table, Column column, Pattern type, List<String> found) {
        if (!type.matcher(column.type()).matches() || column.generatedExpression() != null) {
            found.add(table + "." + column.name() + " is "
                    + (column.generatedExpression() == null ? column.type() : "a generated column") + " instead of "
                    + (type == WORDS
                            ? "text or varchar"
                            : type == TIME ? "timestamptz or timestamp" : "jsonb or json"));
        }
    }

    private static Map<String, Pattern> columns(Object... namesAndTypes) {
        Map<String, Pattern> columns = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            columns.put((String) namesAndTypes[i], (Pattern) namesAndTypes[i + 1]);
        }
        return columns;
    }
}
