package dev.bobbin.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Sequences, indexes and types that have a name of our tables: beside them no such table can be. */
final class TakenNames {

    private static final String TAKEN =
            """
            with kinds (relkind, kind) as (values ('S', 'sequence'), ('i', 'index'), ('I', 'index'), ('c', 'type'))
            select c.relname, k.kind from pg_class c join pg_namespace n on n.oid = c.relnamespace
            join kinds k on k.relkind::"char" = c.relkind
            where n.nspname = ? and c.relname = any(?)
            union
            select t.typname, 'type' from pg_type t join pg_namespace n on n.oid = t.typnamespace
            where n.nspname = ? and t.typname = any(?) and t.typrelid = 0
            order by 1, 2""";

    private TakenNames() {}

    /** A sentence for each with what to do; empty when there are none. */
    static List<String> of(Connection connection, String schema) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(TAKEN)) {
            for (int i = 1; i <= 3; i += 2) {
                statement.setString(i, schema);
                statement.setArray(i + 1, connection.createArrayOf("text", ExpectedSchema.TABLES.toArray()));
            }
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    String kind = result.getString(2);
                    found.add((kind.equals("index") ? "an " : "a ") + kind + " has the name " + result.getString(1)
                            + ", which Bobbin needs for a table; rename it");
                }
            }
        }
        return found;
    }
}
