package dev.bobbin.command;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.bobbin.schema.Adoption;
import dev.bobbin.schema.DeployCheck;
import dev.bobbin.schema.DeployCheck.Danger;
import dev.bobbin.schema.DeployCheck.Pending;
import dev.bobbin.schema.Difference;
import dev.bobbin.schema.SchemaInspection;
import dev.bobbin.schema.SchemaState;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether this build can be deployed on a database as it is.
 *
 * @param schemaVersion null where there is no history
 * @param refusal why a start would stop; null when it would not
 * @param adoption what becomes of the rows of tables made by hand; null where there are none
 * @param foreignTables tables and views of another service that should not be there
 * @param drift breaking differences, and harmless ones, which are no more than notes
 */
@RegisterForReflection
record CheckReport(
        int exitCode,
        String state,
        @Nullable Integer schemaVersion,
        int buildVersion,
        @Nullable String refusal,
        List<Pending> pending,
        @Nullable Adoption adoption,
        List<String> foreignTables,
        List<Difference> drift,
        @JsonIgnore String summary)
        implements Report {

    static CheckReport of(Settings settings, int newest, DeployCheck check, @Nullable Adoption adoption) {
        SchemaInspection inspection = check.inspection();
        SchemaState state = inspection.state();
        List<String> foreign = inspection.foreign(settings.target());
        return new CheckReport(
                exitCode(check, !foreign.isEmpty()),
                state.label(),
                inspection.history() == null
                        ? null
                        : (Integer) inspection.history().version(),
                newest,
                state.stopsStart() ? state.refusal() : null,
                check.pending(),
                adoption,
                foreign,
                check.drift(),
                state.summary());
    }

    /** The highest that applies. */
    static int exitCode(DeployCheck check, boolean foreign) {
        SchemaState state = check.inspection().state();
        if (state.isOfHistory()) {
            return ExitCode.HISTORY;
        }
        if (foreign || state.isForeign()) {
            return ExitCode.FOREIGN;
        }
        if (check.drift().stream().anyMatch(Difference::isBreaking)) {
            return ExitCode.DRIFT;
        }
        if (check.pending().stream().anyMatch(Pending::destructive)) {
            return ExitCode.DESTRUCTIVE;
        }
        return check.pending().isEmpty() ? ExitCode.OK : ExitCode.PENDING;
    }

    @Override
    public void print(TextPrinter text) {
        if (refusal != null) {
            text.heading("Refused");
            text.items(List.of(refusal + "."), null);
        }
        if (!pending.isEmpty()) {
            text.heading("Pending migrations");
            TextTable table = TextTable.of(">version", "description", "");
            pending.forEach(migration -> table.row(
                    migration.version(), migration.description(), migration.destructive() ? "destructive" : ""));
            text.table(table);
            printDangers(text);
        }
        if (adoption != null) {
            print(text, adoption);
        }
        if (!foreignTables.isEmpty() && !state.equals("foreign")) {
            text.heading("Tables of another service");
            text.items(foreignTables, "-");
            text.line(
                    "  One service, one database: move them, or set BOBBIN_DATABASE_ALLOW_SHARED=true if it is meant.");
        }
        if (!drift.isEmpty()) {
            text.heading("Drift from version " + schemaVersion);
            text.differences(drift);
        }
        text.verdict(exitCode == ExitCode.OK ? Style.GOOD : Style.FAILURE, verdict());
    }

    private static void print(TextPrinter text, Adoption adoption) {
        text.heading("What becomes of the rows");
        text.line("  All of them become " + adoption.owner() + "'s (bobbin.owner.adopt-as).");
        if (adoption.unpacked() != null && adoption.leftAsText() != null) {
            text.line("  " + Words.count(adoption.unpacked(), "item")
                    + " with JSON of ChatKit's in content: unpacked. "
                    + Words.count(adoption.leftAsText(), "item")
                    + " with other text that begins like JSON: shown as text.");
        }
        if (!adoption.otherColumns().isEmpty()) {
            text.line("  Kept, and not read by Bobbin: " + String.join(", ", adoption.otherColumns()) + ".");
        }
        if (adoption.division() != null) {
            text.line("  To divide the rows by owner, run this after the migration, before the service is used:");
            text.line("  " + adoption.division() + ";");
        }
    }

    private void printDangers(TextPrinter text) {
        List<Pending> destructive =
                pending.stream().filter(Pending::destructive).toList();
        if (destructive.isEmpty()) {
            return;
        }
        text.heading("Statements that do more than add");
        TextTable table = TextTable.of(">version", "statement", "table", ">rows", ">size");
        for (Pending migration : destructive) {
            if (migration.dangers().isEmpty()) {
                table.row(migration.version(), migration.reason(), "", "", "");
            }
            for (List<Danger> alike : alike(migration.dangers())) {
                Danger first = alike.get(0);
                String others = alike.size() == 1 ? "" : ", and " + (alike.size() - 1) + " more of the kind";
                table.row(
                        migration.version(),
                        first.words() + others,
                        first.table(),
                        rows(first),
                        first.bytes() == null ? "" : Words.bytes(first.bytes()));
            }
        }
        text.table(table);
        for (Pending migration : destructive) {
            if (migration.reason() != null && !migration.dangers().isEmpty()) {
                text.line("  Version " + migration.version() + ": " + migration.reason() + ".");
            }
        }
    }

    private static String rows(Danger danger) {
        return danger.rows() == null ? "" : (danger.rowsExact() ? "" : "about ") + Words.number(danger.rows());
    }

    /** What is of one kind and done to one table, which people need not read one by one. */
    private static Collection<List<Danger>> alike(List<Danger> dangers) {
        return dangers.stream()
                .collect(Collectors.groupingBy(
                        danger -> danger.kind() + " " + danger.table(), LinkedHashMap::new, Collectors.toList()))
                .values();
    }

    private String verdict() {
        return switch (exitCode) {
            case ExitCode.OK -> "No database changes pending";
            case ExitCode.PENDING -> Words.count(pending.size(), "migration") + " pending, none of them destructive.";
            case ExitCode.DESTRUCTIVE -> {
                long destructive = pending.stream().filter(Pending::destructive).count();
                yield Words.count(pending.size(), "migration") + " pending, " + destructive + " destructive.";
            }
            case ExitCode.DRIFT ->
                "The tables are not as our migrations make them: `db sync` adds what is missing, and lists the rest.";
            case ExitCode.FOREIGN -> "The schema holds what is not ours.";
            default -> "The history stands against it: the schema is " + summary + ".";
        };
    }
}
