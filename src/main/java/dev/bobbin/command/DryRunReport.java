package dev.bobbin.command;

import dev.bobbin.database.migration.Rehearsal;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/** The SQL that a command would run, as a script. */
@RegisterForReflection
record DryRunReport(int exitCode, boolean dryRun, List<Statements> statements) implements Report {

    /** @param sql each statement with its semicolon */
    record Statements(String title, String sql) {}

    static DryRunReport of(List<Rehearsal.Part> parts) {
        return new DryRunReport(
                ExitCode.OK,
                true,
                parts.stream()
                        .map(part -> new Statements(part.title(), part.sql()))
                        .toList());
    }

    @Override
    public void print(Page page) {
        if (statements.isEmpty()) {
            page.verbatim("-- Nothing would be run.");
            return;
        }
        page.verbatim("-- This would be run. Nothing was changed.");
        for (Statements part : statements) {
            page.verbatim("\n-- " + part.title);
            page.verbatim(part.sql);
        }
    }
}
