package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Invalid indexes that a migration names: {@code if not exists} would take them for built. */
final class InvalidIndexes {

    private static final String FIRST =
            """
            select format('%%I.%%I', n.nspname, i.relname)
            from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
            join pg_namespace n on n.oid = t.relnamespace
            where not x.indisvalid and n.nspname = %s and t.relname = any (%s) and %s ~* ('\\y' || i.relname || '\\y')
            order by 1 limit 1""";

    private InvalidIndexes() {}

    static void drop(DirectConnection connection, String schema, String sql, Consumer<String> progress)
            throws SQLException {
        String tables = Catalog.TABLES.stream().map(Sql::literal).collect(Collectors.joining(", ", "array[", "]"));
        String invalid = FIRST.formatted(Sql.literal(schema), tables, Sql.literal(sql));
        for (String index = connection.first(invalid); index != null; index = connection.first(invalid)) {
            progress.accept("Dropping the index " + index + ", whose build did not end, to build it again");
            String drop = "drop index concurrently " + index;
            connection.unhurried(same -> {
                same.execute(drop);
                return drop;
            });
        }
    }
}
