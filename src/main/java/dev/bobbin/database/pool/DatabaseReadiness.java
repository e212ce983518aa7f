package dev.bobbin.database.pool;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready unless the database is down: if it sleeps, calls wait until it is awake. Asks the database nothing. */
@Readiness
@ApplicationScoped
class DatabaseReadiness implements HealthCheck {

    private final DatabasePool pool;

    DatabaseReadiness(DatabasePool pool) {
        this.pool = pool;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("database")
                .withData("state", pool.state().name());
        String reason = pool.down();
        if (reason != null) {
            response.withData("reason", reason);
        }
        return response.status(reason == null).build();
    }
}
