package dev.bobbin.command;

import dev.bobbin.schema.Difference;
import dev.bobbin.schema.DriftReport;
import dev.bobbin.schema.DryRun;
import dev.bobbin.schema.Migration;
import dev.bobbin.schema.Migrations;
import dev.bobbin.schema.Migrator;
import dev.bobbin.schema.SyncStep;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code db sync}. */
@Command(
        name = "sync",
        header = "Add to the tables what is missing.",
        description = {
            "Adds what `db drift` shows to be missing. Nothing is dropped, narrowed or renamed: what only that could"
                    + " fix is listed, with what to do about it. To run it again does nothing."
        },
        exitCodeList = {
            ExitCode.OK_HELP,
            ExitCode.FAILED_HELP,
            ExitCode.USAGE_HELP,
            ExitCode.UNREACHABLE_HELP,
            ExitCode.DRIFT_HELP
        })
final class SyncCommand extends ChangingCommand {

    @Override
    Report work(Settings settings, Consumer<String> progress) {
        List<Migration> migrations = Migrations.ours();
        List<SyncStep> steps = isDryRun()
                ? new DryRun(settings.target(), migrations, progress).sync()
                : new Migrator(settings.target(), migrations, progress).sync();
        List<Difference> left = isDryRun()
                ? steps.stream().map(SyncStep::difference).distinct().toList()
                : DriftReport.of(settings.target(), migrations, progress).differences().stream()
                        .filter(Difference::isBreaking)
                        .toList();
        return new Synchronized(left.isEmpty() ? ExitCode.OK : ExitCode.DRIFT, isDryRun(), steps, left);
    }

    /**
     * What was added, or would be.
     *
     * @param left what still is not as the service needs it
     */
    @RegisterForReflection
    record Synchronized(int exitCode, boolean dryRun, List<SyncStep> steps, List<Difference> left) implements Report {

        @Override
        public void print(TextPrinter text) {
            if (dryRun) {
                printScript(text);
                return;
            }
            List<SyncStep> mended = with(SyncStep.Result.MENDED);
            if (!mended.isEmpty()) {
                text.heading("Mended");
                mended.forEach(step -> text.items(List.of(step.summary()), "-"));
            }
            printFailures(text, "Failed", with(SyncStep.Result.FAILED));
            printFailures(text, "Not to be mended by adding", with(SyncStep.Result.NOT_MENDED));
            text.verdict(
                    left.isEmpty() ? Style.GOOD : Style.FAILURE,
                    left.isEmpty()
                            ? steps.isEmpty() ? "Nothing to mend." : "The tables are as the service needs them."
                            : Words.count(left.size(), "breaking difference") + " left.");
        }

        private List<SyncStep> with(SyncStep.Result result) {
            return steps.stream().filter(step -> step.result() == result).toList();
        }

        private static void printFailures(TextPrinter text, String heading, List<SyncStep> steps) {
            if (!steps.isEmpty()) {
                text.heading(heading);
                steps.forEach(step -> {
                    text.items(List.of(step.summary()), "-");
                    text.items(List.of("  " + step.message()), null);
                });
            }
        }

        /** What can be added as SQL, and the rest as comments. */
        private void printScript(TextPrinter text) {
            text.verbatim(steps.isEmpty() ? "-- Nothing would be run." : "-- This would be run. Nothing was changed.");
            for (SyncStep step : steps) {
                text.verbatim("\n-- " + step.summary());
                if (step.message() != null) {
                    text.verbatim((step.canRun() ? "-- " : "-- Not mended. ") + step.message());
                }
                step.statements().forEach(statement -> text.verbatim(statement + ";"));
            }
        }
    }
}
