package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import dev.bobbin.schema.Difference.Change;
import dev.bobbin.schema.SchemaState.Condition;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Changes a schema, one process at a time, or plans to. Either throws a {@link SchemaException} where the schema must be left
 * alone. Nothing drops a table or a row.
 */
public final class Migrator {

    private final SchemaTarget target;
    private final List<Migration> migrations;
    private final Consumer<String> progress;
    private int stamped;
    private int executed;

    /** @param progress is told what happens, a line at a time, perhaps from another thread */
    public Migrator(SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {
        this.target = target;
        this.migrations = migrations;
        this.progress = progress;
    }

    /** @param stamped the version at which tables made by hand were adopted; 0 when there were none */
    public record Result(
            int stamped,
            int executed,
            SchemaInspection inspection,
            List<Difference> drift,
            RowSecurityCheck rowSecurity) {}

    /** Statements that belong together, each with its semicolon, and what they are for. */
    @RegisterForReflection
    public record Part(String title, String sql) {}

    /** Work on a schema that was inspected. */
    private interface Work<T> {
        T on(DirectConnection connection, SchemaInspection inspection) throws SQLException;
    }

    /** Brings the schema to this build's version, unless it is there already. */
    public Result migrate() {
        stamped = 0;
        executed = 0;
        return directly(connection -> {
            // rows are read once, under the lock
            SchemaInspection migrated = SchemaInspection.ofMigrated(connection, target, migrations);
            return migrated != null
                            && migrated.isUpToDate()
                            && RowPolicies.missing(connection, target).isEmpty()
                    ? result(connection, migrated)
                    : locked(connection, this::migrate);
        });
    }

    private Result migrate(DirectConnection connection, SchemaInspection before) throws SQLException {
        SchemaState state = before.state();
        if (state.condition() == Condition.COMPATIBLE) {
            progress.accept("The schema is at version " + before.version() + ", newer than this build's "
                    + Migrations.newest(migrations) + " and marked compatible with it");
            return new Result(0, 0, before, List.of(), RowSecurityCheck.of(connection, target));
        }
        if (state.condition() == Condition.MADE_BY_HAND) {
            progress.accept("Found tables made by hand, which are version 1: adopting them with their rows");
            stamped = 1;
        }
        for (Part part : preparation(before)) {
            connection.execute(part.sql());
        }
        for (List<Migration> group : Migrations.groups(state.pending())) {
            run(connection, group);
        }
        Result result = result(connection, SchemaInspection.of(connection, target, migrations));
        return RowPolicies.create(connection, target) ? result(connection, result.inspection()) : result;
    }

    private void run(DirectConnection connection, List<Migration> group) throws SQLException {
        boolean transactional = group.get(0).isTransactional();
        if (!transactional) {
            Obstacles.dropInvalidIndexes(
                    connection, target.schema(), group.get(0).sql(), progress);
        }
        // an index that gave up waiting for a lock would be left half built
        int lockTimeout = transactional ? DirectConnection.LOCK_TIMEOUT : 0;
        try (Progress watched = new Progress(connection, target.schema(), progress)) {
            executed += FlywayFactory.create(target, migrations, Migrations.newest(group), lockTimeout)
                    .migrate()
                    .migrationsExecuted;
        }
    }

    private Result result(DirectConnection connection, SchemaInspection inspection) throws SQLException {
        List<Difference> drift = List.of();
        try {
            drift = Drift.from(connection, target, inspection.version()).breaking();
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
                    + (stamped + executed == 0 ? ". Nothing was changed now" : ""));
        }
        return new Result(stamped, executed, inspection, drift, RowSecurityCheck.of(connection, target));
    }

    /** The SQL that {@link #migrate} would run. */
    public List<Part> planMigration() {
        return inspected((connection, inspection) -> {
            List<Migration> pending = inspection.state().pending();
            List<Part> parts = preparation(inspection);
            if (!pending.isEmpty()) {
                parts.add(new Part("settings of the session", Migration.settings(target)));
            }
            Migrations.groups(pending).forEach(group -> parts.add(part(group)));
            RowPolicies.missing(connection, target)
                    .forEach((table, sql) -> parts.add(new Part("row-level security of " + table, sql)));
            return parts;
        });
    }

    private Part part(List<Migration> group) {
        String title = group.stream()
                .map(migration -> "version " + migration.version() + ": " + migration.description())
                .collect(Collectors.joining("; "));
        String sql = group.stream()
                .map(migration -> migration.sql().strip() + "\n\n" + History.insert(target, migration))
                .collect(Collectors.joining("\n\n"));
        return new Part(title, group.get(0).isTransactional() ? "begin;\n\n" + sql + "\n\ncommit;" : sql);
    }

    /** What comes before the migrations. */
    private List<Part> preparation(SchemaInspection inspection) {
        List<Part> parts = new ArrayList<>();
        if (inspection.state().condition() == Condition.COMPATIBLE) {
            return parts;
        }
        inspection.demandMigratable();
        if (!inspection.schemaExists()) {
            parts.add(new Part("the schema", "create schema if not exists " + Sql.quote(target.schema()) + ";"));
        }
        if (inspection.state().condition() == Condition.MADE_BY_HAND) {
            parts.add(stampPart(1));
        } else if (inspection.history() == null) {
            parts.add(new Part("an empty history", History.create(target)));
        }
        return parts;
    }

    /**
     * Writes the history of tables that have none, or an older one than their version. Changes nothing else.
     *
     * @param version of the tables; null to find it out
     * @return the version
     */
    public int stamp(@Nullable Integer version) {
        return exclusively((connection, inspection) -> {
            int found = versionOfTables(connection, inspection, version);
            connection.execute(History.stamp(target, found));
            return found;
        });
    }

    public List<Part> planStamp(@Nullable Integer version) {
        return inspected(
                (connection, inspection) -> List.of(stampPart(versionOfTables(connection, inspection, version))));
    }

    private Part stampPart(int version) {
        return new Part("a history that begins at version " + version, History.stamp(target, version));
    }

    /** With a history these are tables that it does not describe: restored from a backup, or migrated without it. */
    private int versionOfTables(DirectConnection connection, SchemaInspection inspection, @Nullable Integer given)
            throws SQLException {
        Condition condition = inspection.state().condition();
        if (condition == Condition.FOREIGN) {
            inspection.demandMigratable();
        }
        if (inspection.history() != null && condition != Condition.UNLIKE) {
            throw SchemaException.refused("The " + target.where() + " has a history, which says version "
                    + inspection.version() + ". A stamp is for tables that have none; `db migrate` goes on from there");
        }
        Catalog actual = Catalog.read(connection, target.schema());
        int ofMigrated = HandMadeTables.areMigrated(actual) ? Migrations.newest(migrations) : 1;
        int likely = given == null ? ofMigrated : given;
        List<String> differences = HandMadeTables.differences(connection, target, likely, actual);
        if (differences.isEmpty()) {
            return likely;
        }
        for (int older = likely - 1; given == null && older > 0; older--) {
            if (HandMadeTables.differences(connection, target, older, actual).isEmpty()) {
                return older;
            }
        }
        throw SchemaException.refused("The " + target.where() + " is not at version " + likely + ":\n  - "
                + String.join("\n  - ", differences) + "\nNothing was changed");
    }

    /**
     * Brings the history in line with the schema: a failed migration can run again, and texts are as this build has them.
     *
     * @return the statements that were run
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

    public List<Part> planRepair() {
        return inspected((connection, inspection) -> repairs(inspection).stream()
                .map(statement -> new Part("the history", statement + ";"))
                .toList());
    }

    private List<String> repairs(SchemaInspection inspection) {
        Condition condition = inspection.state().condition();
        if (!Set.of(Condition.FAILED, Condition.CONTRADICTORY, Condition.UNLIKE).contains(condition)) {
            inspection.demandMigratable();
        }
        History history = inspection.history() == null ? new History(List.of()) : inspection.history();
        List<String> missing = history.missing(migrations);
        if (!missing.isEmpty()) {
            throw SchemaException.refused("A repair cannot fix the history of the " + target.where() + ": "
                    + String.join("; ", missing) + ". Run the build that migrated it. Nothing was changed");
        }
        return history.repair(target, migrations);
    }

    /** Adds what our tables lack, as {@link SyncStep} plans it. Running it again does nothing. */
    public List<SyncStep> sync() {
        return exclusively((connection, inspection) -> {
            List<SyncStep> steps = syncSteps(connection, inspection);
            return connection.unhurried(same -> steps.stream()
                    .peek(step -> progress.accept("Synchronizing " + step.summary()))
                    .map(step -> step.run(connection.jdbc()))
                    .toList());
        });
    }

    /** The steps that cannot run are among them. */
    public List<SyncStep> planSync() {
        return inspected(this::syncSteps);
    }

    private List<SyncStep> syncSteps(DirectConnection connection, SchemaInspection inspection) throws SQLException {
        inspection.demandUpToDate(target);
        return Remedy.plan(Catalog.expected(target, inspection.version()), Catalog.read(connection, target.schema()));
    }

    private <T> T exclusively(Work<T> work) {
        return directly(connection -> locked(connection, work));
    }

    /** Inspects the schema only when no other process changes it any more. */
    private <T> T locked(DirectConnection connection, Work<T> work) throws SQLException {
        MigrationLock.acquire(connection, target.schema(), progress);
        return work.on(connection, SchemaInspection.of(connection, target, migrations));
    }

    private <T> T inspected(Work<T> work) {
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
