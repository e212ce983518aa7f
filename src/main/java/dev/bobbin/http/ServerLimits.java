package dev.bobbin.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Limits what unauthenticated requests can cost, where Quarkus has no setting for it. */
@ApplicationScoped
class ServerLimits implements HttpServerOptionsCustomizer {

    /**
     * Of each socket buffer: 20 Mbit/s at a distance of 100 ms. By default the kernel takes up to 4 MiB of a response that is
     * not read and 6 MiB of a body that waits, and a container counts that as memory of the process.
     */
    private static final int SOCKET_BUFFER = 1 << 18;

    /** Several times what a service has that is used in every way. */
    private static final int METERS = 2_000;

    private final HttpConfig config;

    ServerLimits(HttpConfig config) {
        this.config = config;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setSendBufferSize(SOCKET_BUFFER).setReceiveBufferSize(SOCKET_BUFFER);
        StrictConnections.use(options, config);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customizeHttpServer(options);
    }

    /** A last resort against labels that a library lets callers choose. Our own are bounded by the settings. */
    @Produces
    @Singleton
    MeterFilter maximumMeters() {
        MeterFilter maximum = MeterFilter.maximumAllowableMetrics(METERS);
        return new MeterFilter() {
            @Override
            public MeterFilterReply accept(Meter.Id id) {
                return id.getName().startsWith("bobbin.") ? MeterFilterReply.NEUTRAL : maximum.accept(id);
            }
        };
    }
}
