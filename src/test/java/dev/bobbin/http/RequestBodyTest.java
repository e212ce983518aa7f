package dev.bobbin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body is what was sent, in whatever pieces it arrives. */
class RequestBodyTest {

    private static final int LIMIT = 3_000_000;

    private final Vertx vertx = Vertx.vertx();
    private HttpServer server;

    @BeforeEach
    void start() {
        MemoryBudgets budgets = new MemoryBudgets(ConfigUtils.emptyConfigBuilder()
                .withMapping(HttpConfig.class)
                .build()
                .getConfigMapping(HttpConfig.class));
        Router router = Router.router(vertx);
        router.route().handler(http -> {
            http.request().pause();
            String length = http.request().getHeader("content-length");
            RequestBody.read(http, budgets, LIMIT, length == null ? -1 : Integer.parseInt(length));
        });
        router.route().handler(http -> RequestBodyFilter.of(
                        http, text -> text, text -> Uni.createFrom().item(text))
                .subscribe()
                .with(http::end, http::fail));
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 65_535, 65_536, 65_537, 262_144, 262_145, 2_999_999, LIMIT})
    void aBodyOfKnownLengthOrInChunksIsReadWhole(int length) throws Exception {
        String body = "0123456789".repeat(length / 10 + 1).substring(0, length);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        assertThat(send(BodyPublishers.ofByteArray(bytes))).isEqualTo(body);
        assertThat(send(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))))
                .isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 6", "Transfer-Encoding: chunked"})
    void aBodyThatArrivesByteByByteIsReadWhole(String framing) throws Exception {
        try (Socket socket = new Socket("localhost", server.actualPort())) {
            OutputStream out = socket.getOutputStream();
            socket.setTcpNoDelay(true);
            String body = framing.startsWith("C") ? "{\u20AC\u00E9" : "1\r\n{\r\n5\r\n\u20AC\u00E9\r\n0\r\n\r\n";
            out.write(("PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + framing + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            for (byte b : body.getBytes(StandardCharsets.UTF_8)) {
                out.write(b);
                Thread.sleep(5);
            }
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("\r\n\r\n{\u20AC\u00E9");
        }
    }

    @Test
    void aLongerOneFails() throws Exception {
        byte[] bytes = new byte[LIMIT + 1];
        assertThat(send(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))))
                .isEqualTo("Internal Server Error");
    }

    private String send(HttpRequest.BodyPublisher body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + server.actualPort() + "/"))
                .PUT(body)
                .build();
        // not HTTP/2, which this client would ask for
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return client.send(request, BodyHandlers.ofString()).body();
    }
}
