package dev.bobbin.database.migration;

import dev.bobbin.database.catalog.Column;
import dev.bobbin.database.catalog.Constraint;
import dev.bobbin.database.catalog.Sql;
import dev.bobbin.database.catalog.Table;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements that give columns of tables made by hand the types of version 1, with what is in them. */
final class TypeChanges {

    private static final String THREAD_KEY = "FOREIGN KEY (thread_id) REFERENCES threads(id)";

    private TypeChanges() {}

    /** One column's. What the foreign key of an item's thread is about goes by {@link #ofThreadIds}. */
    static String of(String schema, String table, Column column, String wanted) {
        return change(Sql.quote(schema) + "." + table, column, wanted);
    }

    /** Both ends of the foreign key at once, since it bears no two types; null where there is no such key. */
    static @Nullable String ofThreadIds(String schema, @Nullable Table threads, @Nullable Table items) {
        Constraint key = items == null
                ? null
                : items.constraints().stream()
                        .filter(constraint -> constraint.definition().startsWith(THREAD_KEY))
                        .findFirst()
                        .orElse(null);
        if (threads == null || items == null || key == null) {
            return null;
        }
        List<String> statements = new ArrayList<>(List.of(
                "begin",
                "set local search_path = " + Sql.quote(schema),
                "alter table thread_items drop constraint " + Sql.quote(key.name())));
        statements.add(change("threads", threads.column("id"), "text"));
        statements.add(change("thread_items", items.column("thread_id"), "text"));
        statements.add("alter table thread_items add constraint " + Sql.quote(key.name()) + " " + key.definition()
                + (key.validated() ? "" : " not valid"));
        statements.add("commit");
        return String.join("; ", statements);
    }

    private static String change(String table, @Nullable Column column, String wanted) {
        if (column == null) {
            return "";
        }
        String name = Sql.quote(column.name());
        String alter = "alter table " + table + " alter column " + name + " ";
        if (column.generatedExpression() != null) {
            return alter + "drop expression";
        }
        // a default of the old type may be none of the new one
        return (column.identity() == Column.Identity.NONE ? "" : alter + "drop identity; ")
                + (column.defaultExpression() == null || wanted.equals("text") ? "" : alter + "drop default; ")
                + alter + "type " + wanted + " using " + value(name, column.type(), wanted);
    }

    private static String value(String name, String type, String wanted) {
        boolean number = type.matches("(small|big)?int(eger)?|numeric.*|real|double precision");
        return switch (wanted) {
            case "jsonb" ->
                type.equals("text") || type.startsWith("character") ? name + "::jsonb" : "to_jsonb(" + name + ")";
            case "timestamptz" ->
                type.equals("date")
                        ? name + "::timestamp at time zone 'UTC'"
                        // seconds, or milliseconds where that would be the year 5138 and later
                        : number
                                ? "to_timestamp(" + name + " / case when " + name + " > 1e11 then 1000.0 else 1 end)"
                                : name + "::text::timestamptz";
            default ->
                type.startsWith("json")
                        ? "case when " + type + "_typeof(" + name + ") in ('string', 'null') then " + name
                                + " #>> '{}' else " + name + "::text end"
                        : type.equals("bytea")
                                ? "convert_from(" + name + ", 'UTF8')"
                                : type.endsWith("[]") ? "array_to_string(" + name + ", E'\\n')" : name + "::text";
        };
    }
}
