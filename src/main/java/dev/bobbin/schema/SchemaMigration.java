package dev.bobbin.schema;

import dev.bobbin.StartupException;
import dev.bobbin.database.Database;
import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.database.connect.TlsPolicy;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;
import org.jboss.logging.Logger;

/** Migrates the schema before the service listens, or stops the start. Its health check never asks the database. */
@Startup
@ApplicationScoped
class SchemaMigration implements HealthCheck {

    private static final Logger LOG = Logger.getLogger(SchemaMigration.class);

    private final Database database;
    private final DatabaseConfig config;
    private volatile String version = "not migrated at start";

    SchemaMigration(Database database, DatabaseConfig config) {
        this.database = database;
        this.config = config;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("schema")
                .up()
                .withData("version", version)
                .build();
    }

    void onStart(@Observes StartupEvent start) {
        LOG.infof("Database: %s", database.url());
        TlsPolicy.warning(database.url()).ifPresent(LOG::warn);
        if (config.migrateAtStart()) {
            SchemaTarget target = SchemaTarget.of(database, config);
            if (!target.url().equals(database.url())) {
                LOG.infof("Migrations: %s", target.url());
                TlsPolicy.warning(target.url()).ifPresent(LOG::warn);
            }
            try {
                migrate(target);
            } catch (SchemaException refused) {
                throw new StartupException(String.valueOf(refused.getMessage()));
            }
        }
    }

    private void migrate(SchemaTarget target) {
        Migrator.Result result = new Migrator(target, Migrations.ours(), LOG::info).migrate();
        if (result.rowSecurity().refusal() != null) {
            throw new StartupException(result.rowSecurity().refusal());
        }
        version = String.valueOf(result.inspection().version());
        LOG.infof("Schema is at version %s (%s migrations executed now)", version, result.executed());
        if (!result.drift().isEmpty()) {
            LOG.warnf(
                    "The tables are not as the migrations made them, and calls may fail: %s. `db drift` lists all, and"
                            + " `db sync` adds what is missing",
                    result.drift().stream().map(Difference::describe).collect(Collectors.joining("; ")));
        }
        List<String> foreign = result.inspection().foreign(target);
        if (!foreign.isEmpty()) {
            LOG.warnf(
                    "The schema %s also holds tables of another service: %s. Give each service a database of its own, or"
                            + " set BOBBIN_DATABASE_ALLOW_SHARED=true if this is intended",
                    target.schema(), String.join(", ", foreign));
        }
    }
}
