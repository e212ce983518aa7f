package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The SQL that a {@link Migrator} would run. It refuses what that refuses, and changes nothing. */
public final class DryRun {

    private final SchemaTarget target;
    private final List<Migration> migrations;
    private final Consumer<String> progress;
    private final Migrator migrator;
    private final HistorySql history;

    /** @param progress is told of each attempt to connect that failed */
    public DryRun(SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {
        this.target = target;
        this.migrations = migrations;
        this.progress = progress;
        this.migrator = new Migrator(target, migrations, progress);
        this.history = new HistorySql(target);
    }

    /**
     * Statements that belong together.
     *
     * @param title what they do, as a comment says it
     * @param sql in full, each statement with its semicolon
     */
    @RegisterForReflection
    public record Part(String title, String sql) {}

    /** What {@link Migrator#migrate} would run; none when there is nothing to do. */
    public List<Part> migrate() {
        return ask((connection, inspection) -> {
            SchemaState state = inspection.state();
            if (target.servesOnNewer(state)) {
                return List.of();
            }
            inspection.demandMigratable(target);
            List<Part> parts = new ArrayList<>();
            if (!inspection.schemaExists()) {
                parts.add(new Part("the schema", SchemaInspection.createSchema(target) + ";"));
            }
            if (state instanceof SchemaState.HandMade) {
                parts.add(stampedAs(1));
            } else if (inspection.history() == null) {
                parts.add(new Part("an empty history", history.table()));
            }
            if (!state.pending().isEmpty()) {
                parts.add(new Part(
                        "names without a schema are this one's",
                        "set search_path = " + Sql.quote(target.schema()) + ";"));
            }
            Migrator.groups(state.pending()).forEach(group -> parts.add(part(group)));
            return List.copyOf(parts);
        });
    }

    private Part part(List<Migration> group) {
        String title = group.stream()
                .map(migration -> "version " + migration.version() + ": " + migration.description())
                .collect(Collectors.joining("; "));
        String sql = group.stream()
                .map(migration -> migration.sqlOn(target).strip() + "\n\n" + history.row(migration))
                .collect(Collectors.joining("\n\n"));
        return new Part(title, group.get(0).transactional() ? "begin;\n\n" + sql + "\n\ncommit;" : sql);
    }

    /**
     * What {@link Migrator#stamp} would run.
     *
     * @param version null to find it out
     */
    public List<Part> stamp(@Nullable Integer version) {
        return ask((connection, inspection) -> List.of(stampedAs(migrator.stampable(connection, inspection, version))));
    }

    private Part stampedAs(int version) {
        return new Part("a history that begins at version " + version, history.stamp(version));
    }

    /** What {@link Migrator#repair} would run; none when there is nothing to do. */
    public List<Part> repair() {
        return ask((connection, inspection) -> migrator.repairs(inspection).stream()
                .map(statement -> new Part("the history", statement + ";"))
                .toList());
    }

    /** What {@link Migrator#sync} would run, the steps that cannot run among it. */
    public List<SyncStep> sync() {
        return ask(migrator::syncSteps);
    }

    private <T> T ask(Migrator.Work<T> question) {
        target.refusePooler();
        return DirectConnection.ask(
                target,
                progress,
                connection -> question.on(connection, SchemaInspection.of(connection, target, migrations)));
    }
}
