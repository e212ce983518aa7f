package dev.bobbin.command;

import dev.bobbin.schema.DryRun;
import dev.bobbin.schema.Migration;
import dev.bobbin.schema.Migrations;
import dev.bobbin.schema.Migrator;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code db stamp}. */
@Command(
        name = "stamp",
        header = "Give tables that have no history one.",
        description = {
            "The history begins at the version of the tables. They must be of that version, and"
                    + " nothing else is changed."
        })
final class StampCommand extends ChangingCommand {

    @Option(
            names = "--version",
            paramLabel = "<n>",
            description = "The version that the tables have. It is found out where it is not given.")
    private @Nullable Integer version;

    @Override
    Report work(Settings settings, Consumer<String> progress) {
        List<Migration> migrations = Migrations.ours();
        if (isDryRun()) {
            return DryRunReport.of(new DryRun(settings.target(), migrations, progress).stamp(version));
        }
        return new Stamped(ExitCode.OK, false, new Migrator(settings.target(), migrations, progress).stamp(version));
    }

    /** @param schemaVersion the version with which the history begins */
    @RegisterForReflection
    record Stamped(int exitCode, boolean dryRun, int schemaVersion) implements Report {

        @Override
        public void print(TextPrinter text) {
            text.verdict(Style.GOOD, "The history begins at version " + schemaVersion + ". Nothing else was changed.");
        }
    }
}
