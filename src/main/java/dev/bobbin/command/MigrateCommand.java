package dev.bobbin.command;

import dev.bobbin.schema.Difference;
import dev.bobbin.schema.DryRun;
import dev.bobbin.schema.Migration;
import dev.bobbin.schema.Migrations;
import dev.bobbin.schema.Migrator;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code db migrate}. */
@Command(
        name = "migrate",
        header = "Bring the schema to this build's version.",
        description = {
            "Does what a start of the service does. Tables made by hand are adopted"
                    + " with every row. What cannot be migrated safely is refused, and left as it was."
        })
final class MigrateCommand extends ChangingCommand {

    @Override
    Report work(Settings settings, Consumer<String> progress) {
        List<Migration> migrations = Migrations.ours();
        if (isDryRun()) {
            return DryRunReport.of(new DryRun(settings.target(), migrations, progress).migrate());
        }
        long start = System.nanoTime();
        Migrator.Result result = new Migrator(settings.target(), migrations, progress).migrate();
        return new Migrated(
                ExitCode.OK,
                false,
                result.inspection().version(),
                result.stamped(),
                result.executed(),
                Duration.ofNanos(System.nanoTime() - start).toMillis(),
                result.drift());
    }

    /**
     * What came of a migration.
     *
     * @param schemaVersion the one that the schema has now
     * @param stamped the version that tables made by hand were found to be; 0 when there were none
     * @param executed how many migrations ran now
     * @param drift where the tables differ from what the service needs
     */
    @RegisterForReflection
    record Migrated(
            int exitCode,
            boolean dryRun,
            int schemaVersion,
            int stamped,
            int executed,
            long milliseconds,
            List<Difference> drift)
            implements Report {

        @Override
        public void print(TextPrinter text) {
            if (!drift.isEmpty()) {
                text.heading("Drift");
                text.differences(drift);
                text.line("  Calls may fail: `db sync` adds what is missing, and lists the rest.");
            }
            if (stamped > 0) {
                text.line("Tables made by hand were adopted as version " + stamped + ", with every row.");
            }
            text.verdict(
                    Style.GOOD,
                    executed == 0
                            ? "Nothing to do: the schema is at version " + schemaVersion + "."
                            : "The schema is at version " + schemaVersion + ": " + Words.count(executed, "migration")
                                    + " executed in " + Words.duration(Duration.ofMillis(milliseconds)) + ".");
        }
    }
}
