package dev.bobbin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HealthProbeTest {

    @Test
    void aServiceThatLivesIsUp() throws Exception {
        assertThat(HealthProbe.isUp(answerOfOneThatSays(200))).isTrue();
    }

    @Test
    void aServiceThatSaysItIsDownIsNotUp() throws Exception {
        String answer = answerOfOneThatSays(503);

        assertThat(answer).contains("503");
        assertThat(HealthProbe.isUp(answer)).isFalse();
    }

    @Test
    void whereNobodyListensNothingIsUp() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }

        assertThat(HealthProbe.isUp(HealthProbe.ask(port))).isFalse();
    }

    @Test
    void aServiceThatHangsIsNotWaitedForLongerThanTheHealthCheckMayTake() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Instant start = Instant.now();

            assertThat(HealthProbe.isUp(HealthProbe.ask(silent.getLocalPort()))).isFalse();
            assertThat(Duration.between(start, Instant.now())).isBetween(Duration.ofSeconds(2), Duration.ofMinutes(1));
        }
    }

    private static String answerOfOneThatSays(int status) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/q/health/live", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        try {
            return HealthProbe.ask(server.getAddress().getPort());
        } finally {
            server.stop(0);
        }
    }
}
