package dev.bobbin.command;

import dev.bobbin.database.migration.Migrator;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.List;

/**
 * What came of a migration.
 *
 * @param schemaVersion the one that the schema has now
 * @param stamped the version that tables made by hand were found to be; 0 when there were none
 * @param executed how many migrations ran now
 * @param drift what is not as the migrations make it, and breaks something
 */
@RegisterForReflection
record MigrateReport(
        int exitCode,
        boolean dryRun,
        int schemaVersion,
        int stamped,
        int executed,
        long milliseconds,
        List<DifferenceRow> drift)
        implements Report {

    static MigrateReport of(Migrator.Result result, Duration took) {
        return new MigrateReport(
                ExitCode.OK,
                false,
                result.survey().history() == null
                        ? 0
                        : result.survey().history().version(),
                result.stamped(),
                result.executed(),
                took.toMillis(),
                DifferenceRow.of(result.drift()));
    }

    @Override
    public void print(Page page) {
        if (!drift.isEmpty()) {
            page.heading("Drift");
            DifferenceRow.print(page, drift);
            page.line("  Calls may fail: `db sync` adds what is missing, and lists the rest.");
        }
        if (stamped > 0) {
            page.line("Tables made by hand were taken over as version " + stamped + ", with every row.");
        }
        page.verdict(
                Style.GOOD,
                executed == 0
                        ? "Nothing to do: the schema is at version " + schemaVersion + "."
                        : "The schema is at version " + schemaVersion + ": " + Words.count(executed, "migration")
                                + " executed in " + Words.duration(Duration.ofMillis(milliseconds)) + ".");
    }
}
