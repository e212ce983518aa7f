package dev.bobbin.schema;

import dev.bobbin.StartupException;
import dev.bobbin.database.Database;
import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.database.connect.DatabaseUrl;
import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;
import java.time.Duration;

/**
 * The schema to work on, and what may be done there.
 *
 * @param url the database, past its pooler
 * @param schema the Postgres schema that holds the tables
 * @param allowShared whether other services' tables may stand beside them
 * @param allowNewer whether to serve on what a newer build migrated, as far as that is marked compatible
 * @param adoptingOwner the owner's id that rows of tables made by hand get
 * @param timeout how long to wait for a database that does not answer, or whose tables others have locked
 */
public record SchemaTarget(
        DatabaseUrl url,
        String schema,
        boolean allowShared,
        boolean allowNewer,
        String adoptingOwner,
        Duration timeout) {

    /**
     * What the configuration says.
     *
     * @throws dev.bobbin.StartupException when it cannot be used
     */
    public static SchemaTarget of(Database database, DatabaseConfig config) {
        return new SchemaTarget(
                database.directUrl(),
                database.schema().name(),
                config.database().allowShared(),
                config.database().allowNewer(),
                adoptingOwner(config.owner().adoptAs()),
                config.migrateTimeout());
    }

    private static String adoptingOwner(String adoptAs) {
        int slash = adoptAs.indexOf('/');
        try {
            if (slash > 0) {
                return new Owner(
                                adoptAs.substring(0, slash).strip(),
                                adoptAs.substring(slash + 1).strip())
                        .id();
            }
        } catch (ProblemException tooLongOrStrange) {
            // said below, in the operator's words
        }
        throw new StartupException("bobbin.owner.adopt-as (BOBBIN_OWNER_ADOPT_AS) is '" + adoptAs
                + "'; set it to tenant/user, such as local/local, who gets the rows that were there before");
    }

    /**
     * A pooler in transaction mode mixes up what one session sets and another finds.
     *
     * @throws SchemaException {@code REFUSED}
     */
    void refusePooler() {
        if (url.isPooled()) {
            throw new SchemaException(
                    SchemaException.Kind.REFUSED,
                    url.server() + " is a pooler, through which the schema cannot be changed safely."
                            + " Set DATABASE_DIRECT_URL to the same database without the pooler, or"
                            + " BOBBIN_MIGRATE_AT_START=false where another step of the deployment migrates");
        }
    }

    /** Which schema of which database, for a message; the URL has no password. */
    public String where() {
        return "schema " + schema + " of " + url;
    }

    /** Whether the service may run on what a newer build left. */
    public boolean servesOnNewer(SchemaState state) {
        return state instanceof SchemaState.Newer newer && newer.compatible() && allowNewer;
    }
}
