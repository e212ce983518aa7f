package dev.bobbin.schema;

import static dev.bobbin.schema.SchemaException.Kind.REFUSED;

import dev.bobbin.database.Sql;
import dev.bobbin.schema.Difference.Change;
import dev.bobbin.schema.Fact.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/**
 * Changes a schema, one process at a time. What it may not change it leaves alone, with a {@link SchemaException}; nothing
 * that it does drops a table or a row.
 */
public final class Migrator {

    /** Those of the schema's tables that no query uses; a build that ended early leaves them. */
    private static final String INVALID_INDEXES =
            """
            select i.relname from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
            join pg_namespace n on n.oid = t.relnamespace
            where not x.indisvalid and n.nspname = ? and t.relname = any (?)
            order by 1""";

    private final SchemaTarget target;
    private final List<Migration> migrations;
    private final Consumer<String> progress;

    /**
     * @param migrations those of this build
     * @param progress is told what happens, a line at a time, perhaps from another thread
     */
    public Migrator(SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {
        this.target = target;
        this.migrations = migrations;
        this.progress = progress;
    }

    /**
     * What came of a migration.
     *
     * @param stamped the version that tables made by hand were found to be; 0 when there were none
     * @param executed how many migrations ran now
     * @param inspection the schema as it is left
     * @param drift where it differs from what the service needs
     */
    public record Result(int stamped, int executed, SchemaInspection inspection, List<Difference> drift) {}

    /** Work on a schema whose state is known, and which no other process changes meanwhile. */
    interface Work<T> {
        T on(DirectConnection connection, SchemaInspection inspection) throws SQLException;
    }

    /**
     * Brings the schema to this build's version, or finds that it is there already.
     *
     * @throws SchemaException when it may not, or cannot; the message says why, and that nothing was changed where that is so
     */
    public Result migrate() {
        return retrying(() -> {
            try (DirectConnection connection = DirectConnection.open(target, progress)) {
                SchemaInspection before = SchemaInspection.of(connection, target, migrations);
                if (isUpToDate(before)) {
                    return result(connection, 0, 0, before);
                }
                return locked(connection, this::migrate);
            }
        });
    }

    private Result migrate(DirectConnection connection, SchemaInspection inspection) throws SQLException {
        SchemaState state = inspection.state();
        if (state instanceof SchemaState.Newer newer && target.servesOnNewer(newer)) {
            progress.accept("The schema is at version " + newer.version() + ", newer than this build's "
                    + newer.newest() + " and marked compatible with it");
            return new Result(0, 0, inspection, List.of());
        }
        inspection.demandMigratable(target);
        int stamped = 0;
        if (state instanceof SchemaState.HandMade) {
            progress.accept("Found tables made by hand, which are version 1: adopting them with their rows");
            connection.execute(new HistorySql(target).stamp(1));
            stamped = 1;
        } else if (!inspection.schemaExists()) {
            connection.execute(SchemaInspection.createSchema(target));
        }
        int executed = 0;
        for (List<Migration> group : groups(state.pending())) {
            executed += run(connection, group);
        }
        return result(connection, stamped, executed, SchemaInspection.of(connection, target, migrations));
    }

    /**
     * Gives tables that have no history one, which begins at their version. Changes nothing else.
     *
     * @param version null to find it out
     * @return the version
     * @throws SchemaException {@code REFUSED}, when the tables are not of that version, or have a history
     */
    public int stamp(@Nullable Integer version) {
        return exclusively((connection, inspection) -> {
            int found = stampable(connection, inspection, version);
            connection.execute(new HistorySql(target).stamp(found));
            return found;
        });
    }

    /** As {@link #stamp}, without doing it. */
    int stampable(DirectConnection connection, SchemaInspection inspection, @Nullable Integer version)
            throws SQLException {
        String where = "The " + target.where();
        int newest = Migrations.newest(migrations);
        if (inspection.history() != null) {
            throw new SchemaException(
                    REFUSED,
                    where + " has a history, which says version " + inspection.version()
                            + ". A stamp is for tables that have none; `db migrate` goes on from there");
        }
        if (inspection.state() instanceof SchemaState.Foreign) {
            inspection.demandMigratable(target);
        }
        if (version != null && (version < 1 || version > newest)) {
            throw new SchemaException(REFUSED, "This build knows versions 1 to " + newest + ", not " + version);
        }
        List<String> differences = List.of();
        for (int candidate = version == null ? newest : version; candidate > 0; candidate--) {
            differences = differences(connection, candidate);
            if (differences.isEmpty()) {
                return candidate;
            }
            if (version != null) {
                break;
            }
        }
        throw new SchemaException(
                REFUSED,
                where + " is not at version " + (version == null ? 1 : version) + ":\n  - "
                        + String.join("\n  - ", differences) + "\nNothing was changed");
    }

    private List<String> differences(DirectConnection connection, int version) throws SQLException {
        return version == 1
                ? HandMadeTables.differences(connection, catalog(connection))
                : Drift.breaking(catalog(connection), version).stream()
                        .map(Difference::describe)
                        .toList();
    }

    /**
     * Brings the history into step with the schema: a failed migration is to be tried again, and texts are as this build has
     * them. Touches no table but the history.
     *
     * @return the statements that were run; none when there was nothing to do
     * @throws SchemaException {@code REFUSED} on what a newer build or another service made
     */
    public List<String> repair() {
        return exclusively((connection, inspection) -> {
            List<String> plan = repairs(inspection);
            for (String statement : plan) {
                connection.execute(statement);
            }
            return plan;
        });
    }

    /** As {@link #repair}, without doing it. */
    List<String> repairs(SchemaInspection inspection) {
        if (inspection.state() instanceof SchemaState.Newer || inspection.state() instanceof SchemaState.Foreign) {
            inspection.demandMigratable(target);
        }
        History history = inspection.history();
        return history == null ? List.of() : new HistorySql(target).repair(history, migrations);
    }

    /** Adds what our tables lack, as {@link Sync} plans it. To run it again does nothing. */
    public List<SyncStep> sync() {
        return exclusively((connection, inspection) -> {
            List<SyncStep> steps = syncSteps(connection, inspection);
            return connection.unhurried(same -> steps.stream()
                    .peek(step -> progress.accept("Synchronizing " + step.summary()))
                    .map(step -> Sync.run(connection.jdbc(), step))
                    .toList());
        });
    }

    /** As {@link #sync}, without doing it. */
    List<SyncStep> syncSteps(DirectConnection connection, SchemaInspection inspection) throws SQLException {
        inspection.demandUpToDate(target);
        return Sync.plan(Catalog.expected(inspection.version()), catalog(connection));
    }

    private Catalog catalog(DirectConnection connection) throws SQLException {
        return Catalog.read(connection.jdbc(), target.schema());
    }

    private static boolean isUpToDate(SchemaInspection inspection) {
        return inspection.state() instanceof SchemaState.Ours
                && inspection.state().pending().isEmpty();
    }

    private Result result(DirectConnection connection, int stamped, int executed, SchemaInspection inspection)
            throws SQLException {
        List<Difference> drift;
        try {
            drift = Drift.breaking(catalog(connection), inspection.version());
        } catch (SQLException locked) {
            if (!"55P03".equals(locked.getSQLState())) {
                throw locked;
            }
            progress.accept("Others hold locks on the tables, so these were not compared with what they should be");
            drift = List.of();
        }
        List<String> missing = drift.stream()
                .filter(difference -> difference.kind() == Kind.TABLE && difference.change() == Change.MISSING)
                .map(Difference::table)
                .toList();
        if (!missing.isEmpty()) {
            throw new SchemaException(
                    REFUSED,
                    "The " + target.where() + " has a history that says version " + inspection.version()
                            + ", but not the tables that belong to it: " + String.join(", ", missing)
                            + ". Restore them from a backup; `db sync` creates empty ones. Nothing was changed now");
        }
        return new Result(stamped, executed, inspection, drift);
    }

    /** Runs of migrations that share a transaction, and single ones that cannot run in one. */
    static List<List<Migration>> groups(List<Migration> pending) {
        List<List<Migration>> groups = new ArrayList<>();
        for (Migration migration : pending) {
            List<Migration> last = groups.isEmpty() ? List.of() : groups.get(groups.size() - 1);
            if (last.isEmpty() || !migration.transactional() || !last.get(0).transactional()) {
                groups.add(new ArrayList<>(List.of(migration)));
            } else {
                last.add(migration);
            }
        }
        return groups;
    }

    private int run(DirectConnection connection, List<Migration> group) throws SQLException {
        boolean transactional = group.get(0).transactional();
        if (!transactional) {
            dropHalfBuiltIndex(connection, group.get(0));
        }
        Sessions sessions = new Sessions(target);
        // an index that gave up waiting for a lock would be left half built
        Flyway flyway = FlywayFactory.create(
                target,
                migrations,
                sessions,
                Migrations.newest(group),
                transactional ? SessionSettings.LOCK_TIMEOUT : 0);
        try (Progress watching = new Progress(connection.jdbc(), sessions, progress)) {
            return flyway.migrate().migrationsExecuted;
        }
    }

    /** The one that the migration builds, if it was killed half way: {@code if not exists} would take it for built. */
    private void dropHalfBuiltIndex(DirectConnection connection, Migration migration) throws SQLException {
        try (PreparedStatement statement = connection.jdbc().prepareStatement(INVALID_INDEXES)) {
            statement.setString(1, target.schema());
            statement.setArray(2, connection.jdbc().createArrayOf("text", Catalog.TABLES.toArray()));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    String name = result.getString(1);
                    if (migration.names(name)) {
                        progress.accept("Dropping the index " + name + ", whose build did not end, to build it again");
                        connection.unhurried(same -> {
                            same.execute("drop index concurrently if exists " + Sql.quote(target.schema()) + "."
                                    + Sql.quote(name));
                            return name;
                        });
                    }
                }
            }
        }
    }

    /** Does work while no other process changes the schema. */
    private <T> T exclusively(Work<T> work) {
        return retrying(() -> {
            try (DirectConnection connection = DirectConnection.open(target, progress)) {
                return locked(connection, work);
            }
        });
    }

    private <T> T locked(DirectConnection connection, Work<T> work) throws SQLException {
        MigrationLock.acquire(connection.jdbc(), target.schema(), progress);
        return work.on(connection, SchemaInspection.of(connection, target, migrations));
    }

    private <T> T retrying(Retry.Work<T> work) {
        target.refusePooler();
        return new Retry(target, progress).of(work);
    }
}
