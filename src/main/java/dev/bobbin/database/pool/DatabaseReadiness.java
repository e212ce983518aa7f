package dev.bobbin.database.pool;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready unless the database is down: a call to one that sleeps waits for it to wake. Asks the database nothing. */
@Readiness
@ApplicationScoped
class DatabaseReadiness implements HealthCheck {

    private final DatabasePool pool;

    DatabaseReadiness(DatabasePool pool) {
        this.pool = pool;
    }

    @Override
    public HealthCheckResponse call() {
        DatabaseState state = pool.state();
        var response = HealthCheckResponse.named("database").withData("state", state.name());
        String reason = pool.down();
        if (state == DatabaseState.DOWN && reason != null) {
            response.withData("reason", reason);
        }
        return response.status(state != DatabaseState.DOWN).build();
    }
}
