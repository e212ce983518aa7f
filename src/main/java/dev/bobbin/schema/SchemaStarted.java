package dev.bobbin.schema;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Says what the start found; asks the database nothing. The service does not listen before it has migrated. */
@Startup
@ApplicationScoped
class SchemaStarted implements HealthCheck {

    private final SchemaMigration migration;

    SchemaStarted(SchemaMigration migration) {
        this.migration = migration;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("schema")
                .up()
                .withData("version", migration.version())
                .build();
    }
}
