package dev.bobbin.schema;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a schema is, and so what may be done with it. */
public sealed interface SchemaState {

    /** As reports name it. */
    String label();

    /** How it stands, to follow "The schema is". */
    String summary();

    /**
     * What was found and the ways out, as a sentence without a full stop; null when the schema may be migrated.
     *
     * @param where which schema of which database
     */
    default @Nullable String refusal(String where) {
        return null;
    }

    /** The migrations that would run now, in their order. */
    default List<Migration> pending() {
        return List.of();
    }

    /** Whether the migration history is what stands against a deployment. */
    default boolean isOfHistory() {
        return this instanceof Newer || this instanceof Failed || this instanceof Contradictory;
    }

    /** Whether it is not Bobbin's to change. */
    default boolean isForeign() {
        return this instanceof Foreign || this instanceof Unlike;
    }

    /** Nothing of ours and, unless the schema may be shared, of no one else. */
    record Empty(List<Migration> pending) implements SchemaState {

        @Override
        public String label() {
            return "empty";
        }

        @Override
        public String summary() {
            return "empty: `db migrate`, or the next start, creates the tables";
        }
    }

    /** Ours. {@code pending} is empty when it is up to date. */
    record Ours(int version, List<Migration> pending) implements SchemaState {

        @Override
        public String label() {
            return pending.isEmpty() ? "up_to_date" : "pending";
        }

        @Override
        public String summary() {
            return pending.isEmpty()
                    ? "up to date"
                    : pending.size() + (pending.size() == 1 ? " migration" : " migrations")
                            + " pending: `db migrate`, or the next start, runs them";
        }
    }

    /** ChatKit tables that were created by hand, which can be adopted with their rows. */
    record HandMade(List<Migration> pending) implements SchemaState {

        @Override
        public String label() {
            return "made_by_hand";
        }

        @Override
        public String summary() {
            return "made by hand, as version 1: `db migrate`, or the next start, adopts the tables with every row";
        }
    }

    /** Tables with our names that are not version 1, one line for each difference. */
    record Unlike(List<String> differences) implements SchemaState {

        @Override
        public String label() {
            return "unlike";
        }

        @Override
        public String summary() {
            return "tables with our names that are not ours";
        }

        @Override
        public String refusal(String where) {
            return "The tables in the " + where + " are neither Bobbin's nor version 1 of them:\n  - "
                    + String.join("\n  - ", differences)
                    + "\nFix that, or give Bobbin a schema of its own (BOBBIN_DATABASE_SCHEMA=bobbin). If it is a copy of"
                    + " Bobbin's tables that lacks their history, `db stamp` finds out the version. Nothing was changed";
        }
    }

    /** Another service's. {@code tools} are the migration tools whose history is there. */
    record Foreign(List<String> tables, List<String> tools) implements SchemaState {

        private static final int NAMED = 8;

        @Override
        public String label() {
            return "foreign";
        }

        @Override
        public String summary() {
            return "another service's";
        }

        @Override
        public String refusal(String where) {
            String named = tables.stream().limit(NAMED).collect(Collectors.joining(", "));
            return "The " + where + " holds the table" + (tables.size() == 1 ? " " : "s ") + named
                    + (tables.size() > NAMED ? " and " + (tables.size() - NAMED) + " more" : "")
                    + (tools.isEmpty() ? "" : ", with a migration history of " + String.join(" and ", tools) + ",")
                    + " of another service. One service, one database, one history: give Bobbin a database of its own"
                    + " (DATABASE_URL), or a schema of its own (BOBBIN_DATABASE_SCHEMA=bobbin); or set"
                    + " BOBBIN_DATABASE_ALLOW_SHARED=true to have its tables beside these. Nothing was changed";
        }
    }

    /** A newer build was here. {@code compatible} when this one can serve on what that left. */
    record Newer(int version, int newest, boolean compatible) implements SchemaState {

        @Override
        public String label() {
            return "newer";
        }

        @Override
        public String summary() {
            return "newer than this build";
        }

        @Override
        public String refusal(String where) {
            return "The " + where + " is at version " + version + ", and this build knows versions up to " + newest
                    + " only. "
                    + (compatible
                            ? "The newer ones are marked compatible: BOBBIN_DATABASE_ALLOW_NEWER=true serves on them"
                            : "Run the newer build; the newer versions are not marked compatible with this one")
                    + ". Nothing was changed";
        }
    }

    /** A migration failed on the way, and left what it had done. */
    record Failed(History.Row migration) implements SchemaState {

        @Override
        public String label() {
            return "failed";
        }

        @Override
        public String summary() {
            return "a migration failed";
        }

        @Override
        public String refusal(String where) {
            return "Migration " + migration.script() + " failed in the " + where + " at " + migration.installedOn()
                    + ", and is not one that Postgres undoes. See what is there (`db drift`), remove the cause, and run"
                    + " `db repair`: the next start goes on from there. Nothing was changed now";
        }
    }

    /** The history is ours, and lists other migrations than this build has. */
    record Contradictory(List<String> contradictions) implements SchemaState {

        @Override
        public String label() {
            return "contradictory";
        }

        @Override
        public String summary() {
            return "migrated by a build with other migrations";
        }

        @Override
        public String refusal(String where) {
            return "The history of the " + where + " is of other migrations than this build's: "
                    + String.join("; ", contradictions)
                    + ". Run the build that migrated it. If the texts differ in nothing that matters, `db repair` writes"
                    + " this build's into the history. A database of a build from before the first release cannot be"
                    + " migrated: in development, delete target/dev-database. Nothing was changed";
        }
    }
}
