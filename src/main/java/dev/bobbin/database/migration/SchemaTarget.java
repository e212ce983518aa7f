package dev.bobbin.database.migration;

import dev.bobbin.database.Database;
import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.database.DatabaseUrl;
import dev.bobbin.database.TlsPolicy;
import java.time.Duration;

/**
 * The schema to work on, and what may be done there.
 *
 * @param url the database, past its pooler
 * @param schema the Postgres schema that holds the tables
 * @param allowShared whether other services' tables may stand beside them
 * @param allowNewer whether to serve on what a newer build migrated, as far as that is marked compatible
 * @param adoptingOwner the owner's id that rows of tables made by hand get
 * @param patience how long to wait for a database that does not answer, or whose tables others have locked
 */
public record SchemaTarget(
        DatabaseUrl url,
        TlsPolicy tls,
        String schema,
        boolean allowShared,
        boolean allowNewer,
        String adoptingOwner,
        Duration patience) {

    /**
     * What the configuration says.
     *
     * @throws dev.bobbin.ops.StartRefused when it cannot be used
     */
    public static SchemaTarget of(Database database, DatabaseConfig config) {
        return new SchemaTarget(
                database.directUrl(),
                database.directTls(),
                database.schema().name(),
                config.database().allowShared(),
                config.database().allowNewer(),
                Adopter.of(config.owner().adoptAs()).id(),
                config.migrateTimeout());
    }

    /** Which schema of which database, for a message; the URL has no password. */
    String where() {
        return "schema " + schema + " of " + url;
    }

    /** Whether the service may run on what a newer build left. */
    public boolean servesOnNewer(Verdict verdict) {
        return verdict instanceof Verdict.Newer newer && newer.compatible() && allowNewer;
    }
}
