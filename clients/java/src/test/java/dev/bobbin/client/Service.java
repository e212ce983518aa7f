package dev.bobbin.client;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The packaged service with a Postgres of its own, for all tests of this JVM. */
final class Service {

    private static final String URL_PROPERTY = "bobbin.test.url";
    private static final Path TARGET = Path.of("../../target").toAbsolutePath().normalize();
    private static final String JAVA = ProcessHandle.current().info().command().orElse("java");

    private Service() {}

    /** A user of the service that no other test has. */
    static Bobbin newUser() {
        return Bobbin.at(url()).withApiKey("test-key-acme").forUser("ann-" + UUID.randomUUID());
    }

    /** Starts the service at the first call. The property is shared with the class loaders of Quarkus' tests. */
    static String url() {
        synchronized (System.class) {
            String given = System.getenv("BOBBIN_TEST_BASE_URL");
            if (given != null) {
                return given;
            }
            if (System.getProperty(URL_PROPERTY) == null) {
                try {
                    System.setProperty(URL_PROPERTY, start());
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return System.getProperty(URL_PROPERTY);
        }
    }

    private static String start() throws IOException, InterruptedException {
        Path jar = TARGET.resolve("quarkus-app/quarkus-run.jar");
        Path classpath = TARGET.resolve("test-classpath.txt");
        if (Files.notExists(jar) || Files.notExists(classpath)) {
            throw new IllegalStateException(jar + " is missing: run ./mvnw verify -DskipTests first");
        }
        String given = System.getenv("BOBBIN_TEST_DATABASE_URL");
        String database = given != null
                ? given
                : startPostgres(Files.readString(classpath).strip());
        int port;
        try (ServerSocket probe = new ServerSocket(0)) {
            port = probe.getLocalPort();
        }
        Path log = Files.createTempFile("bobbin-client-", ".log");
        ProcessBuilder bobbin = new ProcessBuilder(JAVA, "-jar", jar.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        bobbin.environment()
                .putAll(Map.of(
                        "DATABASE_URL",
                        database,
                        "QUARKUS_HTTP_HOST",
                        "127.0.0.1",
                        "QUARKUS_HTTP_PORT",
                        String.valueOf(port),
                        "BOBBIN_AUTH_API_KEYS",
                        "acme=test-key-acme"));
        Process process = bobbin.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process, log)));
        String url = "http://127.0.0.1:" + port;
        long giveUpAt = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (!isReady(url)) {
            if (!process.isAlive() || System.nanoTime() > giveUpAt) {
                throw new IllegalStateException("Bobbin did not become ready:\n" + Files.readString(log));
            }
            Thread.sleep(100);
        }
        return url;
    }

    /** The project's own test database, which says its URL on the first line and ends with its standard input. */
    private static String startPostgres(String classpath) throws IOException {
        String classes = TARGET.resolve("test-classes") + File.pathSeparator + classpath;
        Process process = new ProcessBuilder(List.of(JAVA, "-cp", classes, "dev.bobbin.support.RunTestDatabase"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader lines = process.inputReader();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("postgresql://")) {
                return line.strip();
            }
        }
        throw new IllegalStateException("The test database did not start");
    }

    private static void end(Process process, Path log) {
        process.destroy();
        process.onExit().join();
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            // it is in the directory for temporary files
        }
    }

    private static boolean isReady(String url) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/q/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
