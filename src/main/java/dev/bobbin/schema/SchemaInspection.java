package dev.bobbin.schema;

import dev.bobbin.schema.SchemaState.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is in a schema, read without changing anything.
 *
 * @param ours the names of our tables that exist
 * @param others tables and views that are not ours, without those of extensions
 * @param history null where Bobbin has not migrated yet
 */
public record SchemaInspection(
        boolean schemaExists, List<String> ours, List<String> others, @Nullable History history, SchemaState state) {

    private static final String NO_SUCH_TABLE = "42P01";

    private static final String RELATIONS =
            """
            select n.oid is not null, array(
              select c.relname::text from pg_class c
              where c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
                and not exists (select from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
              order by 1)
            from (select 1) one left join pg_namespace n on n.nspname = ?""";

    /** @param migrations those of this build */
    static SchemaInspection of(DirectConnection connection, SchemaTarget target, List<Migration> migrations)
            throws SQLException {
        return Objects.requireNonNull(read(connection, target, migrations, true));
    }

    /** Null where the tables themselves decide, of which {@link #of} may read every row. */
    static @Nullable SchemaInspection ofMigrated(
            DirectConnection connection, SchemaTarget target, List<Migration> migrations) throws SQLException {
        return read(connection, target, migrations, false);
    }

    private static @Nullable SchemaInspection read(
            DirectConnection connection, SchemaTarget target, List<Migration> migrations, boolean tables)
            throws SQLException {
        try {
            return inspect(connection, target, migrations, tables);
        } catch (SQLException failure) {
            if (!NO_SUCH_TABLE.equals(failure.getSQLState())) {
                throw failure;
            }
            // another process replaced a table between two queries
            return inspect(connection, target, migrations, tables);
        }
    }

    private static @Nullable SchemaInspection inspect(
            DirectConnection connection, SchemaTarget target, List<Migration> migrations, boolean tables)
            throws SQLException {
        try (PreparedStatement statement = connection.jdbc().prepareStatement(RELATIONS)) {
            statement.setString(1, target.schema());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                List<String> ours = new ArrayList<>();
                List<String> others = new ArrayList<>();
                for (String name : (String[]) row.getArray(2).getArray()) {
                    (Catalog.TABLES.contains(name) ? ours : others).add(name);
                }
                History history = others.remove(History.TABLE) ? History.read(connection, target.schema()) : null;
                SchemaState state;
                if (history != null && (history.version() > 1 || history.failed() != null)) {
                    state = ofHistory(target, migrations, history);
                } else if (tables) {
                    state = ofTables(connection, target, migrations, history, ours, others);
                } else {
                    return null;
                }
                return new SchemaInspection(row.getBoolean(1), ours, others, history, state);
            }
        }
    }

    private static SchemaState ofHistory(SchemaTarget target, List<Migration> migrations, History history) {
        History.Row failed = history.failed();
        if (failed != null) {
            return SchemaState.failed(target.where(), failed);
        }
        List<String> contradictions = history.contradictions(migrations);
        if (!contradictions.isEmpty()) {
            return SchemaState.contradictory(target.where(), contradictions);
        }
        int newest = Migrations.newest(migrations);
        List<History.Row> newer = history.newerThan(newest);
        if (!newer.isEmpty()) {
            boolean compatible = newer.stream().allMatch(row -> Migration.isCompatible(row.description()));
            return SchemaState.newer(target.where(), history.version(), newest, compatible, target.allowNewer());
        }
        return SchemaState.ours(Migrations.after(migrations, history.version()));
    }

    /** Of a schema without more than a baseline, whose tables may have changed since then. */
    private static SchemaState ofTables(
            DirectConnection connection,
            SchemaTarget target,
            List<Migration> migrations,
            @Nullable History history,
            List<String> ours,
            List<String> others)
            throws SQLException {
        if (history != null && ours.isEmpty()) {
            return ofHistory(target, migrations, history);
        }
        // attachments alone are not what ChatKit tutorials create
        boolean handMade = ours.contains("threads") || ours.contains("thread_items");
        List<String> foreign = new ArrayList<>(handMade ? List.of() : ours);
        foreign.addAll(others);
        if (!foreign.isEmpty() && !target.allowShared()) {
            return SchemaState.foreign(target.where(), foreign, OtherTools.in(foreign));
        }
        Catalog catalog = Catalog.read(connection.jdbc(), target.schema());
        if (handMade && HandMadeTables.areMigrated(catalog)) {
            int version = Math.min(Migrations.newest(migrations), Migrations.newest(Migrations.ours()));
            return SchemaState.withoutHistory(target.where(), version, Sync.advice(version, catalog));
        }
        List<String> differences = handMade
                ? HandMadeTables.differences(connection, catalog)
                : Obstacles.takenNames(connection.jdbc(), target.schema());
        if (!differences.isEmpty()) {
            return SchemaState.unlike(target.where(), differences);
        }
        if (!handMade) {
            return SchemaState.empty(migrations);
        }
        return history != null && history.version() == 1
                ? ofHistory(target, migrations, history)
                : SchemaState.handMade(Migrations.after(migrations, 1));
    }

    /** The version that the history says; 0 where there is none. */
    public int version() {
        return history == null ? 0 : history.version();
    }

    /** Whether the tables are made by hand, with or without a history that begins with them. */
    public boolean isAdoptable() {
        return state.kind() == Kind.HAND_MADE || (state.kind() == Kind.OURS && version() == 1);
    }

    /**
     * Tables of another service that should not be there. In a newer schema those are only the histories of migration
     * tools: the others may be the newer build's.
     */
    public List<String> foreign(SchemaTarget target) {
        if (target.allowShared()) {
            return List.of();
        }
        boolean isNewer = state.kind() == Kind.NEWER || state.kind() == Kind.COMPATIBLE;
        return others.stream()
                .filter(name -> !isNewer || !OtherTools.in(List.of(name)).isEmpty())
                .toList();
    }

    /** The version whose tables these should be. */
    int comparedVersion(Catalog actual) {
        if (history != null || ours.isEmpty()) {
            return version();
        }
        return HandMadeTables.areMigrated(actual) ? Migrations.newest(Migrations.ours()) : 1;
    }

    /**
     * Where our tables differ from what they should be at the version that the history says; without one, at version 1 or,
     * where a migration made them, at the newest.
     *
     * @throws SchemaException {@code REFUSED}, when there are no tables, or this build does not know their version
     */
    List<Difference> drift(DirectConnection connection, SchemaTarget target, Catalog actual) throws SQLException {
        int version = comparedVersion(actual);
        if (!Catalog.knows(version)) {
            throw SchemaException.refused("The " + target.where()
                    + (version == 0
                            ? " has no tables of Bobbin's to compare; run `db migrate` first"
                            : " is at version " + version
                                    + ", which this build does not know; run the build that does"));
        }
        List<Difference> differences = Drift.between(Catalog.expected(version), actual);
        // rows are scanned once: a state that is not foreign has looked at tables of version 1 already
        boolean adoptable = version == 1
                && (state.kind() == Kind.FOREIGN
                        ? HandMadeTables.differences(connection, actual).isEmpty()
                        : state.refusal() == null);
        // the next migration makes what is needed of all spellings of version 1
        return adoptable ? differences.stream().map(Difference::harmless).toList() : differences;
    }

    /** @throws SchemaException {@code REFUSED}, unless the schema is at this build's version */
    void demandUpToDate(SchemaTarget target) {
        demandMigratable();
        if (!isUpToDate()) {
            throw SchemaException.refused(
                    "The " + target.where() + " is not at this build's version; run `db migrate` first");
        }
    }

    /** @throws SchemaException {@code REFUSED}, unless migrations may run */
    void demandMigratable() {
        if (state.refusal() != null) {
            throw SchemaException.refused(state.refusal());
        }
    }

    boolean isUpToDate() {
        return state.kind() == Kind.OURS && state.pending().isEmpty();
    }
}
