package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.NOT_IMPLEMENTED;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Refuses what is not HTTP as this service speaks it, before anything else looks at the request. */
@ApplicationScoped
class ProtocolGuard implements HttpServerOptionsCustomizer {

    private final HttpConfig config;

    ProtocolGuard(HttpConfig config) {
        this.config = config;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        StrictConnections.use(options, config.headTimeout());
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        StrictConnections.use(options, config.headTimeout());
    }

    void register(@Observes Filters filters) {
        filters.register(ProtocolGuard::check, FilterOrder.PROTOCOL);
    }

    private static void check(RoutingContext http) {
        if (http.request().decoderResult() instanceof Refusal refusal) {
            throw refusal.problem();
        }
        if (!Methods.isKnown(http.request().method().name())) {
            throw NOT_IMPLEMENTED.because("This method is not one of HTTP's");
        }
        http.next();
    }
}
