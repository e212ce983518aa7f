package dev.bobbin.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Begins no request whose client has not taken the answers to the ones before. A client may send request upon request
 * without reading; the HTTP server would answer them all, and hold the answers.
 */
@ApplicationScoped
class UnreadAnswers {

    private final MemoryConfig config;

    UnreadAnswers(MemoryConfig config) {
        this.config = config;
    }

    void register(@Observes Filters filters) {
        filters.register(this::pass, FilterOrder.UNREAD_ANSWERS);
    }

    private void pass(RoutingContext http) {
        HttpServerResponse response = http.response();
        if (!response.writeQueueFull() || !(http.request().connection() instanceof Http1xServerConnection connection)) {
            http.next();
            return;
        }
        // what comes meanwhile would be queued, however much it is
        connection.doPause();
        http.request().pause();
        TransferTimer timer = TransferTimer.closing(http, config);
        http.addEndHandler(over -> timer.stop());
        timer.start();
        response.drainHandler(drained -> {
            response.drainHandler(null);
            timer.stop();
            connection.doResume();
            http.next();
        });
    }
}
