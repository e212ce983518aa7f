package dev.bobbin.command;

import dev.bobbin.database.migration.Comparison;
import dev.bobbin.database.migration.Migrations;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code db drift}. */
@Command(
        name = "drift",
        header = "List where the tables are not as they should be.",
        description = {
            "Compares tables, columns, types, defaults, keys, indexes and constraints with what our migrations make of"
                    + " them at the version that the database has. Harmless differences are listed too. Changes nothing."
        },
        exitCodeList = {
            ExitCode.OK_HELP,
            ExitCode.FAILED_HELP,
            ExitCode.USAGE_HELP,
            ExitCode.UNREACHABLE_HELP,
            ExitCode.DRIFT_HELP
        })
final class DriftCommand extends DatabaseCommand {

    @Override
    Report work(Settings settings, Consumer<String> news) {
        Comparison tables = Comparison.of(settings.target(), Migrations.ours(), news);
        return new Drifted(
                tables.breaking().isEmpty() ? ExitCode.OK : ExitCode.DRIFT,
                tables.version(),
                DifferenceRow.of(tables.differences()));
    }

    /** @param comparedVersion the version of the schema that is expected */
    @RegisterForReflection
    record Drifted(int exitCode, int comparedVersion, List<DifferenceRow> differences) implements Report {

        @Override
        public void print(Page page) {
            if (!differences.isEmpty()) {
                page.heading("Drift from version " + comparedVersion);
                DifferenceRow.print(page, differences);
            }
            long breaking =
                    differences.stream().filter(DifferenceRow::isBreaking).count();
            page.verdict(
                    breaking == 0 ? Style.GOOD : Style.FAILURE,
                    breaking == 0
                            ? "No drift: the tables are what version " + comparedVersion + " needs."
                            : Words.count(breaking, "breaking difference")
                                    + ": `db sync` adds what is missing, and lists the rest.");
        }
    }
}
