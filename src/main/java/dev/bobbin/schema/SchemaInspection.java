package dev.bobbin.schema;

import dev.bobbin.schema.SchemaState.Condition;
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

    private static final String RELATIONS =
            """
            select c.relname from pg_namespace n join pg_class c on c.relnamespace = n.oid
            where n.nspname = ? and c.relkind in ('r', 'p', 'v', 'm', 'f') and not exists (select from pg_depend d
              where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
            order by 1""";

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
        String schema = connection.first("select nspname from pg_namespace where nspname = ?", target.schema());
        List<String> others = new ArrayList<>(connection.all(RELATIONS, row -> row.getString(1), target.schema()));
        List<String> ours = others.stream().filter(Catalog.TABLES::contains).toList();
        others.removeAll(ours);
        History history = others.remove(History.TABLE) ? History.read(connection, target.schema()) : null;
        SchemaState state;
        if (history != null && (history.version() > 1 || history.failed() != null)) {
            state = SchemaState.ofHistory(target, migrations, history);
        } else if (tables) {
            state = ofTables(connection, target, migrations, history, ours, others);
        } else {
            return null;
        }
        return new SchemaInspection(schema != null, ours, others, history, state);
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
            return SchemaState.ofHistory(target, migrations, history);
        }
        // attachments alone are not what ChatKit tutorials create
        boolean handMade = HandMadeTables.NAMES.stream().anyMatch(ours::contains);
        List<String> foreign = new ArrayList<>(handMade ? List.of() : ours);
        foreign.addAll(others);
        if (!foreign.isEmpty() && !target.allowShared()) {
            return SchemaState.foreign(target, foreign);
        }
        Catalog catalog = Catalog.read(connection, target.schema());
        if (handMade && HandMadeTables.areMigrated(catalog)) {
            int version = Math.min(Migrations.newest(migrations), Migrations.newest(Migrations.ours()));
            return SchemaState.withoutHistory(target, version, Remedy.advice(target, version, catalog));
        }
        List<String> obstacles = handMade
                ? HandMadeTables.obstacles(connection, catalog)
                : Obstacles.ofObjects(connection, target.schema());
        if (!obstacles.isEmpty()) {
            return SchemaState.unlike(target, obstacles);
        }
        if (!handMade) {
            return SchemaState.ready(Condition.EMPTY, migrations);
        }
        return history != null && history.version() == 1
                ? SchemaState.ofHistory(target, migrations, history)
                : SchemaState.ready(Condition.MADE_BY_HAND, Migrations.after(migrations, 1));
    }

    /** The version that the history says; 0 where there is none. */
    public int version() {
        return history == null ? 0 : history.version();
    }

    /** Whether the tables are made by hand, with or without a history that begins with them. */
    public boolean isAdoptable() {
        return state.condition() == Condition.MADE_BY_HAND
                || (state.condition() == Condition.PENDING && version() == 1);
    }

    /**
     * Tables of another service that should not be there. In a newer schema those are only the histories of migration
     * tools: the others may be the newer build's.
     */
    public List<String> foreign(SchemaTarget target) {
        if (target.allowShared()) {
            return List.of();
        }
        boolean isNewer = state.condition() == Condition.NEWER || state.condition() == Condition.COMPATIBLE;
        return others.stream()
                .filter(name -> !isNewer || !OtherTools.in(List.of(name)).isEmpty())
                .toList();
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
        return state.condition() == Condition.UP_TO_DATE;
    }
}
