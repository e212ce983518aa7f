package dev.bobbin.schema;

import static dev.bobbin.database.Sql.quote;

import dev.bobbin.schema.Fact.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements that give columns of tables made by hand the types of version 1, with what is in them. */
final class TypeChanges {

    private static final String THREAD_KEY = "FOREIGN KEY (thread_id) REFERENCES threads(id)";

    private TypeChanges() {}

    /** Both ends of the foreign key at once, since it has one type; null where there is no such key. */
    static @Nullable String ofThreadIds(Catalog catalog) {
        Fact key = catalog.of("thread_items")
                .filter(fact ->
                        fact.kind() == Kind.FOREIGN_KEY && fact.definition().startsWith(THREAD_KEY))
                .findFirst()
                .orElse(null);
        if (key == null) {
            return null;
        }
        return String.join(
                "; ",
                List.of(
                        "begin",
                        "set local search_path = " + quote(catalog.schema()),
                        "alter table thread_items drop constraint " + quote(key.name()),
                        of(catalog, "threads", "threads", "id", "text"),
                        of(catalog, "thread_items", "thread_items", "thread_id", "text"),
                        "alter table thread_items add constraint " + quote(key.name()) + " " + key.definition()
                                + (key.valid() ? "" : " not valid"),
                        "commit"));
    }

    /**
     * One column's. What the foreign key of an item's thread is about goes by {@link #ofThreadIds}.
     *
     * @param in the table as the statement names it
     */
    static String of(Catalog catalog, String in, String table, String column, String wanted) {
        String type = String.valueOf(catalog.definition(table, Kind.TYPE, column));
        String name = quote(column);
        String alter = "alter table " + in + " alter column " + name + " ";
        if (catalog.definition(table, Kind.GENERATED, column) != null) {
            return alter + "drop expression";
        }
        boolean identity = catalog.definition(table, Kind.IDENTITY, column) != null;
        boolean hasDefault = catalog.definition(table, Kind.DEFAULT, column) != null;
        // a default of the old type may be none of the new one
        return (identity ? alter + "drop identity; " : "")
                + (hasDefault && !wanted.equals("text") ? alter + "drop default; " : "") + alter + "type " + wanted
                + " using " + value(name, type, wanted);
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
