package dev.bobbin.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests, and what is made of answers that the real service gives only in trouble. */
class BobbinTest {

    private static final String PROBLEM =
            "{\"type\":\"urn:bobbin:problem:%s\",\"title\":\"Title\",\"detail\":\"Detail\"," + "\"request_id\":\"r1\"}";

    private interface Answer {
        void give(HttpExchange exchange) throws IOException;
    }

    private final Queue<Answer> answers = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private HttpServer server;
    private Bobbin bobbin;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestHeaders().getFirst("Bobbin-User"));
            answers.remove().give(exchange);
        });
        server.start();
        bobbin = Bobbin.at("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void requestsCarryTheKeyAndTheUser() {
        answers.add(json(200, "{\"data\":[]}"));
        answers.add(json(200, "{\"data\":[]}"));
        bobbin.withApiKey("k").forUser("Jürgen").send("GET", "/v1/threads", null);
        bobbin.withToken(() -> "t").send("GET", "/v1/threads?limit=1", null);
        assertThat(requests)
                .containsExactly(
                        "GET /v1/threads Bearer k UTF-8''J%C3%BCrgen", "GET /v1/threads?limit=1 Bearer t null");
    }

    @ParameterizedTest
    @CsvSource({"502", "503", "504"})
    void whatMayPassIsRetried(int status) {
        answers.add(problem(status, "database-unavailable"));
        answers.add(json(200, "{\"data\":[]}"));
        assertThat(bobbin.send("GET", "/v1/threads", null).has("data")).isTrue();
        assertThat(requests).hasSize(2);
    }

    @Test
    void aLostConnectionIsRetried() {
        answers.add(HttpExchange::close);
        answers.add(json(200, "{\"data\":[]}"));
        assertThat(bobbin.send("PUT", "/v1/threads/t/items", "[]").has("data")).isTrue();
        assertThat(requests).hasSize(2);
    }

    @Test
    void otherFailuresAreNot() {
        answers.add(problem(400, "invalid-request"));
        answers.add(exchange -> {
            exchange.getResponseHeaders().set("x-should-retry", "false");
            problem(503, "busy").give(exchange);
        });
        assertThatExceptionOfType(BobbinException.class)
                .isThrownBy(() -> bobbin.send("GET", "/v1/threads", null))
                .withMessage("400 Title: Detail (request r1)")
                .satisfies(e -> assertThat(e.status()).isEqualTo(400))
                .satisfies(e -> assertThat(e.type()).isEqualTo("urn:bobbin:problem:invalid-request"))
                .satisfies(e -> assertThat(e.requestId()).isEqualTo("r1"));
        assertThatExceptionOfType(BobbinException.class)
                .isThrownBy(() -> bobbin.send("GET", "/v1/threads", null))
                .satisfies(e -> assertThat(e.status()).isEqualTo(503));
        assertThat(requests).hasSize(2);
    }

    @Test
    void retriesEnd() {
        for (int attempt = 0; attempt < 5; attempt++) {
            answers.add(problem(503, "shutting-down"));
        }
        assertThatExceptionOfType(BobbinException.class)
                .isThrownBy(() -> bobbin.send("DELETE", "/v1/threads/t", null))
                .satisfies(e -> assertThat(e.type()).isEqualTo("urn:bobbin:problem:shutting-down"));
        assertThat(requests).hasSize(5);
    }

    @Test
    void anotherServerIsNotTakenForBobbin() {
        answers.add(exchange -> send(exchange, 200, "text/html", "<html>"));
        answers.add(exchange -> send(exchange, 404, "text/html", "<html>"));
        for (int n = 0; n < 2; n++) {
            assertThatExceptionOfType(BobbinException.class)
                    .isThrownBy(() -> bobbin.send("GET", "/v1/threads", null))
                    .withMessageContaining("was not answered by Bobbin");
        }
    }

    @Test
    void anInterruptEndsTheCall() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(BobbinException.class).isThrownBy(() -> bobbin.send("GET", "/v1/threads", null));
        assertThat(Thread.interrupted()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {"ann, ann", "\" ann\", UTF-8''%20ann", "utf-8''x, UTF-8''utf-8%27%27x", "日, UTF-8''%E6%97%A5"})
    void userNamesArriveWhole(String user, String header) {
        assertThat(Bobbin.userHeader(user)).isEqualTo(header);
    }

    @Test
    void mistakesInTheSettingsAreFoundAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> Bobbin.at("localhost:8080"));
        assertThatIllegalArgumentException().isThrownBy(() -> bobbin.forUser(""));
    }

    private static Answer json(int status, String body) {
        return exchange -> send(exchange, status, "application/json", body);
    }

    private static Answer problem(int status, String type) {
        return exchange -> send(exchange, status, "application/problem+json", PROBLEM.formatted(type));
    }

    private static void send(HttpExchange exchange, int status, String contentType, String body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
