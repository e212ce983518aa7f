package dev.bobbin.database.migration;

import dev.bobbin.database.catalog.Difference;
import dev.bobbin.database.catalog.Outcome;
import dev.bobbin.database.catalog.Step;
import dev.bobbin.database.catalog.Sync;
import dev.bobbin.database.catalog.SyncRun;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** Adds what our tables lack, while nobody else changes them. What only a loss could mend it leaves, and says so. */
public final class Mending {

    private final SchemaTarget target;
    private final List<Migration> migrations;
    private final Consumer<String> news;

    /** @param news is told what happens, a line at a time */
    public Mending(SchemaTarget target, List<Migration> migrations, Consumer<String> news) {
        this.target = target;
        this.migrations = migrations;
        this.news = news;
    }

    /**
     * What came of it.
     *
     * @param outcomes one for each step, in order
     * @param left what still is not as the service needs it
     */
    public record Result(List<Outcome> outcomes, List<Difference> left) {}

    /** The steps, those that cannot be done among them; none when nothing is to be mended. Changes nothing. */
    public List<Step> plan() {
        new Migrator(target, migrations, news).refusePooler();
        return Inspection.of(
                target, news, connection -> plan(connection, Survey.of(connection.jdbc(), target, migrations)));
    }

    /**
     * Runs the steps. To be run again does nothing.
     *
     * @throws SchemaException {@code REFUSED}, when the schema is not ours, or migrations are pending
     */
    public Result run() {
        return new Migrator(target, migrations, news).exclusively((connection, survey) -> {
            List<Step> steps = plan(connection, survey);
            List<Outcome> outcomes =
                    connection.unhurried(() -> SyncRun.run(connection.jdbc(), steps, new SyncRun.Listener() {

                        @Override
                        public void begins(Step step) {
                            news.accept("Mending " + step.difference().describe());
                        }

                        @Override
                        public void ended(Outcome outcome) {
                            // the report tells
                        }
                    }));
            return new Result(
                    outcomes, Comparison.of(connection, target, survey).breaking());
        });
    }

    private List<Step> plan(DirectConnection connection, Survey survey) throws SQLException {
        Refusal.unlessUpToDate(survey, target);
        Comparison tables = Comparison.of(connection, target, survey);
        return Sync.plan(
                tables.differences(),
                tables.expected(),
                tables.actual(),
                SyncRun.filledTables(connection.jdbc(), tables.actual()));
    }
}
