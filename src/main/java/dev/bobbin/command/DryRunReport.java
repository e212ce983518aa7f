package dev.bobbin.command;

import dev.bobbin.schema.DryRun;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/** The SQL that a command would run, as a script. */
@RegisterForReflection
record DryRunReport(int exitCode, boolean dryRun, List<DryRun.Part> statements) implements Report {

    static DryRunReport of(List<DryRun.Part> parts) {
        return new DryRunReport(ExitCode.OK, true, parts);
    }

    @Override
    public void print(TextPrinter text) {
        if (statements.isEmpty()) {
            text.verbatim("-- Nothing would be run.");
            return;
        }
        text.verbatim("-- This would be run. Nothing was changed.");
        for (DryRun.Part part : statements) {
            text.verbatim("\n-- " + part.title());
            text.verbatim(part.sql());
        }
    }
}
