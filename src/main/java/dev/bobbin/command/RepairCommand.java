package dev.bobbin.command;

import dev.bobbin.schema.DryRun;
import dev.bobbin.schema.Migration;
import dev.bobbin.schema.Migrations;
import dev.bobbin.schema.Migrator;
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
    Report work(Settings settings, Consumer<String> progress) {
        List<Migration> migrations = Migrations.ours();
        return isDryRun()
                ? DryRunReport.of(new DryRun(settings.target(), migrations, progress).repair())
                : new Repaired(ExitCode.OK, false, new Migrator(settings.target(), migrations, progress).repair());
    }

    /** @param statements those that were run */
    @RegisterForReflection
    record Repaired(int exitCode, boolean dryRun, List<String> statements) implements Report {

        @Override
        public void print(TextPrinter text) {
            if (!statements.isEmpty()) {
                text.heading("Repaired by");
                text.items(statements, "-");
            }
            text.verdict(
                    Style.GOOD,
                    statements.isEmpty()
                            ? "Nothing to repair."
                            : "The history is in step with the schema. The next start, or `db migrate`, goes on from there.");
        }
    }
}
