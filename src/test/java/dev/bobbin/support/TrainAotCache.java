package dev.bobbin.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes the AOT cache of the image (JEP 514): the packaged service runs on the tests' database, serves every call often
 * enough for the compiler to take notice of it (JEP 515), ends in order, and its JVM writes the cache.
 *
 * <p>Arguments: the jar, by the path that it will have; the cache; the JVM's flags. It runs on the java that runs this.
 */
public final class TrainAotCache {

    /** Further rounds made the start no faster. */
    private static final int ROUNDS = 200;

    private static final String MESSAGE =
            """
            {"id":"msg_%s","created_at":"2026-01-01T09:00:01","type":"user_message",\
            "content":[{"type":"input_text","text":"Hello \u2713"}],"attachments":[],"inference_options":{}}""";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;

    private TrainAotCache(int port) {
        base = "http://127.0.0.1:" + port;
    }

    public static void main(String[] args) throws Exception {
        Path cache = Path.of(args[1]);
        int port = BobbinProcess.freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(args).subList(2, args.length));
        command.addAll(List.of("-XX:AOTCacheOutput=" + cache, "-jar", args[0]));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("DATABASE_URL", TestDatabase.get().freshDatabase());
        builder.environment().put("BOBBIN_AUTH_API_KEYS", "local=training");
        builder.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
        builder.environment().put("QUARKUS_SHUTDOWN_DELAY", "0s");
        Process bobbin = builder.start();
        try {
            new TrainAotCache(port).run();
            bobbin.destroy();
            if (!bobbin.waitFor(5, TimeUnit.MINUTES) || !Files.exists(cache)) {
                throw new IllegalStateException("The JVM has not written " + cache + "; it says above why");
            }
            System.out.println(cache + " has " + Files.size(cache) / 1_000_000 + " MB");
        } finally {
            bobbin.destroyForcibly();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        awaitStarted();
        for (int round = 0; round < ROUNDS; round++) {
            String thread = "/v1/threads/thr_" + round;
            call("PUT", thread, "{\"id\":\"thr_" + round + "\",\"created_at\":\"2026-01-01T09:00:00\"}", 2);
            call("POST", "/v1/threads", "{\"title\":\"made by the service\",\"status\":{\"type\":\"active\"}}", 2);
            call("POST", thread + "/items", MESSAGE.formatted(round + "a"), 2);
            call("PUT", thread + "/items/msg_" + round + "b", MESSAGE.formatted(round + "b"), 2);
            String batch = MESSAGE.formatted(round + "c") + "," + MESSAGE.formatted(round + "d");
            call("POST", thread + "/items", "[" + batch + "]", 2);
            call("GET", thread, "", 2);
            call("GET", thread + "?include=items", "", 2);
            call("GET", thread + "/items?limit=1&order=desc", "", 2);
            call("GET", thread + "/items/msg_" + round + "a", "", 2);
            call("GET", "/v1/threads?limit=20", "", 2);
            String attachment = "/v1/attachments/atc_" + round;
            call(
                    "PUT",
                    attachment,
                    "{\"id\":\"atc_" + round + "\",\"type\":\"file\",\"name\":\"a.txt\",\"mime_type\":\"text/plain\"}",
                    2);
            call("GET", attachment, "", 2);
            call("DELETE", attachment, "", 2);
            call("DELETE", thread + "/items/msg_" + round + "c", "", 2);
            call("DELETE", thread + "/items?after=msg_" + round + "a", "", 2);
            call("DELETE", thread, "", 2);
            call("GET", thread, "", 4);
            call("GET", "/q/health/live", "", 2);
            call("GET", "/q/health/ready", "", 2);
        }
        call("GET", "/q/metrics", "", 2);
    }

    private void awaitStarted() throws Exception {
        for (int i = 0; i < 600; i++) {
            try {
                call("GET", "/q/health/ready", "", 2);
                return;
            } catch (IOException notYet) {
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException("The service does not start; it says above why");
    }

    /** Fails if the answer's status is not of the wanted hundred: a training in refusals would be worth nothing. */
    private void call(String method, String path, String body, int hundred) throws Exception {
        BodyPublisher publisher = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer training")
                        .header("Bobbin-User", "ann")
                        .method(method, publisher)
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() / 100 != hundred) {
            throw new IllegalStateException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
    }
}
