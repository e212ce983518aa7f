package dev.bobbin.database.migration;

import static dev.bobbin.database.migration.SchemaException.Kind.REFUSED;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a schema is left alone, in words for whoever has to decide what becomes of it. */
public final class Refusal {

    private static final int NAMED = 8;

    private Refusal() {}

    /** What was found and the ways out; null when the schema may be migrated. */
    public static @Nullable String of(Survey survey, SchemaTarget target) {
        Verdict verdict = survey.verdict();
        String where = "the " + target.where();
        if (verdict instanceof Verdict.Foreign foreign) {
            return sentence(where) + " holds " + tables(foreign.tables()) + history(foreign.tools())
                    + " of another service. One service, one database, one history: give Bobbin a database of its own"
                    + " (DATABASE_URL), or a schema of its own (BOBBIN_DATABASE_SCHEMA=bobbin); or set"
                    + " BOBBIN_DATABASE_ALLOW_SHARED=true to have its tables beside these. Nothing was changed";
        }
        if (verdict instanceof Verdict.Unlike unlike) {
            return "The tables in " + where + " are neither Bobbin's nor version 1 of them:\n  - "
                    + String.join("\n  - ", unlike.differences())
                    + "\nMend that, or give Bobbin a schema of its own (BOBBIN_DATABASE_SCHEMA=bobbin). If it is a copy of"
                    + " Bobbin's tables that lacks their history, `db stamp` finds out the version. Nothing was changed";
        }
        if (verdict instanceof Verdict.Newer newer) {
            return sentence(where) + " is at version " + newer.version() + ", and this build knows versions up to "
                    + newer.newest() + " only. "
                    + (newer.compatible()
                            ? "The newer ones are marked compatible: BOBBIN_DATABASE_ALLOW_NEWER=true serves on them"
                            : "Run the newer build; the newer versions are not marked compatible with this one")
                    + ". Nothing was changed";
        }
        if (verdict instanceof Verdict.Failed failed) {
            History.Row migration = failed.migration();
            return "Migration " + migration.script() + " failed in " + where + " at " + migration.installedOn()
                    + ", and was not one that is undone by itself. See what stands there (`db drift`), and run `db repair`"
                    + " once its cause is gone: the next start goes on from there. Nothing was changed now";
        }
        if (verdict instanceof Verdict.Contradictory contradictory) {
            return "The history of " + where + " is of other migrations than this build's: "
                    + String.join("; ", contradictory.contradictions())
                    + ". Run the build that made it. If the texts differ in nothing that matters, `db repair` writes this"
                    + " build's into the history. Nothing was changed";
        }
        return null;
    }

    /**
     * Lets only a schema pass that is at this build's version.
     *
     * @throws SchemaException {@code REFUSED}, with what the schema is instead
     */
    public static void unlessUpToDate(Survey survey, SchemaTarget target) {
        String refusal = of(survey, target);
        if (refusal != null) {
            throw new SchemaException(REFUSED, refusal);
        }
        if (!(survey.verdict() instanceof Verdict.Ours ours) || !ours.pending().isEmpty()) {
            throw new SchemaException(
                    REFUSED, "The " + target.where() + " is not at this build's version; run `db migrate` first");
        }
    }

    private static String tables(List<String> tables) {
        String named = String.join(", ", tables.subList(0, Math.min(NAMED, tables.size())));
        return (tables.size() == 1 ? "the table " : "the tables ")
                + named
                + (tables.size() > NAMED ? " and " + (tables.size() - NAMED) + " more" : "");
    }

    private static String history(List<String> tools) {
        return tools.isEmpty() ? "" : ", with a migration history of " + String.join(" and ", tools) + ",";
    }

    private static String sentence(String start) {
        return Character.toUpperCase(start.charAt(0)) + start.substring(1);
    }
}
