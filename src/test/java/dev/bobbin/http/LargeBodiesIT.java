package dev.bobbin.http;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The packaged application with the heap that it has in a container of 256 MiB. How long anything takes is the machine's
 * matter: a refusal for lack of memory is repeated, as clients are asked to, and only what may never happen is asserted.
 */
class LargeBodiesIT {

    private static final int MEGABYTE = 1_000_000;
    private static final int ATTEMPTS = 100;

    /** Longer than any machine takes, where a test does not wait for the refusal itself. */
    private static final Map<String, String> PATIENT = Map.of(
            "BOBBIN_MEMORY_WAIT_TIMEOUT", "10m",
            "BOBBIN_MEMORY_STALL_TIMEOUT", "10m",
            "BOBBIN_MEMORY_TRANSFER_TIMEOUT", "10m",
            "BOBBIN_PAGE_MAX_BYTES", "3M");

    private static String database;
    private static BobbinProcess patient;

    @BeforeAll
    static void start() throws Exception {
        database = TestDatabase.get().freshDatabase();
        patient = start(PATIENT);
        assertThat(patient.put("/v1/threads/thr_1", "{}").statusCode()).isEqualTo(201);
    }

    @AfterAll
    static void stop() throws Exception {
        patient.close();
    }

    @AfterEach
    void nothingWentWrong() throws Exception {
        assertThat(patient.output()).doesNotContain("OutOfMemory", "ERROR");
        assertThat(patient.get("/v1/threads/thr_1").statusCode()).isEqualTo(200);
    }

    private static BobbinProcess start(Map<String, String> settings) throws Exception {
        Map<String, String> environment = BobbinProcess.open(database);
        environment.putAll(settings);
        BobbinProcess bobbin = BobbinProcess.start(environment, List.of("-Xmx82m", "-XX:+UseSerialGC"));
        bobbin.awaitReady();
        return bobbin;
    }

    @Test
    void moreThanFitsIntoTheHeapAtOnceIsTakenInByAndBy() {
        assertThat(together(12, i -> put(patient, "msg_" + i, 5 * MEGABYTE))).containsOnly(201);
        assertThat(together(8, i -> get(patient, "/v1/threads/thr_1/items/msg_" + i)))
                .containsOnly(200);
    }

    @Test
    void soIsWhatComesInChunks() {
        // with one character beyond Latin-1 Java takes two bytes for each
        byte[] body = json(6 * MEGABYTE).replaceFirst("x", "\u20AC").getBytes(StandardCharsets.UTF_8);
        assertThat(together(16, i -> {
                    HttpRequest request = patient.request("/v1/threads/thr_1/items/chunked_" + i)
                            .timeout(Duration.ofMinutes(10))
                            .header("Content-Type", "application/json")
                            .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                            .build();
                    return patient.client().send(request, BodyHandlers.ofString());
                }))
                .containsOnly(201);
    }

    /** With 3 MiB for a page: what comes next begins another one, and what is larger than that has one to itself. */
    @Test
    void pagesEndEarlyAtTheirBytes() throws Exception {
        String thread = "/v1/threads/thr_pages";
        patient.put(thread, "{}");
        List<Integer> sizes = List.of(1_000, 900_000, 900_000, 900_000, 1_000, 5_000_000, 900_000, 300_000, 10);
        for (int i = 0; i < sizes.size(); i++) {
            assertThat(status(put(patient, thread + "/items/", "msg_" + i, sizes.get(i))))
                    .isEqualTo(201);
        }
        List<String> ids =
                IntStream.range(0, sizes.size()).mapToObj(i -> "msg_" + i).toList();
        List<String> newestFirst = new ArrayList<>(ids);
        Collections.reverse(newestFirst);

        assertThat(walk(thread + "/items?order=asc&limit=9"))
                .containsExactly(ids.subList(0, 5), ids.subList(5, 6), ids.subList(6, 9));
        assertThat(walk(thread + "/items?order=asc&limit=2"))
                .containsExactly(
                        ids.subList(0, 2),
                        ids.subList(2, 4),
                        ids.subList(4, 5),
                        ids.subList(5, 6),
                        ids.subList(6, 8),
                        ids.subList(8, 9));
        assertThat(walk(thread + "/items"))
                .containsExactly(newestFirst.subList(0, 3), newestFirst.subList(3, 4), newestFirst.subList(4, 9));
        JsonObject items =
                new JsonObject(get(patient, thread + "?include=items").body()).getJsonObject("items");
        assertThat(items.getJsonArray("data").size()).isEqualTo(3);
        assertThat(items.getString("after")).isEqualTo("msg_6");

        List<String> paths = List.of(thread + "/items", thread + "?include=items", thread + "/items/msg_5");
        assertThat(together(12, i -> get(patient, paths.get(i % 3)))).containsOnly(200);
    }

    @Test
    void pagesOfThreadsEndEarlyToo() throws Exception {
        for (int i = 0; i < 4; i++) {
            HttpRequest.Builder request = patient.request("/v1/threads/thr_" + i)
                    .header("Content-Type", "application/json")
                    .header("Bobbin-User", "threads")
                    .PUT(BodyPublishers.ofString("{\"id\":\"thr_%d\",\"metadata\":{\"x\":\"%s\"}}"
                            .formatted(i, "x".repeat(i == 2 ? 5 * MEGABYTE : MEGABYTE))));
            assertThat(status(send(patient, request))).isEqualTo(201);
        }
        assertThat(walk("/v1/threads?order=asc"))
                .containsExactly(List.of("thr_0", "thr_1"), List.of("thr_2"), List.of("thr_3"));
        assertThat(walk("/v1/threads")).containsExactly(List.of("thr_3"), List.of("thr_2"), List.of("thr_1", "thr_0"));
    }

    /** The ids of each page, whose documents are looked at. */
    private static List<List<String>> walk(String path) {
        List<List<String>> pages = new ArrayList<>();
        String after = "";
        do {
            HttpResponse<String> answer = send(
                    patient,
                    patient.request(path + after)
                            .header("Bobbin-User", path.contains("/items") ? "local" : "threads")
                            .GET());
            assertThat(answer.statusCode()).isEqualTo(200);
            JsonObject page = new JsonObject(answer.body());
            List<String> ids = page.getJsonArray("data").stream()
                    .map(each -> ((JsonObject) each).getString("id"))
                    .toList();
            assertThat(page.getBoolean("has_more")).isEqualTo(page.getString("after") != null);
            pages.add(ids);
            after = (path.contains("?") ? "&" : "?") + "after=" + page.getString("after");
            if (page.getString("after") != null) {
                assertThat(page.getString("after")).isEqualTo(ids.get(ids.size() - 1));
            }
        } while (!after.endsWith("null"));
        return pages;
    }

    /** Each takes what its connection holds, and no more; a call in between is answered. */
    @Test
    void clientsThatDoNotReadHoldUpOnlyLargeCalls() throws Exception {
        assertThat(status(put(patient, "msg_unread", 6 * MEGABYTE))).isEqualTo(201);
        assertThat(status(put(patient, "msg_small", 60_000))).isEqualTo(201);
        try (BobbinProcess bobbin = start(Map.of(
                "BOBBIN_MEMORY_WAIT_TIMEOUT", "100ms",
                "BOBBIN_MEMORY_STALL_TIMEOUT", "100ms",
                "BOBBIN_MEMORY_TRANSFER_TIMEOUT", "10m"))) {
            List<Socket> slow = new ArrayList<>();
            try {
                for (int i = 0; i < 30; i++) {
                    slow.add(asking(bobbin, "/v1/threads/thr_1/items/msg_unread", 1));
                }
                // 240 MB in answers of which none is large
                slow.add(asking(bobbin, "/v1/threads/thr_1/items/msg_small", 4_000));
                for (int i = 0; i < 20; i++) {
                    assertThat(bobbin.get("/v1/threads/thr_1").statusCode()).isEqualTo(200);
                }
                // they are cut off, so that there is memory again
                assertThat(patient(() -> get(bobbin, "/v1/threads/thr_1/items/msg_unread")
                                .statusCode()))
                        .isEqualTo(200);
                for (Socket socket : slow) {
                    assertThat(toItsEnd(socket))
                            .as("bytes read of 6 MB and more")
                            .isLessThan(6 * MEGABYTE);
                }
            } finally {
                for (Socket socket : slow) {
                    socket.close();
                }
            }
            assertThat(bobbin.output()).doesNotContain("OutOfMemory", "ERROR");
        }
    }

    /** A client that asks, and does not read. */
    private static Socket asking(BobbinProcess bobbin, String path, int times) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), bobbin.port()));
        try {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + (times == 1 ? "Connection: close\r\n" : "")
                                    + "\r\n")
                            .repeat(times)
                            .getBytes(StandardCharsets.UTF_8));
        } catch (IOException cutOff) {
            // as it may be, in the middle of that
        }
        return socket;
    }

    @Test
    void aBodyIsAskedForByContinueOnceThereIsRoom() throws Exception {
        HttpRequest request = patient.request("/v1/threads/thr_1/items/msg_continue")
                .header("Content-Type", "application/json")
                .expectContinue(true)
                .PUT(BodyPublishers.ofString(json(5 * MEGABYTE)))
                .build();
        assertThat(patient.client().send(request, BodyHandlers.ofString()).statusCode())
                .isEqualTo(201);
    }

    /** What they sent is worked on although they are gone, and takes its memory until then. */
    @Test
    void clientsThatGoAwayDoNotMakeRoomForTheNext() throws Exception {
        byte[] body = json(6 * MEGABYTE).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 8; i++) {
            try (Socket client = new Socket("127.0.0.1", patient.port())) {
                client.getOutputStream().write(head("gone_" + i, body.length).getBytes(StandardCharsets.UTF_8));
                client.getOutputStream().write(body, 0, i % 2 == 0 ? body.length : body.length / 2);
            }
        }
        assertThat(status(put(patient, "msg_last", 6 * MEGABYTE))).isEqualTo(201);
    }

    @Test
    void whatDoesNotFitAloneIsRefused() {
        assertThat(status(put(patient, "msg_too_large", 12 * MEGABYTE))).isEqualTo(413);
        assertThat(status(put(patient, "msg_fits", 6 * MEGABYTE))).isEqualTo(201);
        assertThat(patient.output()).contains("QUARKUS_HTTP_LIMITS_MAX_BODY_SIZE");
    }

    /** It was stored by an instance with more memory. */
    @Test
    void aLargerDocumentThanMayBeStoredIsReadAllTheSame() {
        patient(() -> patient.put("/v1/threads/thr_larger", "{}").statusCode());
        TestDatabase.get()
                .execute(
                        database,
                        """
                        insert into thread_items (owner_id, thread_id, id, document, created_at, type)
                        values ('local/local', 'thr_larger', 'msg_1',
                          '{"type":"widget","x":"\u1F9F5' || repeat('x', 14000000) || '"}', now(), 'widget')""");
        assertThat(together(3, i -> get(patient, "/v1/threads/thr_larger/items/msg_1")))
                .containsOnly(200);
        assertThat(get(patient, "/v1/threads/thr_larger/items").body()).hasSizeGreaterThan(14_000_000);
    }

    /** A client that announces a large body and sends none holds up other large ones, and no small ones. */
    @Test
    void manyMembersAndPartsOfConversationsTakeNoMoreThanTheirBytes() {
        HttpResponse<String> made = post("/openai/v1/conversations", "{}");
        String items = "/openai/v1/conversations/" + made.body().substring(7, 36) + "/items";
        String members =
                IntStream.range(0, 600_000).mapToObj(i -> ",\"" + i + "\":1").collect(joining());
        String empty = "{\"items\":[{\"role\":\"assistant\",\"content\":[%s]}]}";
        String part = "{\"type\":\"output_text\"}";
        assertThat(patient(() -> post(items, "{\"items\":[{\"type\":\"x\"" + members + "}]}")
                        .statusCode()))
                .isEqualTo(200);
        assertThat(patient(() -> post(items, "{\"items\":[0" + ",0".repeat(3 * MEGABYTE) + "]}")
                        .statusCode()))
                .isEqualTo(400);
        assertThat(patient(() -> post(
                                "/openai/v1/conversations",
                                "{\"metadata\":{\"\":\"\""
                                        + members.replace(":1", ":\"\"").substring(1 * MEGABYTE) + "}}")
                        .statusCode()))
                .isEqualTo(400);
        assertThat(patient(() -> post(items, empty.formatted(part + ("," + part).repeat(260_000)))
                        .statusCode()))
                .isEqualTo(413);
        assertThat(together(
                        4,
                        i -> post(
                                items,
                                empty.formatted("{\"text\":\"\u20AC\"}," + part + ("," + part).repeat(140_000)))))
                .containsOnly(413);
        assertThat(together(4, i -> post(items, empty.formatted("{\"text\":\"" + "x".repeat(6 * MEGABYTE) + "\"}"))))
                .containsOnly(200);
    }

    private static HttpResponse<String> post(String path, String body) {
        return send(
                patient,
                patient.request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    @Test
    void oneThatIsNotSentKeepsOnlyLargeOnesOut() throws Exception {
        try (BobbinProcess bobbin = start(Map.of(
                        "BOBBIN_MEMORY_WAIT_TIMEOUT", "100ms",
                        "BOBBIN_MEMORY_STALL_TIMEOUT", "10m",
                        "BOBBIN_MEMORY_TRANSFER_TIMEOUT", "10m"));
                Socket lazy = new Socket("127.0.0.1", bobbin.port())) {
            lazy.getOutputStream().write((head("lazy_0", 6 * MEGABYTE) + "{").getBytes(StandardCharsets.UTF_8));
            awaitBusy(bobbin);
            assertThat(status(put(bobbin, "lazy_1", 1_000))).isEqualTo(201);
            assertThat(status(put(bobbin, "lazy_3", 100_000))).isEqualTo(201);
            assertThat(get(bobbin, "/v1/threads/thr_1/items/lazy_3").statusCode())
                    .isEqualTo(200);
            lazy.close();
            assertThat(patient(() -> status(put(bobbin, "lazy_4", 5 * MEGABYTE))))
                    .isEqualTo(201);
        }
    }

    private static void awaitBusy(BobbinProcess bobbin) {
        for (int i = 0; i < ATTEMPTS; i++) {
            if (status(put(bobbin, "lazy_2", 5 * MEGABYTE)) == 503) {
                return;
            }
        }
        throw new AssertionError("never busy");
    }

    private interface Call {
        HttpResponse<String> of(int number) throws Exception;
    }

    /** The statuses of calls that are made at once. */
    private static List<Integer> together(int calls, Call call) {
        List<CompletableFuture<Integer>> running = IntStream.range(0, calls)
                .mapToObj(i -> {
                    CompletableFuture<Integer> status = new CompletableFuture<>();
                    new Thread(() -> {
                                try {
                                    status.complete(call.of(i).statusCode());
                                } catch (Exception e) {
                                    status.completeExceptionally(e);
                                }
                            })
                            .start();
                    return status;
                })
                .toList();
        return running.stream().map(CompletableFuture::join).toList();
    }

    /** Repeats a call while it is refused for lack of memory. */
    private static int patient(Callable<Integer> call) {
        try {
            int status = 503;
            for (int i = 0; i < ATTEMPTS && status == 503; i++) {
                status = call.call();
            }
            return status;
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static String head(String id, int length) {
        return "PUT /v1/threads/thr_1/items/" + id + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + length + "\r\n\r\n";
    }

    private static int status(HttpResponse<String> answer) {
        return answer.statusCode();
    }

    private static HttpResponse<String> get(BobbinProcess bobbin, String path) {
        return send(bobbin, bobbin.request(path).GET());
    }

    private static HttpResponse<String> put(BobbinProcess bobbin, String id, int length) {
        return put(bobbin, "/v1/threads/thr_1/items/", id, length);
    }

    private static HttpResponse<String> put(BobbinProcess bobbin, String items, String id, int length) {
        return send(
                bobbin,
                bobbin.request(items + id)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(json(id, length))));
    }

    private static HttpResponse<String> send(BobbinProcess bobbin, HttpRequest.Builder request) {
        try {
            return bobbin.client().send(request.timeout(Duration.ofMinutes(10)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long toItsEnd(Socket socket) {
        long bytes = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = socket.getInputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes += n;
            }
        } catch (IOException reset) {
            // that is an end, too
        }
        return bytes;
    }

    private static String json(int length) {
        return json("", length).replace("\"id\":\"\",", "");
    }

    private static String json(String id, int length) {
        return "{\"id\":\"" + id + "\",\"type\":\"user_message\",\"content\":[{\"type\":\"input_text\",\"text\":\""
                + "x".repeat(length) + "\"}]}";
    }
}
