package dev.bobbin.command;

import dev.bobbin.database.migration.Migration;
import dev.bobbin.database.migration.Migrations;
import dev.bobbin.database.migration.Migrator;
import dev.bobbin.database.migration.Rehearsal;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code db repair}. */
@Command(
        name = "repair",
        header = "Bring the history into step with the schema.",
        description = {
            "A migration that failed is to be tried again, the texts of"
                    + " migrations are as this build has them, and half-built indexes are built. No table and no row is"
                    + " touched. Mend the cause of a failure first."
        })
final class RepairCommand extends ChangingCommand {

    @Override
    Report work(Settings settings, Consumer<String> news) {
        List<Migration> migrations = Migrations.ours();
        return isDryRun()
                ? DryRunReport.of(new Rehearsal(settings.target(), migrations, news).repair())
                : new Repaired(ExitCode.OK, false, new Migrator(settings.target(), migrations, news).repair());
    }

    /** @param statements those that were run */
    @RegisterForReflection
    record Repaired(int exitCode, boolean dryRun, List<String> statements) implements Report {

        @Override
        public void print(Page page) {
            if (!statements.isEmpty()) {
                page.heading("Repaired by");
                page.items(statements, "-");
            }
            page.verdict(
                    Style.GOOD,
                    statements.isEmpty()
                            ? "Nothing to repair."
                            : "The history is in step with the schema. The next start, or `db migrate`, goes on from there.");
        }
    }
}
