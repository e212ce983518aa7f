package dev.bobbin.schema;

import dev.bobbin.StartupException;
import dev.bobbin.database.Database;
import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.database.connect.DatabaseUrl;
import dev.bobbin.database.connect.TlsPolicy;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Brings the schema up to date before the service listens, or stops the start and says what was found. */
@ApplicationScoped
class SchemaMigration {

    private static final Logger LOG = Logger.getLogger(SchemaMigration.class);

    private final Database database;
    private final DatabaseConfig config;
    private volatile String version = "not migrated at start";

    SchemaMigration(Database database, DatabaseConfig config) {
        this.database = database;
        this.config = config;
    }

    /** The version that the start migrated to; "not migrated at start" when it was told not to. */
    String version() {
        return version;
    }

    void onStart(@Observes StartupEvent start) {
        LOG.infof("Database: %s", database.url());
        TlsPolicy.warning(database.url()).ifPresent(LOG::warn);
        if (config.migrateAtStart()) {
            DatabaseUrl direct = database.directUrl();
            if (!direct.equals(database.url())) {
                LOG.infof("Migrations: %s", direct);
                TlsPolicy.warning(direct).ifPresent(LOG::warn);
            }
            migrate(SchemaTarget.of(database, config));
        }
    }

    private void migrate(SchemaTarget target) {
        try {
            Migrator.Result result = new Migrator(target, Migrations.ours(), LOG::info).migrate();
            SchemaInspection inspection = result.inspection();
            version = inspection.history() == null
                    ? "none"
                    : String.valueOf(inspection.history().version());
            LOG.infof("Schema is at version %s (%s migrations executed now)", version, result.executed());
            warnOfDrift(result.drift());
            warnOfOthers(target, inspection.foreign(target));
        } catch (SchemaException refused) {
            throw new StartupException(String.valueOf(refused.getMessage()));
        }
    }

    private static void warnOfDrift(List<Difference> drift) {
        if (!drift.isEmpty()) {
            LOG.warnf(
                    "The tables are not as the migrations made them, and calls may fail: %s. `db drift` tells more, and"
                            + " `db sync` adds what is missing",
                    drift.stream().map(Difference::describe).collect(Collectors.joining("; ")));
        }
    }

    private static void warnOfOthers(SchemaTarget target, List<String> others) {
        if (!others.isEmpty()) {
            LOG.warnf(
                    "The schema %s holds tables of another service too: %s. One service, one database; or say that it is"
                            + " meant by BOBBIN_DATABASE_ALLOW_SHARED=true",
                    target.schema(), String.join(", ", others));
        }
    }
}
