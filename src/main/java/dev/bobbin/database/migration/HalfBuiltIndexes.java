package dev.bobbin.database.migration;

import dev.bobbin.database.catalog.ExpectedSchema;
import dev.bobbin.database.catalog.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Indexes whose building was broken off: nobody uses them, writers pay for them, and {@code if not exists} skips them. */
final class HalfBuiltIndexes {

    /** The index that a migration makes concurrently, which stands alone in its file. */
    private static final Pattern MADE =
            Pattern.compile("(?i)\\bindex\\s+concurrently\\s+(?:if\\s+not\\s+exists\\s+)?\"?([\\w$]+)");

    private static final Pattern COPY = Pattern.compile("_ccnew\\d*$");

    private static final long PAUSE = 500_000_000L;

    private static final String FIND =
            """
            select i.relname, exists (select from pg_stat_progress_create_index p where p.index_relid = i.oid)
            from pg_index x
            join pg_class i on i.oid = x.indexrelid
            join pg_class t on t.oid = x.indrelid
            join pg_namespace n on n.oid = t.relnamespace
            where not x.indisvalid and n.nspname = ? and t.relname = any (?)
            order by 1""";

    private HalfBuiltIndexes() {}

    /** Names of those that nobody is building now. */
    static List<String> find(Connection connection, String schema) throws SQLException {
        return read(connection, schema, false).stream()
                .filter(name -> !COPY.matcher(name).find())
                .toList();
    }

    /**
     * Builds the one that a migration makes to its end, without locking writers out. Waits while somebody builds it now.
     *
     */
    static void finish(DirectConnection connection, String schema, Migration migration, Consumer<String> news)
            throws SQLException {
        Matcher made = MADE.matcher(migration.sql());
        String name = made.find() ? made.group(1) : "";
        while (read(connection.jdbc(), schema, true).contains(name)) {
            DirectConnection.sleep(PAUSE);
        }
        if (find(connection.jdbc(), schema).contains(name)) {
            news.accept("Building the index " + name + " again, which was left half built");
            Migrator.executeAll(connection, rebuild(connection.jdbc(), schema, name));
        }
    }

    /** The statements that build an index anew, each to be run by itself. An attempt that failed leaves a copy of it. */
    static List<String> rebuild(Connection connection, String schema, String name) throws SQLException {
        List<String> statements = new ArrayList<>();
        for (String copy : read(connection, schema, false)) {
            if (copy.matches(Pattern.quote(name) + "_ccnew\\d*")) {
                statements.add("drop index concurrently if exists " + Sql.quote(schema) + "." + Sql.quote(copy));
            }
        }
        statements.add("reindex index concurrently " + Sql.quote(schema) + "." + Sql.quote(name));
        return statements;
    }

    private static List<String> read(Connection connection, String schema, boolean underWay) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, schema);
            statement.setArray(2, connection.createArrayOf("text", ExpectedSchema.TABLES.toArray()));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    if (result.getBoolean(2) == underWay) {
                        names.add(result.getString(1));
                    }
                }
            }
        }
        return names;
    }
}
