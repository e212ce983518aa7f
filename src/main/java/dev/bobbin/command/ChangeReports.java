package dev.bobbin.command;

import dev.bobbin.schema.Difference;
import dev.bobbin.schema.Drift;
import dev.bobbin.schema.Migrator;
import dev.bobbin.schema.SyncStep;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The reports of commands that change the schema, or would. */
final class ChangeReports {

    static final String DRIFTED = "The tables have drifted: `db sync` adds what is missing, and lists the rest.";

    private ChangeReports() {}

    /** The SQL that a command would run. */
    static Report script(List<Migrator.Part> statements) {
        Members members = new Members().with("dry_run", true).with("statements", statements);
        return new Report(ExitCode.OK, members, text -> printScript(text, statements));
    }

    private static void printScript(TextPrinter text, List<Migrator.Part> statements) {
        text.verbatim(statements.isEmpty() ? "-- Nothing would be run." : "-- This would be run. Nothing was changed.");
        statements.forEach(part -> text.verbatim("\n-- " + part.title() + "\n" + part.sql()));
    }

    static Report migrated(Migrator.Result result, long milliseconds) {
        int version = result.inspection().version();
        Members members = new Members()
                .with("dry_run", false)
                .with("schema_version", version)
                .with("stamped", result.stamped())
                .with("executed", result.executed())
                .with("milliseconds", milliseconds)
                .with("drift", result.drift());
        String executed = result.executed() == 0
                ? "Nothing to do"
                : TextPrinter.count(result.executed(), "migration") + " executed in "
                        + TextPrinter.duration(milliseconds);
        String adopted = result.stamped() == 0 ? "" : " Tables made by hand were adopted with every row.";
        String drifted = result.drift().isEmpty() ? "" : " " + DRIFTED;
        return Report.of(
                ExitCode.OK, executed + ": the schema is at version " + version + "." + adopted + drifted, members);
    }

    /** @param afterwards the drift that is left */
    static Report synced(boolean dryRun, List<SyncStep> steps, Drift afterwards) {
        List<Difference> left = afterwards.breaking();
        Members members =
                new Members().with("dry_run", dryRun).with("steps", steps).with("left", left);
        return new Report(left.isEmpty() ? ExitCode.OK : ExitCode.DRIFT, members, text -> {
            if (dryRun) {
                printScript(text, steps.stream().map(ChangeReports::part).toList());
            } else {
                steps.forEach(step -> text.line(result(step)));
                String done = steps.isEmpty() ? "Nothing to add." : "The tables are what the service needs.";
                String failed = TextPrinter.count(left.size(), "breaking difference") + " left.";
                text.verdict(left.isEmpty(), left.isEmpty() ? done : failed);
            }
        });
    }

    private static Migrator.Part part(SyncStep step) {
        String remark = step.message() == null ? "" : "-- " + step.message() + "\n";
        return new Migrator.Part(
                step.summary(),
                remark + step.statements().stream().map(sql -> sql + ";").collect(Collectors.joining("\n")));
    }

    private static String result(SyncStep step) {
        return step.result().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + step.summary()
                + (step.message() == null ? "" : "\n  " + step.message());
    }
}
