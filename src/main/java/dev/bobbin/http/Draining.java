package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.SHUTTING_DOWN;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Closes connections before the process ends. Quarkus waits until no request runs and then closes all connections, one with a
 * request that has just arrived too. So during {@code quarkus.shutdown.delay} each connection is closed after its next
 * response, and in the last part of it new requests are rejected before anything is done.
 */
@ApplicationScoped
class Draining {

    /** Enough for a client to get its response, open another connection and call again, on a busy machine too. */
    private static final Duration REJECTING = Duration.ofSeconds(1);

    private final Duration serving;
    private volatile boolean begun;
    private volatile long end;

    Draining(@ConfigProperty(name = "quarkus.shutdown.delay") Duration delay) {
        Duration third = delay.dividedBy(3);
        serving = delay.minus(third.compareTo(REJECTING) < 0 ? third : REJECTING);
    }

    void register(@Observes Filters filters) {
        filters.register(this::closeConnection, FilterOrder.CLOSE_CONNECTIONS);
        filters.register(this::reject, FilterOrder.SHUTTING_DOWN);
    }

    void begin(@Observes ShutdownDelayInitiatedEvent shutdown) {
        end = System.nanoTime() + serving.toNanos();
        begun = true;
    }

    private void closeConnection(RoutingContext http) {
        if (begun && !isRejecting()) {
            http.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            http.addEndHandler(sent -> http.request().connection().close());
        }
        http.next();
    }

    private void reject(RoutingContext http) {
        if (begun && isRejecting()) {
            throw SHUTTING_DOWN.because("This instance is shutting down; nothing was done, ask another one");
        }
        http.next();
    }

    private boolean isRejecting() {
        return System.nanoTime() - end > 0;
    }
}
