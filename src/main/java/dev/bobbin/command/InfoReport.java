package dev.bobbin.command;

import dev.bobbin.database.inspection.Arrival;
import dev.bobbin.database.inspection.Overview;
import dev.bobbin.database.migration.History;
import dev.bobbin.database.migration.Migration;
import dev.bobbin.database.migration.Migrations;
import dev.bobbin.database.migration.Refusal;
import dev.bobbin.database.migration.Survey;
import dev.bobbin.database.migration.Verdict;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the database is, how it was reached, and how its schema stands.
 *
 * @param schemaVersion null where there is no history
 * @param buildVersion the newest that this build knows
 * @param refusal why a start would stop; null when it would not
 * @param others tables and views of others beside ours
 */
@RegisterForReflection
record InfoReport(
        int exitCode,
        Place database,
        Connecting connection,
        SchemaState state,
        @Nullable Integer schemaVersion,
        int buildVersion,
        @Nullable String refusal,
        List<String> others,
        List<Done> history,
        List<Pending> pending)
        implements Report {

    /**
     * @param url without its password, as all URLs here
     * @param directUrl the one that commands and migrations use; the same where there is no other
     * @param pooled whether {@code url} leads through a pooler
     */
    record Place(
            String url,
            String directUrl,
            boolean pooled,
            String schema,
            boolean schemaExists,
            String serverVersion,
            String role,
            TlsFacts tls) {}

    /**
     * @param slow whether it took more than a second or more than one attempt
     * @param woke whether the database was started by this connect
     * @param sleptMilliseconds null when it did not sleep, or when that is not known
     */
    record Connecting(long milliseconds, int attempts, boolean slow, boolean woke, @Nullable Long sleptMilliseconds) {

        static Connecting of(Arrival arrival) {
            Duration slept = arrival.slept();
            return new Connecting(
                    arrival.waited().toMillis(),
                    arrival.attempts(),
                    arrival.wasSlow(),
                    arrival.woke(),
                    slept == null ? null : (Long) slept.toMillis());
        }
    }

    /** @param installedOn in the time zone of whoever migrated, which the history leaves out */
    record Done(
            @Nullable Integer version,
            String description,
            String type,
            String installedOn,
            long milliseconds,
            boolean success) {

        static Done of(History.Row row) {
            return new Done(
                    row.version(),
                    row.description(),
                    row.type(),
                    row.installedOn().withNano(0).toString(),
                    row.millis(),
                    row.success());
        }

        String remark() {
            return !success ? "failed" : type.equals("BASELINE") ? "stamp" : "";
        }
    }

    /** @param destructive why it may hurt, from its header; null where it has none, or the schema is empty */
    record Pending(int version, String description, @Nullable String destructive) {

        static Pending of(Migration migration, Survey survey) {
            boolean nothingToLose = survey.verdict() instanceof Verdict.Empty;
            return new Pending(
                    migration.version(), migration.description(), nothingToLose ? null : migration.destructive());
        }
    }

    static InfoReport of(Settings settings, List<Migration> migrations, Overview overview) {
        Survey survey = overview.survey();
        History history = survey.history();
        Place place = new Place(
                settings.database().url().toString(),
                settings.target().url().toString(),
                settings.database().url().isPooled(),
                settings.target().schema(),
                survey.schemaExists(),
                overview.server().version(),
                overview.server().role(),
                TlsFacts.of(settings.target().tls(), overview.server().tls()));
        return new InfoReport(
                ExitCode.OK,
                place,
                Connecting.of(overview.server().arrival()),
                SchemaState.of(survey),
                history == null ? null : (Integer) history.version(),
                Migrations.newest(migrations),
                Refusal.of(survey, settings.target()),
                survey.others(),
                history == null
                        ? List.of()
                        : history.rows().stream().map(Done::of).toList(),
                survey.verdict().pending(migrations).stream()
                        .map(migration -> Pending.of(migration, survey))
                        .toList());
    }

    @Override
    public void print(Page page) {
        page.heading("Database");
        page.facts(
                "url",
                database.url,
                "reached through",
                database.pooled ? "a pooler" : "no pooler",
                "direct url",
                database.directUrl.equals(database.url) ? null : database.directUrl,
                "server",
                "Postgres " + database.serverVersion,
                "role",
                database.role,
                "tls",
                database.tls.words(),
                "connected in",
                connected());
        page.heading("Schema");
        page.facts(
                "name",
                database.schema + (database.schemaExists ? "" : " (not there yet)"),
                "version",
                (schemaVersion == null ? "none" : schemaVersion) + ", this build has " + buildVersion,
                "other tables",
                others.isEmpty() ? null : String.join(", ", others));
        if (!history.isEmpty()) {
            page.heading("History");
            TextTable table = TextTable.of(">version", "description", "installed on", ">took", "");
            for (Done done : history) {
                table.row(
                        done.version,
                        done.description,
                        done.installedOn.replace('T', ' '),
                        Words.duration(Duration.ofMillis(done.milliseconds)),
                        done.remark());
            }
            page.table(table);
        }
        if (!pending.isEmpty()) {
            page.heading("Pending");
            TextTable table = TextTable.of(">version", "description", "");
            pending.forEach(migration -> table.row(
                    migration.version,
                    migration.description,
                    migration.destructive == null ? "" : "destructive: " + migration.destructive));
            page.table(table);
        }
        page.verdict(state.style(), "The schema is " + state.words(pending.size()) + ".");
        if (refusal != null) {
            page.line(refusal + ".");
        }
    }

    private String connected() {
        String time = Words.duration(Duration.ofMillis(connection.milliseconds));
        String attempts = connection.attempts > 1 ? ", with " + connection.attempts + " attempts" : "";
        if (!connection.woke) {
            return time + attempts + (connection.slow ? ": it took long to answer, though its server was up" : "");
        }
        Long slept = connection.sleptMilliseconds;
        return time + attempts + ": it was asleep and woke for this. It had slept "
                + (slept == null
                        ? "for a time that it does not tell"
                        : "for " + Words.duration(Duration.ofMillis(slept)));
    }
}
