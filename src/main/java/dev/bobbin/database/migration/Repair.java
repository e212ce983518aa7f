package dev.bobbin.database.migration;

import dev.bobbin.database.catalog.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What brings a history back into step with what stands in the schema: rows of the history, and half-built indexes. */
final class Repair {

    private Repair() {}

    /** The statements, in their order, each to be run by itself; none when nothing is to be repaired. */
    static List<String> plan(Connection connection, SchemaTarget target, Survey survey, List<Migration> migrations)
            throws SQLException {
        List<String> plan = new ArrayList<>();
        History history = survey.history();
        if (history != null) {
            plan.addAll(rename(history, target));
            String table = Sql.quote(target.schema()) + "." + History.TABLE;
            if (history.failed().isPresent()) {
                plan.add("delete from " + table + " where not success");
            }
            for (Migration migration : migrations) {
                if (history.differsFrom(migration)) {
                    plan.add("update " + table + " set checksum = " + migration.checksum() + ", description = "
                            + Sql.literal(migration.description()) + ", script = " + Sql.literal(migration.file())
                            + " where version = '" + migration.version() + "' and type = 'SQL'");
                }
            }
        }
        for (String index : HalfBuiltIndexes.find(connection, target.schema())) {
            plan.addAll(HalfBuiltIndexes.rebuild(connection, target.schema(), index));
        }
        return plan;
    }

    /** A history from before the first release gets the name that it has now. */
    static List<String> rename(History history, SchemaTarget target) {
        if (!history.isFormer()) {
            return List.of();
        }
        String schema = Sql.quote(target.schema()) + ".";
        List<String> statements = new ArrayList<>();
        statements.add("alter table " + schema + history.table() + " rename to " + History.TABLE);
        for (String index : List.of("_pk", "_s_idx")) {
            statements.add("alter index if exists " + schema + history.table() + index + " rename to " + History.TABLE
                    + index);
        }
        return statements;
    }
}
