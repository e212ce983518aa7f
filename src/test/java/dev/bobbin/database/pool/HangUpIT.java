package dev.bobbin.database.pool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.neon.Ending;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Clients that hang up leave nothing behind: no connection is lost, and none is kept. */
class HangUpIT {

    private static final int CLIENTS = 1_000;
    private static final int AT_ONCE = 50;

    /** A connection that its client has closed counts until the service, which is busy here, gets to notice. */
    private static final Map<String, String> SHORT_TIMES =
            Map.of("BOBBIN_POOL_IDLE_TIMEOUT", "1s", "QUARKUS_HTTP_LIMITS_MAX_CONNECTIONS", "10000");

    private static final List<String> REQUESTS = List.of(
            "GET /v1/threads/thr_1",
            "GET /v1/threads?limit=100",
            "PUT /v1/threads/thr_1/items/m1",
            "POST /v1/threads/thr_1/items",
            "PUT /v1/attachments/a1",
            "GET /v1/attachments/a1",
            "DELETE /v1/attachments/a1");

    @Test
    void afterAThousandOfThemThePoolIsWholeAndFallsToZero() throws Exception {
        try (BobbinOnNeon service = BobbinOnNeon.start(false, SHORT_TIMES)) {
            service.send("PUT", "/v1/threads/thr_1", "{}").join();
            service.neon.latency(Duration.ofMillis(5));
            service.neon.wakeGap(Duration.ofMillis(300));
            int port = service.bobbin.request("/").build().uri().getPort();
            ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
            try {
                List<Future<?>> all = new ArrayList<>();
                for (int nr = 0; nr < CLIENTS; nr++) {
                    int client = nr;
                    all.add(clients.submit(() -> hangUp(port, client)));
                    if (nr % 250 == 0) {
                        // some of them hang up while it wakes
                        service.neon.suspend(Ending.TERMINATED);
                    }
                }
                for (Future<?> one : all) {
                    one.get();
                }
            } finally {
                clients.shutdownNow();
            }
            service.neon.latency(Duration.ZERO);
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int nr = 0; nr < 100; nr++) {
                answers.add(service.get("/v1/threads/thr_1"));
            }
            answers.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
            BobbinOnNeon.eventually("nobody waits", () -> metric(service, "bobbin_pool_waiting") == 0);
            BobbinOnNeon.eventually("no connection", () -> metric(service, "bobbin_pool_connections") == 0);
            BobbinOnNeon.eventually(
                    "no connection at Neon", () -> service.neon.meters().connections() == 0);
            assertThat(service.metric("bobbin_pool_discards_total", "abandoned"))
                    .isZero();
        }
    }

    private static void hangUp(int port, int client) {
        Random random = new Random(client);
        String request = REQUESTS.get(client % REQUESTS.size());
        String body = request.startsWith("PUT") || request.startsWith("POST")
                ? "{\"type\":\"assistant_message\",\"content\":[]}"
                : "";
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write((request + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(UTF_8));
            socket.setSoLinger(random.nextBoolean(), 0);
            Thread.sleep(random.nextInt(30));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static double metric(BobbinOnNeon service, String name) {
        try {
            return service.metric(name, "");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
