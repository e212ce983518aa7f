package dev.bobbin.console;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Debian's Chromium, by its DevTools protocol: that needs a WebSocket, which Java has, where Playwright would bring a driver of
 * 190 MB, and Selenium another package of Debian's.
 */
final class Browser implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger number = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();

    /** What the pages complained of: errors of scripts, and violations of the policy. */
    final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    static boolean isInstalled() {
        return Files.isExecutable(CHROMIUM);
    }

    Browser() throws Exception {
        profile = Files.createTempDirectory("bobbin-browser");
        process = new ProcessBuilder(
                        CHROMIUM.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--hide-scrollbars",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("chromium.log").toFile())
                .start();
        Path port = profile.resolve("DevToolsActivePort");
        await(() -> Files.exists(port) && Files.readAllLines(port).size() > 1);
        HttpClient client = HttpClient.newHttpClient();
        String pages = "http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json";
        JsonArray targets = new JsonArray(
                client.send(HttpRequest.newBuilder(URI.create(pages)).build(), BodyHandlers.ofString())
                        .body());
        String page = targets.stream()
                .map(JsonObject.class::cast)
                .filter(target -> target.getString("type").equals("page"))
                .map(target -> target.getString("webSocketDebuggerUrl"))
                .findFirst()
                .orElseThrow();
        socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(page), new Receiver())
                .join();
        for (String domain : List.of("Page", "Runtime", "Log")) {
            send(domain + ".enable", new JsonObject());
        }
    }

    /** How it looks from here on. */
    void show(int width, int height, boolean dark) {
        send(
                "Emulation.setDeviceMetricsOverride",
                JsonObject.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        send(
                "Emulation.setEmulatedMedia",
                JsonObject.of(
                        "features",
                        JsonArray.of(JsonObject.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    void open(String url) throws Exception {
        send("Page.navigate", JsonObject.of("url", url));
        awaitTrue("document.readyState == 'complete' && location.href != 'about:blank'");
    }

    /** Does what leads to another page, and waits for that. */
    void leave(String script) throws Exception {
        evaluate("window.left = true");
        evaluate(script);
        awaitTrue("!window.left && document.readyState == 'complete'");
    }

    Object evaluate(String script) {
        JsonObject result = send(
                "Runtime.evaluate",
                JsonObject.of("expression", script, "awaitPromise", true, "returnByValue", true, "userGesture", true));
        if (result.containsKey("exceptionDetails")) {
            throw new IllegalStateException(
                    script + ": " + result.getJsonObject("exceptionDetails").encode());
        }
        return result.getJsonObject("result").getValue("value");
    }

    String text(String selector) {
        return (String) evaluate("document.querySelector(" + quoted(selector) + ").innerText");
    }

    void awaitTrue(String script) throws Exception {
        await(() -> {
            try {
                return Boolean.TRUE.equals(evaluate("Boolean(" + script + ")"));
            } catch (IllegalStateException inBetween) {
                // two pages
                return false;
            }
        });
    }

    void press(String key, int code) {
        for (String type : List.of("keyDown", "keyUp")) {
            JsonObject event = JsonObject.of("type", type, "key", key, "windowsVirtualKeyCode", code);
            if (key.equals("Enter") && type.equals("keyDown")) {
                event.put("text", "\r");
            }
            send("Input.dispatchKeyEvent", event);
        }
    }

    void write(String text) {
        send("Input.insertText", JsonObject.of("text", text));
    }

    void screenshot(Path file) throws IOException {
        String png = send("Page.captureScreenshot", new JsonObject()).getString("data");
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(png));
    }

    static String quoted(String text) {
        return new JsonArray().add(text).encode() + "[0]";
    }

    private JsonObject send(String method, JsonObject parameters) {
        int id = number.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText(
                        JsonObject.of("id", id, "method", method, "params", parameters)
                                .encode(),
                        true)
                .join();
        return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.holds()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("the browser takes longer than " + PATIENCE);
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() throws Exception {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    private final class Receiver implements WebSocket.Listener {

        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                receive(new JsonObject(message.toString()));
                message.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void receive(JsonObject received) {
            Integer id = received.getInteger("id");
            if (id != null) {
                answers.remove(id).complete(received.getJsonObject("result", received.getJsonObject("error")));
            } else if (received.getString("method").equals("Runtime.exceptionThrown")
                    || received.getString("method").equals("Log.entryAdded")) {
                complaints.add(received.getJsonObject("params").encode());
            }
        }
    }
}
