package dev.bobbin.command;

import dev.bobbin.database.inspection.DeployCheck;
import dev.bobbin.database.inspection.TableSize;
import dev.bobbin.database.migration.Refusal;
import dev.bobbin.database.migration.Survey;
import dev.bobbin.database.migration.Verdict;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether this build can be deployed on a database as it is.
 *
 * @param schemaVersion null where there is no history
 * @param refusal why a start would stop; null when it would not
 * @param foreignTables tables and views of another service that should not be there
 * @param drift breaking differences, and harmless ones, which are no more than notes
 */
@RegisterForReflection
record CheckReport(
        int exitCode,
        SchemaState state,
        @Nullable Integer schemaVersion,
        int buildVersion,
        @Nullable String refusal,
        List<Pending> pending,
        List<String> foreignTables,
        List<DifferenceRow> drift)
        implements Report {

    /** @param reason what its header says of why it may hurt; null where it has none */
    record Pending(
            int version, String description, boolean destructive, @Nullable String reason, List<Danger> dangers) {

        static Pending of(DeployCheck.Pending pending) {
            return new Pending(
                    pending.migration().version(),
                    pending.migration().description(),
                    pending.destructive(),
                    pending.migration().destructive(),
                    pending.dangers().stream().map(Danger::of).toList());
        }
    }

    /**
     * A statement that does more than add.
     *
     * @param kind its first word, in lower case: {@code alter}, {@code drop}, {@code do}
     * @param words the statement in one line, cut after {@value #WORDS} characters
     * @param table the largest of our tables that it names; null where it names none
     * @param rows null where the number is not known
     * @param rowsExact whether the rows were counted, and not estimated
     */
    record Danger(
            String kind,
            String words,
            @Nullable String table,
            @Nullable Long rows,
            boolean rowsExact,
            @Nullable Long bytes) {

        private static final int WORDS = 70;

        static Danger of(DeployCheck.Danger danger) {
            String statement = danger.statement();
            TableSize size = danger.size();
            String kind = statement.split("\\W", 2)[0].toLowerCase(Locale.ROOT);
            String words = statement.length() > WORDS ? statement.substring(0, WORDS) + "…" : statement;
            return size == null
                    ? new Danger(kind, words, null, null, false, null)
                    : new Danger(kind, words, size.table(), size.rows(), size.exact(), (Long) size.bytes());
        }

        String rowsInWords() {
            return rows == null ? "" : (rowsExact ? "" : "about ") + Words.number(rows);
        }
    }

    static CheckReport of(Settings settings, int newest, DeployCheck check) {
        Survey survey = check.survey();
        List<String> foreign = survey.foreign(settings.target());
        boolean servesOnNewer = settings.target().servesOnNewer(survey.verdict());
        return new CheckReport(
                exitCode(check, !foreign.isEmpty(), servesOnNewer),
                SchemaState.of(survey),
                survey.history() == null ? null : (Integer) survey.history().version(),
                newest,
                servesOnNewer ? null : Refusal.of(survey, settings.target()),
                check.pending().stream().map(Pending::of).toList(),
                foreign,
                DifferenceRow.of(check.drift()));
    }

    /** The highest that applies. */
    static int exitCode(DeployCheck check, boolean foreign, boolean servesOnNewer) {
        Verdict verdict = check.survey().verdict();
        boolean history = verdict instanceof Verdict.Failed
                || verdict instanceof Verdict.Contradictory
                || (verdict instanceof Verdict.Newer && !servesOnNewer);
        if (history) {
            return ExitCode.HISTORY;
        }
        if (foreign || verdict instanceof Verdict.Foreign || verdict instanceof Verdict.Unlike) {
            return ExitCode.FOREIGN;
        }
        if (DifferenceRow.of(check.drift()).stream().anyMatch(DifferenceRow::isBreaking)) {
            return ExitCode.DRIFT;
        }
        if (check.pending().stream().anyMatch(DeployCheck.Pending::destructive)) {
            return ExitCode.DESTRUCTIVE;
        }
        return check.pending().isEmpty() ? ExitCode.OK : ExitCode.PENDING;
    }

    @Override
    public void print(Page page) {
        if (refusal != null) {
            page.heading("Refused");
            page.items(List.of(refusal + "."), null);
        }
        if (!pending.isEmpty()) {
            page.heading("Pending migrations");
            TextTable table = TextTable.of(">version", "description", "");
            pending.forEach(migration ->
                    table.row(migration.version, migration.description, migration.destructive ? "destructive" : ""));
            page.table(table);
            printDangers(page);
        }
        if (!foreignTables.isEmpty() && state != SchemaState.FOREIGN) {
            page.heading("Tables of another service");
            page.items(foreignTables, "-");
            page.line(
                    "  One service, one database: move them, or set BOBBIN_DATABASE_ALLOW_SHARED=true if it is meant.");
        }
        if (!drift.isEmpty()) {
            page.heading("Drift from version " + schemaVersion);
            DifferenceRow.print(page, drift);
        }
        page.verdict(exitCode == ExitCode.OK ? Style.GOOD : Style.FAILURE, verdict());
    }

    private void printDangers(Page page) {
        List<Pending> destructive =
                pending.stream().filter(Pending::destructive).toList();
        if (destructive.isEmpty()) {
            return;
        }
        page.heading("Statements that do more than add");
        TextTable table = TextTable.of(">version", "statement", "table", ">rows", ">size");
        for (Pending migration : destructive) {
            if (migration.dangers.isEmpty()) {
                table.row(migration.version, migration.reason, "", "", "");
            }
            for (List<Danger> alike : alike(migration.dangers)) {
                Danger first = alike.get(0);
                String others = alike.size() == 1 ? "" : ", and " + (alike.size() - 1) + " more of the kind";
                table.row(
                        migration.version,
                        first.words + others,
                        first.table,
                        first.rowsInWords(),
                        first.bytes == null ? "" : Words.bytes(first.bytes));
            }
        }
        page.table(table);
        for (Pending migration : destructive) {
            if (migration.reason != null && !migration.dangers.isEmpty()) {
                page.line("  Version " + migration.version + ": " + migration.reason + ".");
            }
        }
    }

    /** What is of one kind and done to one table, which people need not read one by one. */
    private static Collection<List<Danger>> alike(List<Danger> dangers) {
        return dangers.stream()
                .collect(Collectors.groupingBy(
                        danger -> danger.kind + " " + danger.table, LinkedHashMap::new, Collectors.toList()))
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
            default -> "The history stands against it: the schema is " + state.words(pending.size()) + ".";
        };
    }
}
