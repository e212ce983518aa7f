package dev.bobbin.command;

import dev.bobbin.database.connect.DatabaseUrl;
import dev.bobbin.schema.ConnectTiming;
import dev.bobbin.schema.History;
import dev.bobbin.schema.SchemaInspection;
import dev.bobbin.schema.SchemaState;
import dev.bobbin.schema.ServerInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reports where the database is, how it was reached, and the state of its schema. */
final class InfoReport {

    private InfoReport() {}

    static Report of(Settings settings, int buildVersion, ServerInfo server) {
        DatabaseUrl url = settings.database().url();
        DatabaseUrl direct = settings.target().url();
        SchemaInspection inspection = server.inspection();
        SchemaState state = inspection.state();
        History history = inspection.history();
        Members database = new Members()
                .with("url", url.toString())
                .with("direct_url", direct.toString())
                .with("pooled", url.isPooled())
                .with("schema", settings.target().schema())
                .with("schema_exists", inspection.schemaExists())
                .with("server_version", server.version())
                .with("role", server.role())
                .with("tls", tls(direct, server.tls()));
        Members members = new Members()
                .with("database", database)
                .with("connection", server.timing())
                .withAll(state(inspection, buildVersion))
                .with("others", inspection.others())
                .with("history", history == null ? List.of() : history.rows())
                .with("pending", pending(state));
        return new Report(ExitCode.OK, members, text -> {
            text.section("Schema", members);
            text.line("\nConnected in " + connected(server.timing()));
            text.verdict(!state.stopsStart(), "The schema is " + state.summary() + ".");
        });
    }

    /** The members that {@code info} and {@code check} have in common. */
    static Members state(SchemaInspection inspection, int buildVersion) {
        SchemaState state = inspection.state();
        History history = inspection.history();
        return new Members()
                .with("state", state.label())
                .with("schema_version", history == null ? null : (Integer) history.version())
                .with("build_version", buildVersion)
                .with("refusal", state.stopsStart() ? state.refusal() : null);
    }

    /** @param version such as {@code TLSv1.3}; null without TLS, or if a proxy hides it */
    private static Members tls(DatabaseUrl url, @Nullable String version) {
        boolean verifies = url.verifiesCertificate();
        String file = url.rootCertificates();
        return new Members()
                .with("mode", url.sslModeName())
                .with("encrypted", url.encrypts() || version != null)
                .with("version", version)
                .with("verified", url.verifiesHost() ? "certificate_and_host" : verifies ? "certificate" : "nothing")
                .with("authorities", !verifies ? null : file == null ? "java" : file)
                .with("channel_binding", url.requiresChannelBinding());
    }

    /** On an empty schema, nothing is destructive. */
    private static List<Members> pending(SchemaState state) {
        boolean nothingToLose = state.condition() == SchemaState.Condition.EMPTY;
        return state.pending().stream()
                .map(migration -> new Members()
                        .with("version", migration.version())
                        .with("description", migration.description())
                        .with("destructive", nothingToLose ? null : migration.destructive()))
                .toList();
    }

    private static String connected(ConnectTiming timing) {
        String time = TextPrinter.duration(timing.milliseconds());
        if (!timing.woke()) {
            return time + (timing.slow() ? ": the server was up, but slow to answer." : ".");
        }
        Long slept = timing.sleptMilliseconds();
        return time + ": it was asleep and woke for this. It had slept for "
                + (slept == null ? "an unknown time." : TextPrinter.duration(slept) + ".");
    }
}
