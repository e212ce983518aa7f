package dev.bobbin.database.migration;

import dev.bobbin.database.catalog.ExpectedSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a schema, read without changing anything.
 *
 * @param serverVersion as the server says it
 * @param schemaExists whether there is such a schema at all
 * @param ours those of our tables that are there, by name
 * @param others tables and views that are not ours, and no extension's
 * @param history null where Bobbin has not been yet
 */
public record Survey(
        String serverVersion,
        boolean schemaExists,
        List<String> ours,
        List<String> others,
        @Nullable History history,
        Verdict verdict) {

    private static final String NO_SUCH_TABLE = "42P01";

    /** No such column, and no right to read it: such a history is another service's. */
    private static final Set<String> NOT_OURS = Set.of("42703", "42501");

    private static final String RELATIONS =
            """
            select current_setting('server_version'), n.oid is not null, c.relname
            from (select 1) one
            left join pg_namespace n on n.nspname = ?
            left join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
              and not exists (select from pg_depend d
                where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
            order by c.relname""";

    /**
     * Looks at the target's schema.
     *
     * @param migrations those that this build has
     */
    public static Survey of(Connection connection, SchemaTarget target, List<Migration> migrations)
            throws SQLException {
        try {
            return look(connection, target, migrations);
        } catch (SQLException failure) {
            if (!NO_SUCH_TABLE.equals(failure.getSQLState())) {
                throw failure;
            }
            // renamed by another process just now
            return look(connection, target, migrations);
        }
    }

    /**
     * Tables of another service that should not be there. Those that a newer build made cannot be told from another
     * service's, so that beside a newer history only the histories of migration tools are.
     */
    public List<String> foreign(SchemaTarget target) {
        if (target.allowShared()) {
            return List.of();
        }
        return verdict instanceof Verdict.Newer
                ? others.stream()
                        .filter(name -> !OtherTools.in(List.of(name)).isEmpty())
                        .toList()
                : others;
    }

    private static Survey look(Connection connection, SchemaTarget target, List<Migration> migrations)
            throws SQLException {
        String serverVersion = "";
        boolean schemaExists = false;
        List<String> relations = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(RELATIONS)) {
            statement.setString(1, target.schema());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    serverVersion = result.getString(1);
                    schemaExists = result.getBoolean(2);
                    if (result.getString(3) != null) {
                        relations.add(result.getString(3));
                    }
                }
            }
        }
        History history = history(connection, target, migrations, relations);
        List<String> ours =
                relations.stream().filter(ExpectedSchema.TABLES::contains).toList();
        List<String> others = relations.stream()
                .filter(name -> !ExpectedSchema.TABLES.contains(name))
                .filter(name -> history == null || !name.equals(history.table()))
                .toList();
        Verdict verdict = verdict(connection, target, migrations, history, ours, others);
        return new Survey(serverVersion, schemaExists, ours, others, history, verdict);
    }

    private static Verdict verdict(
            Connection connection,
            SchemaTarget target,
            List<Migration> migrations,
            @Nullable History history,
            List<String> ours,
            List<String> others)
            throws SQLException {
        if (history != null && (ours.isEmpty() || !isOnlyStamped(history))) {
            return withHistory(history, migrations);
        }
        // what was stamped, and not migrated yet, may have become something else meanwhile
        Verdict tables = withoutHistory(connection, target, ours, others);
        return history != null && history.version() == 1 && tables instanceof Verdict.MadeByHand
                ? withHistory(history, migrations)
                : tables;
    }

    private static boolean isOnlyStamped(History history) {
        return history.version() <= 1 && history.failed().isEmpty();
    }

    private static @Nullable History history(
            Connection connection, SchemaTarget target, List<Migration> migrations, List<String> relations)
            throws SQLException {
        if (relations.contains(History.TABLE)) {
            return History.read(connection, target, History.TABLE);
        }
        if (relations.contains(History.FORMER_TABLE)) {
            return formerHistory(connection, target, migrations);
        }
        return null;
    }

    private static @Nullable History formerHistory(
            Connection connection, SchemaTarget target, List<Migration> migrations) throws SQLException {
        try {
            History former = History.read(connection, target, History.FORMER_TABLE);
            return former.isOf(migrations) ? former : null;
        } catch (SQLException failure) {
            if (NOT_OURS.contains(String.valueOf(failure.getSQLState()))) {
                return null;
            }
            throw failure;
        }
    }

    private static Verdict withHistory(History history, List<Migration> migrations) {
        if (history.failed().isPresent()) {
            return new Verdict.Failed(history.failed().get());
        }
        int newest = Migrations.newest(migrations);
        List<History.Row> newer = history.newerThan(newest);
        if (!newer.isEmpty()) {
            boolean compatible = newer.stream().allMatch(row -> Migration.isCompatible(row.description()));
            return new Verdict.Newer(history.version(), newest, compatible);
        }
        // what was written before the first release is brought into line when it is renamed
        List<String> contradictions = history.isFormer() ? List.of() : history.contradictions(migrations);
        return contradictions.isEmpty()
                ? new Verdict.Ours(history.version(), Migrations.after(migrations, history.version()))
                : new Verdict.Contradictory(contradictions);
    }

    private static Verdict withoutHistory(
            Connection connection, SchemaTarget target, List<String> ours, List<String> others) throws SQLException {
        if (!others.isEmpty() && !target.allowShared()) {
            return new Verdict.Foreign(others, OtherTools.in(others));
        }
        if (ours.isEmpty()) {
            List<String> taken = TakenNames.of(connection, target.schema());
            return taken.isEmpty() ? new Verdict.Empty() : new Verdict.Unlike(taken);
        }
        List<String> differences = MadeByHand.differences(connection, target.schema());
        return differences.isEmpty() ? new Verdict.MadeByHand() : new Verdict.Unlike(differences);
    }
}
