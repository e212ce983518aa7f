package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.NOT_IMPLEMENTED;

import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Set;

/** Limits what unauthenticated requests can cost, and rejects HTTP that this service does not support. */
@ApplicationScoped
class ProtocolGuard implements HttpServerOptionsCustomizer {

    /** RFC 9110, and PATCH of RFC 5789. */
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    /**
     * Of each of a socket's buffers: 20 megabits in a second at a distance of 100 ms. By itself the kernel takes up to 4 MiB
     * of an answer that is not read and 6 MiB of a body that waits, which in a container counts like memory of the process.
     */
    private static final int SOCKET_BUFFER = 1 << 18;

    /** Several times what a service that is used in every way has. */
    private static final int METERS = 2_000;

    private final HttpConfig config;
    private final MemoryConfig memory;

    ProtocolGuard(HttpConfig config, MemoryConfig memory) {
        this.config = config;
        this.memory = memory;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setSendBufferSize(SOCKET_BUFFER).setReceiveBufferSize(SOCKET_BUFFER);
        StrictConnections.use(options, config.headTimeout(), memory.stallTimeout());
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customizeHttpServer(options);
    }

    /** A last resort, for labels that a library lets callers choose without our knowing. */
    @Produces
    @Singleton
    MeterFilter atMost() {
        return MeterFilter.maximumAllowableMetrics(METERS);
    }

    static boolean isMethod(String name) {
        return METHODS.contains(name);
    }

    void register(@Observes Filters filters) {
        filters.register(ProtocolGuard::check, FilterOrder.PROTOCOL);
    }

    private static void check(RoutingContext http) {
        if (http.request().decoderResult() instanceof RequestDecoder.Refusal refusal) {
            throw refusal.problem;
        }
        if (!isMethod(http.request().method().name())) {
            throw NOT_IMPLEMENTED.because("This method is not one of HTTP's");
        }
        http.next();
    }
}
