package dev.bobbin.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a schema is, and so what may be done with it.
 *
 * @param label as reports name it
 * @param summary how it stands, to follow "The schema is"
 * @param pending the migrations that would run now, in their order
 * @param refusal why migrations may not run and the ways out, without a full stop; null when they may
 */
public record SchemaState(Kind kind, String label, String summary, List<Migration> pending, @Nullable String refusal) {

    public enum Kind {
        EMPTY,
        OURS,
        /** ChatKit tables that were created by hand, which can be adopted with their rows. */
        HAND_MADE,
        /** Tables with our names that are not ours. */
        UNLIKE,
        /** Another service's. */
        FOREIGN,
        /** Migrated by a newer build. */
        NEWER,
        /** Migrated by a newer build, and this one may serve on it, but not change it. */
        COMPATIBLE,
        /** A history that failed, or lists other migrations than this build has. */
        BROKEN
    }

    private static final int NAMED = 8;

    /** Whether the migration history is what stands against a deployment. */
    public boolean isOfHistory() {
        return kind == Kind.NEWER || kind == Kind.BROKEN;
    }

    public boolean stopsStart() {
        return refusal != null && kind != Kind.COMPATIBLE;
    }

    public boolean isForeign() {
        return kind == Kind.FOREIGN || kind == Kind.UNLIKE;
    }

    public static SchemaState empty(List<Migration> pending) {
        String summary = "empty: `db migrate`, or the next start, creates the tables";
        return new SchemaState(Kind.EMPTY, "empty", summary, pending, null);
    }

    public static SchemaState ours(List<Migration> pending) {
        if (pending.isEmpty()) {
            return new SchemaState(Kind.OURS, "up_to_date", "up to date", pending, null);
        }
        String summary = pending.size() + (pending.size() == 1 ? " migration" : " migrations")
                + " pending: `db migrate`, or the next start, runs them";
        return new SchemaState(Kind.OURS, "pending", summary, pending, null);
    }

    public static SchemaState handMade(List<Migration> pending) {
        String summary =
                "made by hand, as version 1: `db migrate`, or the next start, adopts the tables with every row";
        return new SchemaState(Kind.HAND_MADE, "made_by_hand", summary, pending, null);
    }

    /** Tables with our names that are not version 1, one line for each difference. */
    public static SchemaState unlike(String where, List<String> differences) {
        return refused(
                Kind.UNLIKE,
                "unlike",
                "tables with our names that are not ours",
                """
                The tables in the %s are neither Bobbin's nor version 1 of them:
                  - %s
                Fix that, or give Bobbin a schema of its own (BOBBIN_DATABASE_SCHEMA=bobbin). If it is a copy of Bobbin's \
                tables that lacks their history, `db stamp` finds out the version. Nothing was changed"""
                        .formatted(where, String.join("\n  - ", differences)));
    }

    /** Tables that a migration made, without the history that says so. */
    public static SchemaState withoutHistory(String where, int version, List<String> differences) {
        String list = differences.isEmpty()
                ? ""
                : ", apart from these differences:\n  - " + String.join("\n  - ", differences) + "\nFix them first";
        return refused(
                Kind.UNLIKE,
                "unlike",
                "Bobbin's tables without their history",
                "The tables in the %s lack their history, or have an older one: they are version %s of Bobbin's%s. Write it: `db stamp`. Nothing was changed"
                        .formatted(where, version, list));
    }

    /** @param tools the migration tools whose history is among the tables */
    public static SchemaState foreign(String where, List<String> tables, List<String> tools) {
        String named = String.join(", ", tables.subList(0, Math.min(NAMED, tables.size())))
                + (tables.size() > NAMED ? " and " + (tables.size() - NAMED) + " more" : "")
                + (tools.isEmpty() ? "" : ", with a migration history of " + String.join(" and ", tools) + ",");
        return refused(
                Kind.FOREIGN,
                "foreign",
                "another service's",
                """
                The %s holds tables of another service: %s. One service, one database, one history: give Bobbin a database \
                of its own (DATABASE_URL), or a schema of its own (BOBBIN_DATABASE_SCHEMA=bobbin); or set \
                BOBBIN_DATABASE_ALLOW_SHARED=true to have its tables beside these. Nothing was changed"""
                        .formatted(where, named));
    }

    /** @param compatible whether a build that knows {@code newest} only can serve on it */
    public static SchemaState newer(String where, int version, int newest, boolean compatible, boolean allowed) {
        String wayOut = compatible
                ? "The newer ones are marked compatible: BOBBIN_DATABASE_ALLOW_NEWER=true serves on them"
                : "Run the newer build; the newer versions are not marked compatible with this one";
        String refusal = "The %s is at version %s, and this build knows versions up to %s only. %s. Nothing was changed"
                .formatted(where, version, newest, wayOut);
        Kind kind = compatible && allowed ? Kind.COMPATIBLE : Kind.NEWER;
        return refused(kind, "newer", "newer than this build", refusal);
    }

    /** A migration that cannot run in a transaction failed, and left what it had done. */
    public static SchemaState failed(String where, History.Row migration) {
        return refused(
                Kind.BROKEN,
                "failed",
                "a migration failed",
                """
                Migration %s failed in the %s at %s, and is not one that Postgres undoes. See what is there (`db drift`), \
                remove the cause, and run `db repair`: the next start goes on from there. Nothing was changed now"""
                        .formatted(migration.script(), where, migration.installedOn()));
    }

    public static SchemaState contradictory(String where, List<String> contradictions) {
        return refused(
                Kind.BROKEN,
                "contradictory",
                "migrated by a build with other migrations",
                """
                The history of the %s is of other migrations than this build's: %s. Run the build that migrated it. If the \
                texts differ in nothing that matters, `db repair` writes this build's into the history. A database of a build \
                from before the first release cannot be migrated: in development, delete target/dev-database. Nothing was \
                changed"""
                        .formatted(where, String.join("; ", contradictions)));
    }

    private static SchemaState refused(Kind kind, String label, String summary, String refusal) {
        return new SchemaState(kind, label, summary, List.of(), refusal);
    }
}
