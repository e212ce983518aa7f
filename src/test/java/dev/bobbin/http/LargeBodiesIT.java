package dev.bobbin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.KeptConnection;
import dev.bobbin.support.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packaged application with the heap that it has in a container of 256 MiB. */
class LargeBodiesIT {

    private static final int MEGABYTE = 1_000_000;

    private BobbinProcess bobbin;

    @BeforeEach
    void start() throws Exception {
        bobbin = BobbinProcess.start(
                BobbinProcess.open(TestDatabase.get().freshDatabase()), List.of("-Xmx82m", "-XX:+UseSerialGC"));
        bobbin.awaitReady();
        assertThat(bobbin.put("/v1/threads/thr_1", "{}").statusCode()).isEqualTo(201);
    }

    @AfterEach
    void stop() throws Exception {
        bobbin.close();
    }

    @Test
    void moreThanFitsIntoTheHeapAtOnceIsTakenInByAndBy() throws Exception {
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String id = "msg_" + i;
            calls.add(CompletableFuture.supplyAsync(() -> put(id, 5 * MEGABYTE)));
        }
        for (CompletableFuture<Integer> call : calls) {
            assertThat(call.get()).isEqualTo(201);
        }
        assertThat(bobbin.get("/v1/threads/thr_1/items/msg_11").statusCode()).isEqualTo(200);
        assertThat(bobbin.output()).doesNotContain("OutOfMemory", "ERROR");
    }

    @Test
    void soIsWhatComesInChunks() throws Exception {
        byte[] body = json(6 * MEGABYTE).getBytes(StandardCharsets.UTF_8);
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            HttpRequest request = bobbin.request("/v1/threads/thr_1/items/msg_" + i)
                    .header("Content-Type", "application/json")
                    .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                    .build();
            calls.add(bobbin.client().sendAsync(request, BodyHandlers.ofString()));
        }
        int stored = 0;
        for (CompletableFuture<HttpResponse<String>> call : calls) {
            int status = call.get().statusCode();
            assertThat(status)
                    .as("stored, or told after ten seconds that there is no room")
                    .isIn(201, 503);
            stored += status == 201 ? 1 : 0;
        }
        assertThat(stored).isPositive();
        assertThat(bobbin.output()).doesNotContain("OutOfMemory", "ERROR");
    }

    @Test
    void aBodyIsAskedForByContinueOnceThereIsRoom() throws Exception {
        HttpRequest request = bobbin.request("/v1/threads/thr_1/items/msg_1")
                .header("Content-Type", "application/json")
                .expectContinue(true)
                .PUT(BodyPublishers.ofString(json(5 * MEGABYTE)))
                .build();
        assertThat(bobbin.client().send(request, BodyHandlers.ofString()).statusCode())
                .isEqualTo(201);
    }

    /** What they sent is worked on although they are gone, and takes its room until then. */
    @Test
    void clientsThatGoAwayDoNotMakeRoomForTheNext() throws Exception {
        byte[] body = json(6 * MEGABYTE).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 8; i++) {
            try (Socket client = new Socket("127.0.0.1", bobbin.port())) {
                client.getOutputStream().write(head("msg_" + i, body.length).getBytes(StandardCharsets.UTF_8));
                client.getOutputStream().write(body);
            } catch (IOException refused) {
                // it may be told that others are before it
            }
        }
        assertThat(put("msg_last", 6 * MEGABYTE)).isEqualTo(201);
        assertThat(bobbin.output()).doesNotContain("OutOfMemory", "ERROR");
    }

    @Test
    void whatDoesNotFitAloneIsRefused() throws Exception {
        assertThat(put("msg_1", 12 * MEGABYTE)).isEqualTo(413);
        assertThat(put("msg_2", 6 * MEGABYTE)).isEqualTo(201);
        assertThat(bobbin.get("/v1/threads/thr_1/items/msg_2").statusCode()).isEqualTo(200);
        assertThat(bobbin.output())
                .contains("QUARKUS_HTTP_LIMITS_MAX_BODY_SIZE")
                .doesNotContain("OutOfMemory", "ERROR");
    }

    /** A client that announces a large body and sends none, holds up other large ones, and no small ones. */
    @Test
    void oneThatIsNotSentKeepsOnlyLargeOnesOut() throws Exception {
        try (Socket lazy = new Socket("127.0.0.1", bobbin.port())) {
            lazy.getOutputStream().write((head("msg_0", 6 * MEGABYTE) + "{").getBytes(StandardCharsets.UTF_8));
            Thread.sleep(500);
            CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> put("msg_2", 5 * MEGABYTE));
            Thread.sleep(500);
            assertThat(put("msg_1", 1_000)).isEqualTo(201);
            assertThat(put("msg_3", 100_000)).isEqualTo(201);
            assertThat(waiting.isDone()).isFalse();
            assertThat(waiting.get()).isEqualTo(503);
        }
        assertThat(put("msg_4", 5 * MEGABYTE)).isEqualTo(201);
    }

    private static String head(String id, int length) {
        return "PUT /v1/threads/thr_1/items/" + id + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + length + "\r\n\r\n";
    }

    private int put(String id, int length) {
        try (KeptConnection connection = new KeptConnection(bobbin.port())) {
            return connection.call("PUT", "/v1/threads/thr_1/items/" + id, json(length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String json(int length) {
        return "{\"type\":\"user_message\",\"content\":[{\"type\":\"input_text\",\"text\":\"" + "x".repeat(length)
                + "\"}]}";
    }
}
