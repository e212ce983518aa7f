package dev.bobbin.schema;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a schema is, and so what may be done with it.
 *
 * @param pending the migrations that would run now, in their order
 * @param refusal why migrations may not run and the ways out, without a full stop; null when they may
 */
public record SchemaState(Condition condition, List<Migration> pending, @Nullable String refusal) {

    /** Each with words that follow "The schema is", and why it is refused. */
    public enum Condition {
        EMPTY("empty: `db migrate`, or the next start, creates the tables", ""),
        UP_TO_DATE("up to date", ""),
        PENDING("not up to date: `db migrate`, or the next start, runs the pending migrations", ""),
        /** ChatKit tables that can be adopted with their rows. */
        MADE_BY_HAND("made by hand, as version 1: `db migrate`, or the next start, adopts the tables and all rows", ""),
        /** Tables with our names that cannot be migrated as they are. */
        UNLIKE("not as Bobbin makes it, or lacks its history", "The tables in the %s %s"),
        FOREIGN(
                "another service's",
                """
                The %s holds tables of another service: %s. One service, one database, one history: give Bobbin a database \
                of its own (DATABASE_URL), or a schema of its own (BOBBIN_DATABASE_SCHEMA=bobbin); or set \
                BOBBIN_DATABASE_ALLOW_SHARED=true to have its tables beside these"""),
        NEWER("newer than this build", "The %s is at version %s, and this build knows versions up to %s only. %s"),
        /** Newer, and this build may serve on it, but not change it. */
        COMPATIBLE("newer than this build, and compatible with it", NEWER.refusal),
        FAILED(
                "incomplete, since a migration failed",
                """
                Migration %s failed in the %s at %s, and Postgres does not undo it. See what is there (`db drift`), remove \
                the cause, and run `db repair`: the next start goes on from there"""),
        CONTRADICTORY(
                "migrated by a build with other migrations",
                """
                The history of the %s is of other migrations than this build's: %s. Run the build that migrated it. If the \
                texts differ in nothing that matters, `db repair` writes this build's into the history. A database of a \
                build from before the first release cannot be migrated: in development, delete target/dev-database""");

        private final String summary;
        private final String refusal;

        Condition(String summary, String refusal) {
            this.summary = summary;
            this.refusal = refusal;
        }
    }

    private static final int NAMED = 8;

    /** As reports name it. */
    public String label() {
        Condition named = condition == Condition.COMPATIBLE ? Condition.NEWER : condition;
        return named.name().toLowerCase(Locale.ROOT);
    }

    /** Follows "The schema is". */
    public String summary() {
        return condition.summary;
    }

    /** Whether the migration history prevents a deployment. */
    public boolean isOfHistory() {
        return Set.of(Condition.NEWER, Condition.FAILED, Condition.CONTRADICTORY)
                .contains(condition);
    }

    public boolean isForeign() {
        return condition == Condition.FOREIGN || condition == Condition.UNLIKE;
    }

    public boolean stopsStart() {
        return refusal != null && condition != Condition.COMPATIBLE;
    }

    static SchemaState ready(Condition condition, List<Migration> pending) {
        return new SchemaState(condition, pending, null);
    }

    private static SchemaState refused(Condition condition, Object... details) {
        return new SchemaState(condition, List.of(), condition.refusal.formatted(details) + ". Nothing was changed");
    }

    static SchemaState ofHistory(SchemaTarget target, List<Migration> migrations, History history) {
        History.Row failed = history.failed();
        if (failed != null) {
            return refused(Condition.FAILED, failed.script(), target.where(), failed.installedOn());
        }
        List<String> contradictions = history.contradictions(migrations);
        if (!contradictions.isEmpty()) {
            return refused(Condition.CONTRADICTORY, target.where(), String.join("; ", contradictions));
        }
        int newest = Migrations.newest(migrations);
        List<History.Row> newer = history.newerThan(newest);
        if (!newer.isEmpty()) {
            boolean compatible = newer.stream().allMatch(row -> Migration.isCompatible(row.description()));
            String wayOut = compatible
                    ? "The newer ones are marked compatible: BOBBIN_DATABASE_ALLOW_NEWER=true serves on them"
                    : "Run the newer build; the newer versions are not marked compatible with this one";
            Condition condition = compatible && target.allowNewer() ? Condition.COMPATIBLE : Condition.NEWER;
            return refused(condition, target.where(), history.version(), newest, wayOut);
        }
        List<Migration> pending = Migrations.after(migrations, history.version());
        return ready(pending.isEmpty() ? Condition.UP_TO_DATE : Condition.PENDING, pending);
    }

    /** @param obstacles what keeps tables with our names from being version 1, a line for each */
    static SchemaState unlike(SchemaTarget target, List<String> obstacles) {
        String problem =
                """
                are neither Bobbin's nor version 1 of them:%s
                Fix that, or give Bobbin a schema of its own (BOBBIN_DATABASE_SCHEMA=bobbin). If it is a copy of Bobbin's \
                tables that lacks their history, `db stamp` finds out the version""";
        return refused(Condition.UNLIKE, target.where(), problem.formatted(lines(obstacles)));
    }

    /** Tables that a migration made, without the history that says so. */
    static SchemaState withoutHistory(SchemaTarget target, int version, List<String> differences) {
        String but = ", apart from these differences:" + lines(differences) + "\nFix them first";
        String problem = "lack their history, or have an older one: they are version " + version + " of Bobbin's"
                + (differences.isEmpty() ? "" : but) + ". Write it: `db stamp`";
        return refused(Condition.UNLIKE, target.where(), problem);
    }

    static SchemaState foreign(SchemaTarget target, List<String> tables) {
        List<String> tools = OtherTools.in(tables);
        String named = tables.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (tables.size() > NAMED ? " and " + (tables.size() - NAMED) + " more" : "")
                + (tools.isEmpty() ? "" : ", with a migration history of " + String.join(" and ", tools) + ",");
        return refused(Condition.FOREIGN, target.where(), named);
    }

    private static String lines(List<String> sentences) {
        return sentences.stream().map(sentence -> "\n  - " + sentence).collect(Collectors.joining());
    }
}
