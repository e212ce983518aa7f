package dev.bobbin.command;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.bobbin.schema.Adoption;
import dev.bobbin.schema.DeployCheck;
import dev.bobbin.schema.DeployCheck.Danger;
import dev.bobbin.schema.DeployCheck.Pending;
import dev.bobbin.schema.Difference;
import dev.bobbin.schema.History;
import dev.bobbin.schema.SchemaState;
import dev.bobbin.schema.SchemaTarget;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code check}: whether this build can be deployed on a database as it is.
 *
 * @param schemaVersion null without a history
 * @param refusal why a start would stop; null when it would not
 * @param adoption what happens to the rows of tables made by hand; null without such tables
 * @param foreignTables tables and views of another service that should not be there
 * @param drift breaking and harmless differences
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

    static CheckReport of(SchemaTarget target, int newest, DeployCheck check, @Nullable Adoption adoption) {
        SchemaState state = check.inspection().state();
        History history = check.inspection().history();
        List<String> foreign = check.inspection().foreign(target);
        return new CheckReport(
                exitCode(check, !foreign.isEmpty()),
                state.label(),
                history == null ? null : (Integer) history.version(),
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
            text.line(refusal + ".");
        }
        text.section("Pending migrations", pending);
        for (Pending migration : pending) {
            text.section("Version " + migration.version() + " does more than add", summarized(migration.dangers()));
        }
        if (adoption != null) {
            text.section("Adoption of the rows, by the owner of bobbin.owner.adopt-as", adoption);
            if (adoption.userColumn() != null) {
                text.line(
                        "If " + adoption.userColumn() + " names the user, this statement gives the rows to their users;"
                                + " check its values first, and run it after the migration, before the service is used.");
            }
        }
        if (!state.equals("foreign")) {
            text.section("Tables of another service", foreignTables);
        }
        text.section("Drift", drift);
        text.verdict(exitCode == ExitCode.OK, verdict());
    }

    /** One for all of one kind on one table: there may be hundreds. */
    private static List<Danger> summarized(List<Danger> dangers) {
        Map<String, List<Danger>> alike = dangers.stream()
                .collect(Collectors.groupingBy(
                        danger -> danger.kind() + " " + danger.table(), LinkedHashMap::new, Collectors.toList()));
        return alike.values().stream()
                .map(group -> group.size() == 1 ? group.get(0) : first(group))
                .toList();
    }

    private static Danger first(List<Danger> group) {
        Danger first = group.get(0);
        String words = first.words() + ", and " + (group.size() - 1) + " more of the kind";
        return new Danger(first.kind(), words, first.table(), first.rows(), first.rowsExact(), first.bytes());
    }

    private String verdict() {
        String migrations = TextPrinter.count(pending.size(), "migration") + " pending, ";
        return switch (exitCode) {
            case ExitCode.OK -> "No database changes pending";
            case ExitCode.PENDING -> migrations + "none of them destructive.";
            case ExitCode.DESTRUCTIVE ->
                migrations + pending.stream().filter(Pending::destructive).count() + " destructive.";
            case ExitCode.DRIFT -> Reports.Drifted.DRIFTED;
            case ExitCode.FOREIGN ->
                state.equals("unlike") && foreignTables.isEmpty()
                        ? "The tables cannot be migrated as they are; see above what to do."
                        : "The schema holds tables or a history that are not ours. One service, one database: move them, or set"
                                + " BOBBIN_DATABASE_ALLOW_SHARED=true if that is intended.";
            default -> "The history prevents a deployment: the schema is " + summary + ".";
        };
    }
}
