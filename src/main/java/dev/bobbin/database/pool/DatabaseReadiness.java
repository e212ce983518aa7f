package dev.bobbin.database.pool;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready unless the database is down: if it sleeps, calls wait until it is awake. */
@Readiness
@ApplicationScoped
class DatabaseReadiness implements HealthCheck {

    private final DatabaseClient client;

    DatabaseReadiness(DatabaseClient client) {
        this.client = client;
    }

    @Override
    public HealthCheckResponse call() {
        DatabaseState state = client.state();
        var response = HealthCheckResponse.named("database")
                .withData("state", state.kind().name());
        if (state.reason() != null) {
            response.withData("reason", state.reason());
        }
        return response.status(state.reason() == null).build();
    }
}
