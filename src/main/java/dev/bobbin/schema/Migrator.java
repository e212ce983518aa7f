package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import dev.bobbin.schema.Difference.Change;
import dev.bobbin.schema.SchemaState.Kind;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Changes a schema, one process at a time. What it may not change it leaves alone, with a {@link SchemaException}; nothing
 * that it does drops a table or a row.
 */
public final class Migrator {

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
     * @param drift where the schema that is left differs from what the service needs
     */
    public record Result(int stamped, int executed, SchemaInspection inspection, List<Difference> drift) {}

    /**
     * Statements that belong together.
     *
     * @param title what they do, as a comment says it
     * @param sql in full, each statement with its semicolon
     */
    @RegisterForReflection
    public record Part(String title, String sql) {}

    /** What the attempts at a migration have done so far. */
    private static final class Done {
        private int stamped;
        private int executed;
    }

    /** Work on a schema that was inspected. */
    interface Work<T> {
        T on(DirectConnection connection, SchemaInspection inspection) throws SQLException;
    }

    /**
     * Brings the schema to this build's version, or finds that it is there already.
     *
     * @throws SchemaException when it may not, or cannot; the message says why, and that nothing was changed where that is so
     */
    public Result migrate() {
        Done done = new Done();
        return directly(connection -> {
            // rows are read once, under the lock
            SchemaInspection migrated = SchemaInspection.ofMigrated(connection, target, migrations);
            return migrated != null && migrated.isUpToDate()
                    ? result(connection, done, migrated)
                    : locked(connection, (same, inspection) -> migrate(same, done, inspection));
        });
    }

    private Result migrate(DirectConnection connection, Done done, SchemaInspection before) throws SQLException {
        SchemaState state = before.state();
        if (state.kind() == Kind.COMPATIBLE) {
            progress.accept("The schema is at version " + before.version() + ", newer than this build's "
                    + Migrations.newest(migrations) + " and marked compatible with it");
            return new Result(0, 0, before, List.of());
        }
        boolean handMade = state.kind() == Kind.HAND_MADE;
        if (handMade) {
            progress.accept("Found tables made by hand, which are version 1: adopting them with their rows");
        }
        for (Part part : preparation(before)) {
            connection.execute(part.sql());
        }
        if (handMade) {
            done.stamped = 1;
        }
        for (List<Migration> group : Migrations.groups(state.pending())) {
            done.executed += run(connection, group);
        }
        return result(connection, done, SchemaInspection.of(connection, target, migrations));
    }

    /** What comes before the migrations. */
    List<Part> preparation(SchemaInspection inspection) {
        List<Part> parts = new ArrayList<>();
        if (inspection.state().kind() == Kind.COMPATIBLE) {
            return parts;
        }
        inspection.demandMigratable();
        if (!inspection.schemaExists()) {
            parts.add(new Part("the schema", "create schema if not exists " + Sql.quote(target.schema()) + ";"));
        }
        if (inspection.state().kind() == Kind.HAND_MADE) {
            parts.add(stamped(1));
        } else if (inspection.history() == null) {
            parts.add(new Part("an empty history", History.create(target)));
        }
        return parts;
    }

    private int run(DirectConnection connection, List<Migration> group) throws SQLException {
        boolean transactional = group.get(0).isTransactional();
        if (!transactional) {
            InvalidIndexes.drop(connection, target.schema(), group.get(0).sql(), progress);
        }
        // an index that gave up waiting for a lock would be left half built
        int lockTimeout = transactional ? DirectConnection.LOCK_TIMEOUT : 0;
        try (Progress watched = new Progress(connection, target.schema(), progress)) {
            return FlywayFactory.create(target, migrations, Migrations.newest(group), lockTimeout)
                    .migrate()
                    .migrationsExecuted;
        }
    }

    private Result result(DirectConnection connection, Done done, SchemaInspection inspection) throws SQLException {
        List<Difference> drift = List.of();
        try {
            drift = Drift.breaking(catalog(connection), inspection.version());
        } catch (SQLException failure) {
            if (!"55P03".equals(failure.getSQLState())) {
                throw failure;
            }
            progress.accept("Others hold locks on the tables, so these were not compared with what they should be");
        }
        String missing = drift.stream()
                .filter(difference -> difference.kind() == Fact.Kind.TABLE && difference.change() == Change.MISSING)
                .map(Difference::table)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw SchemaException.refused("The " + target.where() + " has a history that says version "
                    + inspection.version() + ", but not the tables that belong to it: " + missing
                    + ". Restore them from a backup; `db sync` creates empty ones"
                    + (done.stamped + done.executed == 0 ? ". Nothing was changed now" : ""));
        }
        return new Result(done.stamped, done.executed, inspection, drift);
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
            connection.execute(stamped(found).sql());
            return found;
        });
    }

    Part stamped(int version) {
        return new Part("a history that begins at version " + version, History.stamp(target, version));
    }

    int stampable(DirectConnection connection, SchemaInspection inspection, @Nullable Integer version)
            throws SQLException {
        String where = "The " + target.where();
        int newest = version == null ? Migrations.newest(migrations) : version;
        int oldest = version == null ? 1 : version;
        if (inspection.history() != null) {
            throw SchemaException.refused(where + " has a history, which says version " + inspection.version()
                    + ". A stamp is for tables that have none; `db migrate` goes on from there");
        }
        if (inspection.state().kind() == Kind.FOREIGN) {
            inspection.demandMigratable();
        }
        Catalog actual = catalog(connection);
        int closest = oldest;
        List<String> fewest = List.of("this build knows versions 1 to " + Migrations.newest(migrations));
        for (int candidate = newest; candidate >= oldest && Catalog.knows(candidate); candidate--) {
            List<String> differences =
                    candidate == 1 ? HandMadeTables.differences(connection, actual) : Sync.advice(candidate, actual);
            if (differences.isEmpty()) {
                return candidate;
            }
            if (candidate == newest || differences.size() < fewest.size()) {
                fewest = differences;
                closest = candidate;
            }
        }
        throw SchemaException.refused(where + " is not at version " + closest + ":\n  - "
                + String.join("\n  - ", fewest) + "\nNothing was changed");
    }

    /**
     * Brings the history into step with the schema: a failed migration can run again, and texts are as this build has them.
     * Touches no table but the history.
     *
     * @return the statements that were run; none when there was nothing to do
     * @throws SchemaException {@code REFUSED} on what a newer build or another service made
     */
    public List<String> repair() {
        return exclusively((connection, inspection) -> {
            List<String> statements = repairs(inspection);
            for (String statement : statements) {
                connection.execute(statement);
            }
            return statements;
        });
    }

    List<String> repairs(SchemaInspection inspection) {
        Kind kind = inspection.state().kind();
        if (kind != Kind.BROKEN && kind != Kind.UNLIKE) {
            inspection.demandMigratable();
        }
        History history = inspection.history();
        if (history == null) {
            return List.of();
        }
        List<String> missing = history.missing(migrations);
        if (!missing.isEmpty()) {
            throw SchemaException.refused("A repair cannot fix the history of the " + target.where() + ": "
                    + String.join("; ", missing) + ". Run the build that migrated it. Nothing was changed");
        }
        return history.repair(target, migrations);
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

    List<SyncStep> syncSteps(DirectConnection connection, SchemaInspection inspection) throws SQLException {
        inspection.demandUpToDate(target);
        return Sync.plan(Catalog.expected(inspection.version()), catalog(connection));
    }

    private Catalog catalog(DirectConnection connection) throws SQLException {
        return Catalog.read(connection.jdbc(), target.schema());
    }

    private <T> T exclusively(Work<T> work) {
        return directly(connection -> locked(connection, work));
    }

    /** Inspects the schema only when no other process changes it any more. */
    private <T> T locked(DirectConnection connection, Work<T> work) throws SQLException {
        MigrationLock.acquire(connection, target.schema(), progress);
        return work.on(connection, SchemaInspection.of(connection, target, migrations));
    }

    <T> T inspected(Work<T> work) {
        return directly(connection -> work.on(connection, SchemaInspection.of(connection, target, migrations)));
    }

    /** Not through a pooler, which would mix up the settings and locks of sessions. */
    private <T> T directly(DirectConnection.Work<T> work) {
        if (target.url().isPooled()) {
            throw SchemaException.refused(target.url().server()
                    + " is a pooler, through which the schema cannot be changed safely. Set DATABASE_DIRECT_URL to the same"
                    + " database without the pooler, or BOBBIN_MIGRATE_AT_START=false where another step of the deployment"
                    + " migrates");
        }
        return DirectConnection.ask(target, progress, work);
    }
}
