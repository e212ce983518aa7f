package dev.bobbin.command;

import dev.bobbin.database.catalog.Difference;
import dev.bobbin.database.catalog.Outcome;
import dev.bobbin.database.catalog.Step;
import dev.bobbin.database.migration.Mending;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What was mended, or would be.
 *
 * @param left what still is not as the service needs it
 */
@RegisterForReflection
record SyncReport(int exitCode, boolean dryRun, List<Done> steps, List<DifferenceRow> left) implements Report {

    /**
     * @param result {@code planned} in a dry run, otherwise {@code mended} or {@code failed}; {@code not_mended} where
     *     nothing that only adds can mend it
     * @param message why it was not mended, or what to know of it; null when there is nothing to say
     */
    record Done(
            DifferenceRow difference,
            String summary,
            List<String> statements,
            String result,
            @Nullable String message,
            long milliseconds) {

        static Done planned(Step step) {
            return new Done(
                    DifferenceRow.of(step.difference()),
                    step.difference().describe(),
                    step.statements(),
                    step.canBeMended() ? "planned" : "not_mended",
                    step.remark(),
                    0);
        }

        static Done of(Outcome outcome) {
            Step step = outcome.step();
            return new Done(
                    DifferenceRow.of(step.difference()),
                    step.difference().describe(),
                    step.statements(),
                    outcome.result().name().toLowerCase(Locale.ROOT),
                    outcome.message(),
                    outcome.millis());
        }
    }

    static SyncReport planned(List<Step> steps) {
        List<Difference> left = steps.stream().map(Step::difference).distinct().toList();
        return new SyncReport(
                left.isEmpty() ? ExitCode.OK : ExitCode.DRIFT,
                true,
                steps.stream().map(Done::planned).toList(),
                DifferenceRow.of(left));
    }

    static SyncReport of(Mending.Result result) {
        return new SyncReport(
                result.left().isEmpty() ? ExitCode.OK : ExitCode.DRIFT,
                false,
                result.outcomes().stream().map(Done::of).toList(),
                DifferenceRow.of(result.left()));
    }

    @Override
    public void print(Page page) {
        if (dryRun) {
            printScript(page);
            return;
        }
        List<Done> mended = with("mended");
        if (!mended.isEmpty()) {
            page.heading("Mended");
            mended.forEach(done -> page.items(List.of(done.summary), "-"));
        }
        printFailures(page, "Failed", with("failed"));
        printFailures(page, "Not to be mended by adding", with("not_mended"));
        page.verdict(
                left.isEmpty() ? Style.GOOD : Style.FAILURE,
                left.isEmpty()
                        ? steps.isEmpty() ? "Nothing to mend." : "The tables are as the service needs them."
                        : Words.count(left.size(), "breaking difference") + " left.");
    }

    private List<Done> with(String result) {
        return steps.stream().filter(done -> done.result.equals(result)).toList();
    }

    private static void printFailures(Page page, String heading, List<Done> steps) {
        if (!steps.isEmpty()) {
            page.heading(heading);
            steps.forEach(done -> {
                page.items(List.of(done.summary), "-");
                page.items(List.of("  " + done.message), null);
            });
        }
    }

    /** What can be mended as SQL, and the rest as comments. */
    private void printScript(Page page) {
        page.verbatim(steps.isEmpty() ? "-- Nothing would be run." : "-- This would be run. Nothing was changed.");
        for (Done done : steps) {
            page.verbatim("\n-- " + done.summary);
            if (done.message != null) {
                page.verbatim((done.statements.isEmpty() ? "-- Not mended. " : "-- ") + done.message);
            }
            done.statements.forEach(statement -> page.verbatim(statement + ";"));
        }
    }
}
