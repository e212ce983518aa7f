package dev.bobbin.schema;

import dev.bobbin.database.RowSecurity;
import dev.bobbin.database.Sql;
import dev.bobbin.schema.Fact.Kind;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The policies by which Postgres shows a transaction only the rows of the owner that its setting {@code bobbin.owner} names, and
 * none without the setting. They do not limit the owner of the tables, who migrates.
 */
final class RowPolicies {

    private static final String CONDITION = "owner_id = current_setting('bobbin.owner', true)";

    private RowPolicies() {}

    /** What gives tables their missing policies, if they are to have them: SQL by table, each to be run in one transaction. */
    static Map<String, String> missing(DirectConnection connection, SchemaTarget target) throws SQLException {
        Map<String, String> missing = new TreeMap<>();
        if (target.rowSecurity() == RowSecurity.ON) {
            Catalog actual = Catalog.read(connection, target.schema());
            for (String table : Catalog.TABLES) {
                String found = actual.definition(table, Kind.ROW_SECURITY, table);
                if (!Fact.SECURED.equals(found) && !Fact.SECURED_AND_OTHERS.equals(found)) {
                    missing.put(table, of(target.schema(), table));
                }
            }
        }
        return missing;
    }

    /** Gives tables their missing policies; returns whether any were missing. */
    static boolean create(DirectConnection connection, SchemaTarget target) throws SQLException {
        Map<String, String> missing = missing(connection, target);
        for (String sql : missing.values()) {
            connection.execute(sql);
        }
        return !missing.isEmpty();
    }

    /** Gives a table its policy in place of one of that name, as one text and so one transaction: without it all rows are hidden. */
    static String of(String schema, String table) {
        String name = Sql.quote(schema) + "." + Sql.quote(table);
        return String.join(
                ";\n",
                "drop policy if exists bobbin_owner on " + name,
                "create policy bobbin_owner on " + name + " using (" + CONDITION + ") with check (" + CONDITION + ")",
                "alter table " + name + " enable row level security, no force row level security;");
    }
}
