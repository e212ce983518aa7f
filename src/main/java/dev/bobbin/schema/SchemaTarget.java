package dev.bobbin.schema;

import dev.bobbin.StartupException;
import dev.bobbin.database.Database;
import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.database.RowSecurity;
import dev.bobbin.database.connect.DatabaseUrl;
import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;
import java.time.Duration;

/**
 * The schema to work on, and what may be done there.
 *
 * @param url the database, past its pooler
 * @param allowShared whether tables of other services may be in the schema
 * @param allowNewer whether to serve on a newer schema that is marked compatible
 * @param adoptingOwner the id of the owner of rows in tables made by hand
 * @param role the one that serves, of the URL that the pool connects to
 * @param timeout how long to retry while the database does not answer, or its tables are locked
 */
public record SchemaTarget(
        DatabaseUrl url,
        String schema,
        boolean allowShared,
        boolean allowNewer,
        String adoptingOwner,
        RowSecurity rowSecurity,
        String role,
        Duration timeout) {

    /** @throws StartupException when the configuration cannot be used */
    public static SchemaTarget of(Database database, DatabaseConfig config) {
        return new SchemaTarget(
                database.directUrl(),
                database.schema().name(),
                config.database().allowShared(),
                config.database().allowNewer(),
                adoptingOwner(config.owner().adoptAs()),
                config.database().rowSecurity(),
                database.url().user(),
                config.migrateTimeout());
    }

    private static String adoptingOwner(String adoptAs) {
        int slash = adoptAs.indexOf('/');
        try {
            String tenant = adoptAs.substring(0, Math.max(slash, 0)).strip();
            return new Owner(tenant, adoptAs.substring(slash + 1).strip()).id();
        } catch (ProblemException noOwner) {
            throw new StartupException("bobbin.owner.adopt-as (BOBBIN_OWNER_ADOPT_AS) is '" + adoptAs
                    + "'; set it to tenant/user, such as local/local, which will own the rows of tables made by hand");
        }
    }

    /** Which schema of which database, for a message; without a password. */
    public String where() {
        return "schema " + schema + " of " + url;
    }
}
