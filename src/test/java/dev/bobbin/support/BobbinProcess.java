package dev.bobbin.support;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The packaged application as its users run it: a process, an environment, a port. */
public final class BobbinProcess implements AutoCloseable {

    /** A guard against what hangs, far beyond what a busy machine takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private final Path directory;
    private final Path output;
    private final Process process;

    private BobbinProcess(List<String> command, Map<String, String> environment) {
        try {
            port = freePort();
            directory = Files.createTempDirectory("bobbin");
            output = directory.resolve("output.log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("BOBBIN_") || name.startsWith("QUARKUS_"));
            builder.environment().keySet().removeIf(name -> name.startsWith("DATABASE_"));
            builder.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
            builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
            // no load balancer is there to be waited for
            builder.environment().put("QUARKUS_SHUTDOWN_DELAY", "0s");
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts it with these variables and no others of its own; the caller waits. */
    public static BobbinProcess start(Map<String, String> environment) {
        return start(environment, List.of());
    }

    /** The same, with arguments for the JVM. */
    public static BobbinProcess start(Map<String, String> environment, List<String> jvmArguments) {
        return of(Artifact.command(jvmArguments), environment);
    }

    static BobbinProcess of(List<String> command, Map<String, String> environment) {
        return new BobbinProcess(command, environment);
    }

    /** Starts it on a database, without authentication, and waits until it is ready. */
    public static BobbinProcess serving(String databaseUrl) throws Exception {
        BobbinProcess bobbin = start(open(databaseUrl));
        bobbin.awaitReady();
        return bobbin;
    }

    /** The same, with the delay of application.properties before it ends, which these processes are otherwise spared. */
    public static BobbinProcess drainingAsShipped(String databaseUrl) throws Exception {
        Map<String, String> environment = open(databaseUrl);
        environment.put("QUARKUS_SHUTDOWN_DELAY", "3s");
        BobbinProcess bobbin = start(environment);
        bobbin.awaitReady();
        return bobbin;
    }

    public static Map<String, String> open(String databaseUrl) {
        return new HashMap<>(Map.of("DATABASE_URL", databaseUrl, "BOBBIN_AUTH_MODE", "none"));
    }

    public void awaitReady() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                if (get("/q/health/ready").statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // it does not listen before it is ready to
            }
            Thread.sleep(50);
        }
        throw new AssertionError("not ready:\n" + output());
    }

    /** The exit code of a process that ends by itself. */
    public int awaitExit() throws Exception {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("still running:\n" + output());
        }
        return process.exitValue();
    }

    /** Returns when it has printed this. */
    public void awaitOutput(String text) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!output().contains(text)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("no '" + text + "' in its output:\n" + output());
            }
            Thread.sleep(50);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The first 15 characters of its threads' names, as Linux has them. */
    public List<String> threads() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", String.valueOf(process.pid()), "task"))) {
            List<String> names = new ArrayList<>();
            for (Path task : tasks.toList()) {
                names.add(Files.readString(task.resolve("comm")).strip());
            }
            return names;
        }
    }

    /** Asks it to end, as {@code docker stop} does. */
    public void terminate() {
        process.destroy();
    }

    /** Ends it as {@code kill -9} does, and waits until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Everything it printed, on both streams. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> put(String path, String body) throws Exception {
        return client.send(
                request(path)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE);
    }

    public HttpClient client() {
        return client;
    }

    public int port() {
        return port;
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        Files.deleteIfExists(output);
        Files.deleteIfExists(directory);
    }
}
