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
 * Ends connections before the process ends. Quarkus waits until no request runs and then closes every connection, with a
 * request that arrived in that moment, done and unanswered. So while {@code quarkus.shutdown.delay} lasts each connection
 * ends with its next answer, and in the last part of it new requests are refused before anything is done.
 */
@ApplicationScoped
class Draining {

    /** Longer than a client needs that is answered, opens its next connection and calls again, on a busy machine too. */
    private static final Duration REFUSING = Duration.ofSeconds(1);

    private final Duration answering;
    private volatile boolean begun;
    private volatile long over;

    Draining(@ConfigProperty(name = "quarkus.shutdown.delay") Duration delay) {
        Duration third = delay.dividedBy(3);
        answering = delay.minus(third.compareTo(REFUSING) < 0 ? third : REFUSING);
    }

    void register(@Observes Filters filters) {
        filters.register(this::close, FilterOrder.CLOSE_CONNECTIONS);
        filters.register(this::refuse, FilterOrder.SHUTTING_DOWN);
    }

    void begin(@Observes ShutdownDelayInitiatedEvent shutdown) {
        over = System.nanoTime() + answering.toNanos();
        begun = true;
    }

    private void close(RoutingContext http) {
        if (begun && !refusing()) {
            http.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            http.addEndHandler(answered -> http.request().connection().close());
        }
        http.next();
    }

    private void refuse(RoutingContext http) {
        if (begun && refusing()) {
            throw SHUTTING_DOWN.because("This instance is shutting down; nothing was done, ask another one");
        }
        http.next();
    }

    private boolean refusing() {
        return System.nanoTime() - over > 0;
    }
}
