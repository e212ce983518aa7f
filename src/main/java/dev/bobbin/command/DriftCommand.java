package dev.bobbin.command;

import dev.bobbin.schema.Difference;
import dev.bobbin.schema.DriftReport;
import dev.bobbin.schema.Migrations;
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
    Report work(Settings settings, Consumer<String> progress) {
        DriftReport drift = DriftReport.of(settings.target(), Migrations.ours(), progress);
        boolean breaking = drift.differences().stream().anyMatch(Difference::isBreaking);
        return new Drifted(breaking ? ExitCode.DRIFT : ExitCode.OK, drift.comparedVersion(), drift.differences());
    }

    /** @param comparedVersion the version of the schema that is expected */
    @RegisterForReflection
    record Drifted(int exitCode, int comparedVersion, List<Difference> differences) implements Report {

        @Override
        public void print(TextPrinter text) {
            if (!differences.isEmpty()) {
                text.heading("Drift from version " + comparedVersion);
                text.differences(differences);
            }
            long breaking = differences.stream().filter(Difference::isBreaking).count();
            text.verdict(
                    breaking == 0 ? Style.GOOD : Style.FAILURE,
                    breaking == 0
                            ? "No drift: the tables are what version " + comparedVersion + " needs."
                            : Words.count(breaking, "breaking difference")
                                    + ": `db sync` adds what is missing, and lists the rest.");
        }
    }
}
