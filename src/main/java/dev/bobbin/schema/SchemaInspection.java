package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is in a schema, read without changing anything.
 *
 * @param schemaExists whether there is such a schema at all
 * @param ours those of our tables that are there, by name
 * @param others tables and views that are not ours, without those of extensions
 * @param history null where Bobbin has not migrated yet
 */
public record SchemaInspection(
        boolean schemaExists, List<String> ours, List<String> others, @Nullable History history, SchemaState state) {

    private static final String NO_SUCH_TABLE = "42P01";

    private static final String RELATIONS =
            """
            select n.oid is not null, c.relname
            from (select 1) one
            left join pg_namespace n on n.nspname = ?
            left join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
              and not exists (select from pg_depend d
                where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
            order by c.relname""";

    /** @param migrations those of this build */
    static SchemaInspection of(DirectConnection connection, SchemaTarget target, List<Migration> migrations)
            throws SQLException {
        try {
            return look(connection, target, migrations);
        } catch (SQLException failure) {
            if (!NO_SUCH_TABLE.equals(failure.getSQLState())) {
                throw failure;
            }
            // another process moved a table between two questions
            return look(connection, target, migrations);
        }
    }

    private static SchemaInspection look(DirectConnection direct, SchemaTarget target, List<Migration> migrations)
            throws SQLException {
        boolean schemaExists = false;
        List<String> relations = new ArrayList<>();
        Connection connection = direct.jdbc();
        try (PreparedStatement statement = connection.prepareStatement(RELATIONS)) {
            statement.setString(1, target.schema());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    schemaExists = result.getBoolean(1);
                    if (result.getString(2) != null) {
                        relations.add(result.getString(2));
                    }
                }
            }
        }
        History history = relations.remove(History.TABLE) ? History.read(connection, target.schema()) : null;
        List<String> ours = relations.stream().filter(Catalog.TABLES::contains).toList();
        List<String> others = relations.stream()
                .filter(name -> !Catalog.TABLES.contains(name))
                .toList();
        return new SchemaInspection(
                schemaExists, ours, others, history, state(direct, target, migrations, history, ours, others));
    }

    private static SchemaState state(
            DirectConnection connection,
            SchemaTarget target,
            List<Migration> migrations,
            @Nullable History history,
            List<String> ours,
            List<String> others)
            throws SQLException {
        boolean onlyBaseline =
                history != null && history.version() <= 1 && history.failed().isEmpty();
        if (history != null && (ours.isEmpty() || !onlyBaseline)) {
            return withHistory(history, migrations);
        }
        // what has a baseline, and was not migrated yet, may have become something else meanwhile
        SchemaState tables = withoutHistory(connection, target, migrations, ours, others);
        return history != null && history.version() == 1 && tables instanceof SchemaState.HandMade
                ? withHistory(history, migrations)
                : tables;
    }

    private static SchemaState withHistory(History history, List<Migration> migrations) {
        if (history.failed().isPresent()) {
            return new SchemaState.Failed(history.failed().get());
        }
        int newest = Migrations.newest(migrations);
        List<String> contradictions = history.contradictions(migrations);
        List<History.Row> newer = history.newerThan(newest);
        if (!contradictions.isEmpty()) {
            return new SchemaState.Contradictory(contradictions);
        }
        if (!newer.isEmpty()) {
            boolean compatible = newer.stream().allMatch(row -> Migration.isCompatible(row.description()));
            return new SchemaState.Newer(history.version(), newest, compatible);
        }
        return new SchemaState.Ours(history.version(), Migrations.after(migrations, history.version()));
    }

    private static SchemaState withoutHistory(
            DirectConnection connection,
            SchemaTarget target,
            List<Migration> migrations,
            List<String> ours,
            List<String> others)
            throws SQLException {
        // attachments alone are not what ChatKit tutorials create
        boolean handMade = ours.contains("threads") || ours.contains("thread_items");
        List<String> foreign = Stream.concat(handMade ? Stream.empty() : ours.stream(), others.stream())
                .toList();
        if (!foreign.isEmpty() && !target.allowShared()) {
            return new SchemaState.Foreign(foreign, OtherTools.in(foreign));
        }
        Catalog catalog = Catalog.read(connection.jdbc(), target.schema());
        List<String> differences = handMade
                ? HandMadeTables.differences(connection, catalog)
                : Obstacles.takenNames(connection.jdbc(), target.schema());
        if (differences.isEmpty()) {
            return handMade
                    ? new SchemaState.HandMade(Migrations.after(migrations, 1))
                    : new SchemaState.Empty(migrations);
        }
        int newest = Migrations.newest(migrations);
        // the changes that tables made by hand need would break ours
        boolean isOurs = handMade && Drift.breaking(catalog, newest).isEmpty();
        return new SchemaState.Unlike(
                isOurs
                        ? List.of(
                                "they are version " + newest + " of Bobbin's, and lack its history; write it: db stamp")
                        : differences);
    }

    /** The version that the history says; 0 where there is none. */
    public int version() {
        return history == null ? 0 : history.version();
    }

    /**
     * Tables of another service that should not be there. Those that a newer build created cannot be told from another
     * service's, so that beside a newer history only the histories of migration tools count.
     */
    public List<String> foreign(SchemaTarget target) {
        if (target.allowShared()) {
            return List.of();
        }
        return state instanceof SchemaState.Newer
                ? others.stream()
                        .filter(name -> !OtherTools.in(List.of(name)).isEmpty())
                        .toList()
                : others;
    }

    /** The version whose tables these should be; tables without a history are compared with version 1. */
    int comparedVersion() {
        return history == null && !ours.isEmpty() ? 1 : version();
    }

    /**
     * Where our tables differ from what they should be at the version that the history says.
     *
     * @throws SchemaException {@code REFUSED}, when there are no tables, or their version is none of this build's
     */
    List<Difference> drift(DirectConnection connection, SchemaTarget target) throws SQLException {
        int version = comparedVersion();
        if (!Catalog.knows(version)) {
            throw new SchemaException(
                    SchemaException.Kind.REFUSED,
                    "The " + target.where()
                            + (version == 0
                                    ? " has no tables of Bobbin's to compare; run `db migrate` first"
                                    : " is at version " + version
                                            + ", which this build does not know; run the build that does"));
        }
        List<Difference> differences =
                Drift.between(Catalog.expected(version), Catalog.read(connection.jdbc(), target.schema()));
        // tables of version 1 were looked at already; the next migration makes what is needed, however they are spelled
        boolean adopted = version == 1 && (state instanceof SchemaState.HandMade || state instanceof SchemaState.Ours);
        return adopted ? differences.stream().map(Difference::harmless).toList() : differences;
    }

    /**
     * Passes only a schema that is at this build's version.
     *
     * @throws SchemaException {@code REFUSED}, with what the schema is instead
     */
    void demandUpToDate(SchemaTarget target) {
        demandMigratable(target);
        if (!(state instanceof SchemaState.Ours) || !state.pending().isEmpty()) {
            throw new SchemaException(
                    SchemaException.Kind.REFUSED,
                    "The " + target.where() + " is not at this build's version; run `db migrate` first");
        }
    }

    /** @throws SchemaException {@code REFUSED}, unless migrations may run */
    void demandMigratable(SchemaTarget target) {
        String refusal = state.refusal(target.where());
        if (refusal != null) {
            throw new SchemaException(SchemaException.Kind.REFUSED, refusal);
        }
    }

    /** {@code create schema}, for a target that has none. */
    static String createSchema(SchemaTarget target) {
        return "create schema if not exists " + Sql.quote(target.schema());
    }
}
