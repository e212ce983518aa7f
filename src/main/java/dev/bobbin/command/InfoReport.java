package dev.bobbin.command;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.bobbin.database.connect.TlsPolicy;
import dev.bobbin.schema.ConnectTiming;
import dev.bobbin.schema.History;
import dev.bobbin.schema.Migration;
import dev.bobbin.schema.Migrations;
import dev.bobbin.schema.SchemaInspection;
import dev.bobbin.schema.SchemaState;
import dev.bobbin.schema.ServerInfo;
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
        ConnectTiming connection,
        String state,
        @Nullable Integer schemaVersion,
        int buildVersion,
        @Nullable String refusal,
        List<String> others,
        List<History.Row> history,
        List<Pending> pending,
        @JsonIgnore String summary)
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
            Tls tls) {}

    /** @param destructive why it may hurt, from its header; null where it has none, or the schema is empty */
    @RegisterForReflection
    record Pending(int version, String description, @Nullable String destructive) {

        static Pending of(Migration migration, SchemaState state) {
            boolean nothingToLose = state.kind() == SchemaState.Kind.EMPTY;
            return new Pending(
                    migration.version(), migration.description(), nothingToLose ? null : migration.destructive());
        }
    }

    /**
     * How a connection was secured.
     *
     * @param mode libpq's {@code sslmode}
     * @param version such as {@code TLSv1.3}; null without TLS, and where a proxy in between keeps it to itself
     * @param verified what was checked of the server: {@code nothing}, {@code certificate} or {@code certificate_and_host}
     * @param authorities whose certificates are good: a file, or {@code java}; null when nothing is checked
     */
    @RegisterForReflection
    record Tls(
            String mode,
            boolean encrypted,
            @Nullable String version,
            String verified,
            @Nullable String authorities,
            boolean channelBinding) {

        /** @param seen the version that the server sees; null when it sees no TLS */
        static Tls of(TlsPolicy policy, @Nullable String seen) {
            boolean verifies = policy.trusted() != null;
            String file = policy.rootCertificates();
            return new Tls(
                    policy.sslmode(),
                    policy.encrypts() || seen != null,
                    seen,
                    policy.verifiesHost() ? "certificate_and_host" : verifies ? "certificate" : "nothing",
                    !verifies ? null : file == null ? "java" : file,
                    policy.requiresChannelBinding());
        }

        String words() {
            if (!encrypted) {
                return "none (sslmode=" + mode + ")";
            }
            String by =
                    "java".equals(authorities) ? "the authorities of the Java runtime" : String.valueOf(authorities);
            String checked =
                    switch (verified) {
                        case "certificate_and_host" -> "the certificate and its host are checked against " + by;
                        case "certificate" -> "the certificate is checked against " + by;
                        default -> "the certificate is not checked";
                    };
            return (version == null ? "TLS" : version) + " (sslmode=" + mode + "): " + checked
                    + (channelBinding ? ", and bound to the password exchange" : "");
        }
    }

    static InfoReport of(Settings settings, List<Migration> migrations, ServerInfo server) {
        SchemaInspection inspection = server.inspection();
        SchemaState state = inspection.state();
        History history = inspection.history();
        return new InfoReport(
                ExitCode.OK,
                new Place(
                        settings.database().url().toString(),
                        settings.target().url().toString(),
                        settings.database().url().isPooled(),
                        settings.target().schema(),
                        inspection.schemaExists(),
                        server.version(),
                        server.role(),
                        Tls.of(settings.target().tls(), server.tls())),
                server.timing(),
                state.label(),
                history == null ? null : (Integer) history.version(),
                Migrations.newest(migrations),
                state.stopsStart() ? state.refusal() : null,
                inspection.others(),
                history == null ? List.of() : history.rows(),
                state.pending().stream()
                        .map(migration -> Pending.of(migration, state))
                        .toList(),
                state.summary());
    }

    @Override
    public void print(TextPrinter text) {
        text.heading("Database");
        text.facts(
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
        text.heading("Schema");
        text.facts(
                "name",
                database.schema + (database.schemaExists ? "" : " (not there yet)"),
                "version",
                (schemaVersion == null ? "none" : schemaVersion) + ", this build has " + buildVersion,
                "other tables",
                others.isEmpty() ? null : String.join(", ", others));
        if (!history.isEmpty()) {
            text.heading("History");
            TextTable table = TextTable.of(">version", "description", "installed on", ">took", "");
            for (History.Row done : history) {
                table.row(
                        done.version(),
                        done.description(),
                        done.installedOn().replace('T', ' '),
                        Words.duration(Duration.ofMillis(done.milliseconds())),
                        !done.success() ? "failed" : done.type().equals("BASELINE") ? "stamp" : "");
            }
            text.table(table);
        }
        if (!pending.isEmpty()) {
            text.heading("Pending");
            TextTable table = TextTable.of(">version", "description", "");
            pending.forEach(migration -> table.row(
                    migration.version,
                    migration.description,
                    migration.destructive == null ? "" : "destructive: " + migration.destructive));
            text.table(table);
        }
        text.verdict(style(), "The schema is " + summary + ".");
        if (refusal != null) {
            text.line(refusal + ".");
        }
    }

    private Style style() {
        return refusal != null ? Style.FAILURE : state.equals("up_to_date") ? Style.GOOD : Style.ATTENTION;
    }

    private String connected() {
        String time = Words.duration(Duration.ofMillis(connection.milliseconds()));
        String attempts = connection.attempts() > 1 ? ", with " + connection.attempts() + " attempts" : "";
        if (!connection.woke()) {
            return time + attempts + (connection.slow() ? ": it took long to answer, though its server was up" : "");
        }
        Long slept = connection.sleptMilliseconds();
        return time + attempts + ": it was asleep and woke for this. It had slept "
                + (slept == null
                        ? "for a time that it does not tell"
                        : "for " + Words.duration(Duration.ofMillis(slept)));
    }
}
