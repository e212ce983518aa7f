package dev.bobbin.database.migration;

import dev.bobbin.database.catalog.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a {@link Migrator} would run, found out without running it. It refuses what that refuses. */
public final class Rehearsal {

    private final SchemaTarget target;
    private final List<Migration> migrations;
    private final Consumer<String> news;
    private final Migrator migrator;

    /** @param news is told of each attempt to connect that failed */
    public Rehearsal(SchemaTarget target, List<Migration> migrations, Consumer<String> news) {
        this.target = target;
        this.migrations = migrations;
        this.news = news;
        this.migrator = new Migrator(target, migrations, news);
    }

    /**
     * Statements that belong together.
     *
     * @param title what they do, as a comment says it
     * @param sql in full, each statement with its semicolon
     */
    public record Part(String title, String sql) {}

    /** What {@link Migrator#migrate} would run; none when there is nothing to do. */
    public List<Part> migrate() {
        migrator.refusePooler();
        return Inspection.of(target, news, connection -> migrate(connection, survey(connection)));
    }

    private List<Part> migrate(DirectConnection connection, Survey survey) throws SQLException {
        Verdict verdict = survey.verdict();
        if (target.servesOnNewer(verdict)) {
            return List.of();
        }
        migrator.refuse(survey);
        List<Part> parts = new ArrayList<>();
        if (!survey.schemaExists()) {
            parts.add(new Part("the schema", "create schema if not exists " + Sql.quote(target.schema()) + ";"));
        }
        if (verdict instanceof Verdict.MadeByHand) {
            parts.add(stampedAs(1));
        } else if (survey.history() == null) {
            parts.add(new Part("an empty history", new HistorySql(target).table()));
        }
        History history = survey.history();
        if (history != null && history.isFormer()) {
            parts.addAll(parts(Repair.plan(connection.jdbc(), target, survey, migrations)));
        }
        List<Migration> pending = verdict.pending(migrations);
        if (!pending.isEmpty()) {
            parts.add(new Part(
                    "names without a schema are this one's", "set search_path = " + Sql.quote(target.schema()) + ";"));
        }
        Migrator.groups(pending).forEach(group -> parts.add(part(group)));
        return List.copyOf(parts);
    }

    private Part part(List<Migration> group) {
        String title = group.stream()
                .map(migration -> "version " + migration.version() + ": " + migration.description())
                .collect(Collectors.joining("; "));
        HistorySql history = new HistorySql(target);
        String sql = group.stream()
                .map(migration -> migrator.sql(migration).strip() + "\n\n" + history.row(migration))
                .collect(Collectors.joining("\n\n"));
        return new Part(title, group.get(0).transactional() ? "begin;\n\n" + sql + "\n\ncommit;" : sql);
    }

    /**
     * What {@link Migrator#stamp} would run.
     *
     * @param version null to find it out
     */
    public Part stamp(@Nullable Integer version) {
        migrator.refusePooler();
        return Inspection.of(
                target,
                news,
                connection -> stampedAs(migrator.stampable(connection.jdbc(), survey(connection), version)));
    }

    private Part stampedAs(int version) {
        return new Part("a history that begins at version " + version, new HistorySql(target).stamp(version));
    }

    /** What {@link Migrator#repair} would run; none when there is nothing to do. */
    public List<Part> repair() {
        migrator.refusePooler();
        return Inspection.of(
                target, news, connection -> parts(migrator.repairs(connection.jdbc(), survey(connection))));
    }

    private static List<Part> parts(List<String> statements) {
        return statements.stream()
                .map(statement -> new Part("the history, or a half-built index", statement + ";"))
                .toList();
    }

    private Survey survey(DirectConnection connection) throws SQLException {
        return Survey.of(connection.jdbc(), target, migrations);
    }
}
