package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import dev.bobbin.schema.Migrator.Part;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The SQL that a {@link Migrator} would run. It refuses what that refuses, and changes nothing. */
public final class DryRun {

    private final SchemaTarget target;
    private final Migrator migrator;

    /** @param progress is told of each attempt to connect that failed */
    public DryRun(SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {
        this.target = target;
        this.migrator = new Migrator(target, migrations, progress);
    }

    public List<Part> migrate() {
        return migrator.inspected((connection, inspection) -> {
            List<Part> parts = migrator.preparation(inspection);
            if (!inspection.state().pending().isEmpty()) {
                String searchPath = "set search_path = " + Sql.quote(target.schema()) + ";";
                parts.add(new Part("names without a schema are this one's", searchPath));
            }
            Migrations.groups(inspection.state().pending()).forEach(group -> parts.add(part(group)));
            return parts;
        });
    }

    private Part part(List<Migration> group) {
        String title = group.stream()
                .map(migration -> "version " + migration.version() + ": " + migration.description())
                .collect(Collectors.joining("; "));
        String sql = group.stream()
                .map(migration -> migration.sqlOn(target).strip() + "\n\n" + History.insert(target, migration))
                .collect(Collectors.joining("\n\n"));
        return new Part(title, group.get(0).isTransactional() ? "begin;\n\n" + sql + "\n\ncommit;" : sql);
    }

    /** @param version null to find it out */
    public List<Part> stamp(@Nullable Integer version) {
        return migrator.inspected((connection, inspection) ->
                List.of(migrator.stamped(migrator.stampable(connection, inspection, version))));
    }

    public List<Part> repair() {
        return migrator.inspected((connection, inspection) -> migrator.repairs(inspection).stream()
                .map(statement -> new Part("the history", statement + ";"))
                .toList());
    }

    /** The steps that cannot run are among them. */
    public List<SyncStep> sync() {
        return migrator.inspected(migrator::syncSteps);
    }
}
