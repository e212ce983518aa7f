package dev.bobbin.command;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import dev.bobbin.schema.Difference;
import dev.bobbin.schema.Drift;
import dev.bobbin.schema.Migrator;
import dev.bobbin.schema.SyncStep;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The reports of all commands but {@code info} and {@code check}. */
@RegisterForReflection
final class Reports {

    private Reports() {}

    /** The SQL that a command would run. */
    record Script(int exitCode, boolean dryRun, List<Migrator.Part> statements) implements Report {

        static Script of(List<Migrator.Part> parts) {
            return new Script(ExitCode.OK, true, parts);
        }

        @Override
        public void print(TextPrinter text) {
            printTitle(text, statements.isEmpty());
            statements.forEach(part -> text.verbatim("\n-- " + part.title() + "\n" + part.sql()));
        }

        private static void printTitle(TextPrinter text, boolean nothing) {
            text.verbatim(nothing ? "-- Nothing would be run." : "-- This would be run. Nothing was changed.");
        }
    }

    /**
     * The result of {@code migrate}.
     *
     * @param schemaVersion the version of the schema now
     * @param stamped the version at which tables made by hand were adopted; 0 when there were none
     * @param executed how many migrations ran
     * @param drift where the tables differ from what the service needs
     */
    record Migrated(
            int exitCode,
            boolean dryRun,
            int schemaVersion,
            int stamped,
            int executed,
            long milliseconds,
            List<Difference> drift)
            implements Report {

        static Migrated of(Migrator.Result result, long milliseconds) {
            return new Migrated(
                    ExitCode.OK,
                    false,
                    result.inspection().version(),
                    result.stamped(),
                    result.executed(),
                    milliseconds,
                    result.drift());
        }

        @Override
        public void print(TextPrinter text) {
            if (!drift.isEmpty()) {
                text.section("Drift", drift);
                text.line("Calls may fail: `db sync` adds what is missing, and lists the rest.");
            }
            if (stamped > 0) {
                text.line("Tables made by hand were adopted as version " + stamped + ", with every row.");
            }
            String version = "the schema is at version " + schemaVersion;
            String ran =
                    TextPrinter.count(executed, "migration") + " executed in " + TextPrinter.duration(milliseconds);
            text.verdict(true, executed == 0 ? "Nothing to do: " + version + "." : ran + ": " + version + ".");
        }
    }

    /** @param schemaVersion the version at which the history begins */
    record Stamped(int exitCode, boolean dryRun, int schemaVersion) implements Report {

        @Override
        public void print(TextPrinter text) {
            text.verdict(true, "The history begins at version " + schemaVersion + ". Nothing else was changed.");
        }
    }

    /** @param statements those that were run */
    record Repaired(int exitCode, boolean dryRun, List<String> statements) implements Report {

        @Override
        public void print(TextPrinter text) {
            text.section("Statements that were run", statements);
            String repaired = "The history is in line with the schema. `db migrate`, or the next start, continues.";
            text.verdict(true, statements.isEmpty() ? "Nothing to repair." : repaired);
        }
    }

    /** @param comparedVersion the version of the schema that is expected */
    record Drifted(int exitCode, int comparedVersion, List<Difference> differences) implements Report {

        static final String DRIFTED = "The tables have drifted: `db sync` adds what is missing, and lists the rest.";

        static Drifted of(Drift drift) {
            int exitCode = drift.breaking().isEmpty() ? ExitCode.OK : ExitCode.DRIFT;
            return new Drifted(exitCode, drift.comparedVersion(), drift.differences());
        }

        @Override
        public void print(TextPrinter text) {
            text.section("Drift from version " + comparedVersion, differences);
            boolean fine = exitCode == ExitCode.OK;
            text.verdict(fine, fine ? "No drift: the tables are what version " + comparedVersion + " needs." : DRIFTED);
        }
    }

    /**
     * What {@code sync} did, or would do.
     *
     * @param left the breaking differences that remain
     */
    record Synchronized(int exitCode, boolean dryRun, List<SyncStep> steps, List<Difference> left) implements Report {

        /** @param drift afterwards */
        static Synchronized of(boolean dryRun, List<SyncStep> steps, Drift drift) {
            List<Difference> left = drift.breaking();
            return new Synchronized(left.isEmpty() ? ExitCode.OK : ExitCode.DRIFT, dryRun, steps, left);
        }

        @Override
        public void print(TextPrinter text) {
            if (dryRun) {
                Script.printTitle(text, steps.isEmpty());
                steps.forEach(step -> printScript(text, step));
                return;
            }
            for (SyncStep step : steps) {
                String result = step.result().name().toLowerCase(Locale.ROOT).replace('_', ' ');
                text.line(result + ": " + step.summary() + (step.message() == null ? "" : "\n  " + step.message()));
            }
            String success = steps.isEmpty() ? "Nothing to add." : "The tables are what the service needs.";
            String failure = TextPrinter.count(left.size(), "breaking difference") + " left.";
            text.verdict(left.isEmpty(), left.isEmpty() ? success : failure);
        }

        private static void printScript(TextPrinter text, SyncStep step) {
            text.verbatim("\n-- " + step.summary());
            if (step.message() != null) {
                text.verbatim((step.canRun() ? "-- " : "-- needs operator: ") + step.message());
            }
            step.statements().forEach(statement -> text.verbatim(statement + ";"));
        }
    }

    /** The result of {@code stats}. */
    record Counted(int exitCode, @JsonAnyGetter Map<String, Object> stats) implements Report {

        @Override
        public void print(TextPrinter text) {
            text.section("Stored in schema " + stats.get("schema"), stats);
        }
    }
}
