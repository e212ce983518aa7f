package dev.bobbin.dev;

import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Tells a developer what to do with it, beside the line that says where the data is. */
@ApplicationScoped
@IfBuildProfile("dev")
class Greeting {

    private static final Logger LOG = Logger.getLogger(Greeting.class);

    private static final int BEFORE_THE_MIGRATION = 2;

    private final int port;

    Greeting(@ConfigProperty(name = "quarkus.http.port") int port) {
        this.port = port;
    }

    void onStart(@Observes @Priority(BEFORE_THE_MIGRATION) StartupEvent start) {
        LOG.infof(
                "Once it listens, try: curl -X POST -H 'Content-Type: application/json' -d '{\"title\":\"Hello\"}' http://localhost:%d/v1/threads"
                        + "  (all calls: http://localhost:%d/q/swagger-ui)",
                port, port);
    }
}
