package dev.bobbin.command;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.bobbin.database.connect.DatabaseUrl;
import dev.bobbin.schema.ConnectTiming;
import dev.bobbin.schema.History;
import dev.bobbin.schema.Migration;
import dev.bobbin.schema.Migrations;
import dev.bobbin.schema.SchemaInspection;
import dev.bobbin.schema.SchemaState;
import dev.bobbin.schema.ServerInfo;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code info}: where the database is, how it was reached, and the state of its schema.
 *
 * @param schemaVersion null without a history
 * @param buildVersion the newest version of this build
 * @param refusal why a start would stop; null when it would not
 * @param others tables and views that are not ours
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
     * The database. URLs have no password.
     *
     * @param directUrl the one for commands and migrations; the same as {@code url} unless that one is a pooler's
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

    /** @param destructive the reason from its header; null without one, or when the schema is empty */
    record Pending(int version, String description, @Nullable String destructive) {}

    /**
     * How the connection was secured.
     *
     * @param mode libpq's {@code sslmode}
     * @param version such as {@code TLSv1.3}; null without TLS, or when a proxy hides it
     * @param verified what was checked of the server: {@code nothing}, {@code certificate} or {@code certificate_and_host}
     * @param authorities the trusted authorities: a file, or {@code java}; null when nothing is checked
     */
    record Tls(
            String mode,
            boolean encrypted,
            @Nullable String version,
            String verified,
            @Nullable String authorities,
            boolean channelBinding) {

        /** @param seen the version that the server reports; null when it sees no TLS */
        static Tls of(DatabaseUrl url, @Nullable String seen) {
            boolean verifies = url.verifiesCertificate();
            String file = url.rootCertificates();
            return new Tls(
                    url.sslModeName(),
                    url.encrypts() || seen != null,
                    seen,
                    url.verifiesHost() ? "certificate_and_host" : verifies ? "certificate" : "nothing",
                    !verifies ? null : file == null ? "java" : file,
                    url.requiresChannelBinding());
        }
    }

    static InfoReport of(Settings settings, List<Migration> migrations, ServerInfo server) {
        SchemaInspection inspection = server.inspection();
        SchemaState state = inspection.state();
        History history = inspection.history();
        boolean nothingToLose = state.condition() == SchemaState.Condition.EMPTY;
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
                        Tls.of(settings.target().url(), server.tls())),
                server.timing(),
                state.label(),
                history == null ? null : (Integer) history.version(),
                Migrations.newest(migrations),
                state.stopsStart() ? state.refusal() : null,
                inspection.others(),
                history == null ? List.of() : history.rows(),
                state.pending().stream()
                        .map(next -> new Pending(
                                next.version(), next.description(), nothingToLose ? null : next.destructive()))
                        .toList(),
                state.summary());
    }

    @Override
    public void print(TextPrinter text) {
        text.section("Schema", this);
        text.line("\nConnected in " + connected());
        text.verdict(refusal == null, "The schema is " + summary + ".");
    }

    private String connected() {
        String time = TextPrinter.duration(connection.milliseconds());
        if (!connection.woke()) {
            return time + (connection.slow() ? ": it took long to answer, though its server was up." : ".");
        }
        Long slept = connection.sleptMilliseconds();
        return time + ": it was asleep and woke for this. It had slept for "
                + (slept == null ? "an unknown time." : TextPrinter.duration(slept) + ".");
    }
}
