package dev.bobbin.database.pool;

import dev.bobbin.neon.NeonSimulator;
import dev.bobbin.support.As;
import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.TestDatabase;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged application with its database behind a simulated Neon, by host name and verified TLS. */
final class BobbinOnNeon implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final NeonSimulator neon;
    final BobbinProcess bobbin;
    /** The database itself, past the simulator. */
    final String database;

    private BobbinOnNeon(NeonSimulator neon, BobbinProcess bobbin, String database) {
        this.neon = neon;
        this.bobbin = bobbin;
        this.database = database;
    }

    /** Starts both, on a database of their own, and waits until the schema is there. */
    static BobbinOnNeon start(boolean pooled, Map<String, String> settings) throws Exception {
        String database = TestDatabase.get().freshDatabase();
        NeonSimulator neon = NeonSimulator.inFrontOf(database).start();
        neon.wakeGap(Duration.ofMillis(100));
        Map<String, String> environment = new HashMap<>(BobbinProcess.open(neon.url(pooled, database)));
        environment.putAll(settings);
        BobbinProcess bobbin = BobbinProcess.start(environment, neon.jvmArguments());
        try {
            bobbin.awaitReady();
        } catch (Throwable failure) {
            bobbin.close();
            neon.close();
            throw failure;
        }
        return new BobbinOnNeon(neon, bobbin, database);
    }

    CompletableFuture<HttpResponse<String>> send(String method, String path, String body, String... headers) {
        String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
        HttpRequest.Builder call = bobbin.request(path).header("Content-Type", type);
        HttpRequest request = (headers.length == 0 ? call : call.headers(headers))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return bobbin.client().sendAsync(request, BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> get(String path) {
        return send("GET", path, "");
    }

    static String item(String thread, String id) {
        return As.message(id, thread, "2026-01-01T00:00:00", "hello " + id);
    }

    /** A value from the metrics page; of several series with this name and these labels their sum, 0 without any. */
    double metric(String name, String labels) throws Exception {
        String page = bobbin.get("/q/metrics").body();
        Matcher lines =
                Pattern.compile("(?m)^" + name + "(\\{[^}]*})? ([0-9.eE+-]+)$").matcher(page);
        double sum = 0;
        while (lines.find()) {
            if (String.valueOf(lines.group(1)).contains(labels)) {
                sum += Double.parseDouble(lines.group(2));
            }
        }
        return sum;
    }

    static void eventually(String what, BooleanSupplier condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("never: " + what);
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() throws Exception {
        bobbin.close();
        neon.close();
    }
}
