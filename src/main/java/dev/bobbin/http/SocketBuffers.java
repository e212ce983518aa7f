package dev.bobbin.http;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Bounds what the kernel holds for each connection. By itself it takes up to 4 MiB of an answer that nobody reads and 6 MiB
 * of a body that waits, which in a container counts like memory of the process.
 */
@ApplicationScoped
class SocketBuffers implements HttpServerOptionsCustomizer {

    /** Over a distance of 100 ms this is 20 megabits in a second. */
    private static final int BYTES = 1 << 18;

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setSendBufferSize(BYTES).setReceiveBufferSize(BYTES);
    }
}
