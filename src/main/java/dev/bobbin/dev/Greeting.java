package dev.bobbin.dev;

import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Prints what to try first in dev mode. */
@IfBuildProfile("dev")
final class Greeting {

    private static final int BEFORE_THE_MIGRATION = 2;

    void onStart(
            @Observes @Priority(BEFORE_THE_MIGRATION) StartupEvent start,
            @ConfigProperty(name = "quarkus.http.port") int port) {
        Logger.getLogger(Greeting.class)
                .infof(
                        "Once it listens, try: curl -X POST -H 'Content-Type: application/json' -d '{\"title\":\"Hello\"}'"
                                + " http://localhost:%1$d/v1/threads  (all calls: http://localhost:%1$d/q/swagger-ui;"
                                + " the console: http://localhost:%1$d/console with the key development-only)",
                        port);
    }
}
