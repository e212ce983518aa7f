package dev.bobbin.command;

import dev.bobbin.database.RowSecurity;
import dev.bobbin.schema.Adoption;
import dev.bobbin.schema.DeployCheck;
import dev.bobbin.schema.DeployCheck.Danger;
import dev.bobbin.schema.DeployCheck.Pending;
import dev.bobbin.schema.Difference;
import dev.bobbin.schema.RowSecurityCheck;
import dev.bobbin.schema.SchemaState;
import dev.bobbin.schema.SchemaTarget;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reports whether a build can be deployed on a database. */
final class CheckReport {

    private static final String DIVISION = "\n"
            + "If %s names the user, the statement under \"division\" assigns the adopted rows, which belong to"
            + " bobbin.owner.adopt-as, to their users. Check the values first, and run it after the migration,"
            + " before the service is used.";

    private CheckReport() {}

    /** @param adoption null without tables made by hand */
    static Report of(SchemaTarget target, int buildVersion, DeployCheck check, @Nullable Adoption adoption) {
        List<String> foreign = check.inspection().foreign(target);
        int exitCode = exitCode(check, !foreign.isEmpty());
        Members members = InfoReport.state(check.inspection(), buildVersion)
                .with("pending", check.pending())
                .with("adoption", adoption)
                .with("foreign_tables", foreign)
                .with("drift", check.drift())
                .with("row_security", isTold(check.rowSecurity()) ? check.rowSecurity() : null);
        return new Report(exitCode, members, text -> {
            if (check.inspection().state().stopsStart()) {
                text.line(check.inspection().state().refusal() + ".");
            }
            text.sections(members);
            for (Pending next : check.pending()) {
                text.section("Version " + next.version() + " does more than add", summarized(next.dangers()));
            }
            if (adoption != null && adoption.userColumn() != null) {
                text.line(DIVISION.replace("%s", adoption.userColumn()));
            }
            text.verdict(exitCode == ExitCode.OK, verdict(exitCode, check, !foreign.isEmpty()));
        });
    }

    private static boolean isTold(RowSecurityCheck rowSecurity) {
        return rowSecurity.setting() != RowSecurity.OFF || rowSecurity.inForce();
    }

    /** The highest that applies. */
    static int exitCode(DeployCheck check, boolean foreign) {
        RowSecurityCheck rowSecurity = check.rowSecurity();
        if (rowSecurity.setting() == RowSecurity.ON && !rowSecurity.bypass().isEmpty()) {
            return ExitCode.BYPASS;
        }
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

    /** One row for all dangers of a kind to a table: there may be hundreds. */
    private static Collection<Danger> summarized(List<Danger> dangers) {
        Map<String, Danger> summaries = new LinkedHashMap<>();
        dangers.forEach(danger -> summaries.merge(
                danger.kind() + " " + danger.table(),
                danger,
                (first, more) -> new Danger(
                        first.kind(),
                        first.words().replaceFirst("( and more of the kind)?$", " and more of the kind"),
                        first.table(),
                        first.rows(),
                        first.rowsExact(),
                        first.bytes())));
        return summaries.values();
    }

    private static String verdict(int exitCode, DeployCheck check, boolean foreign) {
        List<Pending> pending = check.pending();
        String migrations = TextPrinter.count(pending.size(), "migration") + " pending, ";
        return switch (exitCode) {
            case ExitCode.OK -> "No database changes pending";
            case ExitCode.PENDING -> migrations + "none of them destructive.";
            case ExitCode.DESTRUCTIVE ->
                migrations + pending.stream().filter(Pending::destructive).count() + " destructive.";
            case ExitCode.DRIFT -> ChangeReports.DRIFTED;
            case ExitCode.FOREIGN ->
                foreign
                        ? "The schema has tables or a history of another service. Use one database per service: move them, or set"
                                + " BOBBIN_DATABASE_ALLOW_SHARED=true if they are to share it."
                        : "The tables cannot be migrated as they are; see above what to do.";
            case ExitCode.BYPASS ->
                "Row-level security does not hold for the role "
                        + check.rowSecurity().role() + " of DATABASE_URL: it "
                        + String.join(", and it ", check.rowSecurity().bypass()) + ".";
            default ->
                "The history prevents a deployment: the schema is "
                        + check.inspection().state().summary() + ".";
        };
    }
}
