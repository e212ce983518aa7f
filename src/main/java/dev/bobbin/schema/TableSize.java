package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How large a table is.
 *
 * @param rows counted where that is quick, and otherwise what Postgres takes it to have; null when neither is known
 * @param exact whether the rows were counted
 * @param bytes with its indexes, and what is kept aside of it
 */
public record TableSize(String table, @Nullable Long rows, boolean exact, long bytes) {

    /** Bytes of a table that is counted: a second's work at most. */
    private static final long QUICK = 32L << 20;

    private static final String SIZE =
            """
            select c.reltuples::bigint, pg_relation_size(c.oid), pg_total_relation_size(c.oid)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ? and c.relname = ?""";

    private static final String NO_RIGHT = "42501";

    /** Of the tables that are there. */
    static List<TableSize> of(DirectConnection connection, String schema, Collection<String> tables)
            throws SQLException {
        List<TableSize> sizes = new ArrayList<>();
        for (String table : tables) {
            try (PreparedStatement statement = connection.jdbc().prepareStatement(SIZE)) {
                statement.setString(1, schema);
                statement.setString(2, table);
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next()) {
                        sizes.add(of(connection.jdbc(), schema, table, row));
                    }
                }
            }
        }
        return List.copyOf(sizes);
    }

    private static TableSize of(Connection connection, String schema, String table, ResultSet row) throws SQLException {
        long estimate = row.getLong(1);
        Long counted = row.getLong(2) <= QUICK ? count(connection, schema, table) : null;
        return new TableSize(
                table,
                counted != null ? counted : estimate < 0 ? null : (Long) estimate,
                counted != null,
                row.getLong(3));
    }

    private static @Nullable Long count(Connection connection, String schema, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "select count(*) from " + Sql.quote(schema) + "." + Sql.quote(table));
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failure) {
            if (NO_RIGHT.equals(failure.getSQLState())) {
                return null;
            }
            throw failure;
        }
    }

    /** Whether it surely holds nothing. */
    public boolean isEmpty() {
        return exact && rows != null && rows == 0;
    }
}
