package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import java.util.List;

/**
 * The policies by which Postgres shows a transaction only the rows of the owner that its setting {@code bobbin.owner} names, and
 * none without the setting. They do not limit the owner of the tables, who migrates.
 */
final class RowPolicies {

    /** The facts about the row security of tables that have none, have these policies, or may have either. */
    static final String NONE = "off";

    static final String IN_PLACE = "by owner";
    static final String EITHER = NONE + " or " + IN_PLACE;

    private static final String CONDITION = "owner_id = current_setting('bobbin.owner', true)";

    private RowPolicies() {}

    /** Whether a fact that is expected, perhaps {@link #EITHER}, allows another one. */
    static boolean allow(String expected, String actual) {
        return expected.equals(actual) || expected.equals(EITHER) && (actual.equals(NONE) || actual.equals(IN_PLACE));
    }

    /** What gives a table its policy; another one of that name is replaced. */
    static List<String> create(String schema, String table) {
        String name = Sql.quote(schema) + "." + Sql.quote(table);
        return List.of(
                "drop policy if exists bobbin_owner on " + name,
                "create policy bobbin_owner on " + name + " using (" + CONDITION + ") with check (" + CONDITION + ")",
                "alter table " + name + " enable row level security, no force row level security");
    }
}
