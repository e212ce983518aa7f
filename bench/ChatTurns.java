import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Loads a Bobbin with chat turns at a constant rate and prints the latencies of its calls. A turn is what ChatKit's server does
 * for one message: it loads the thread, its latest items, adds the user's item, saves the assistant's item twice and the
 * thread once.
 *
 * <p>Turns start on schedule whether or not earlier ones are answered. The latency of a turn and of its first call counts from
 * the scheduled time, so that a service that stops for a second shows that second in every turn that should have started
 * meanwhile (no coordinated omission). Each later call of a turn counts from the answer before it.
 *
 * <p>Everything is written for users named {@code bench-…}, and deleted at the end.
 */
public final class ChatTurns {

    private static final String USAGE =
            """
            java bench/ChatTurns.java [URL] [--rate TURNS_PER_SECOND] [--seconds N] [--warm-up N] [--threads N] [--users N]

              URL         of the service, http://localhost:8080 by default; loads that are not local take a few more
                          connections than --rate times a turn's seconds
              --rate      10 by default: 60 calls per second
              --seconds   30 by default
              --warm-up   10 by default: seconds at the same rate that are not counted
              --threads   100 by default: threads of 100 items each that are made first
              --users     20 by default: among whom the threads are divided

            The environment variable BOBBIN_KEY has the API key, if one is needed.
            """;

    private static final int ITEMS = 100;
    private static final int MAX_IN_FLIGHT = 2_000;
    private static final String TEXT = "The quick brown fox jumps over the lazy dog, and asks what its order costs. ".repeat(5);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final Map<String, Latencies> calls = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final String run = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    private final String url;
    private final String key = System.getenv("BOBBIN_KEY");
    private final int users;
    private volatile boolean counting;

    private ChatTurns(String url, int users) {
        this.url = url.replaceAll("/+$", "");
        this.users = users;
    }

    /** Latencies in nanoseconds, and failures by their reason. */
    private static final class Latencies {
        private long[] nanos = new long[1 << 12];
        private int count;
        private final Map<String, Integer> failures = new LinkedHashMap<>();

        synchronized void add(long latency) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, count * 2);
            }
            nanos[count++] = latency;
        }

        synchronized void fail(String why) {
            failures.merge(why, 1, Integer::sum);
        }

        synchronized String row(String name, double seconds) {
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            int failed = failures.values().stream().mapToInt(Integer::intValue).sum();
            return String.format(
                    Locale.ROOT,
                    "%-22s %9.1f %8.1f %8.1f %8.1f %8.1f %8.1f %7d%s",
                    name,
                    count / seconds,
                    percentile(sorted, 0.5),
                    percentile(sorted, 0.9),
                    percentile(sorted, 0.99),
                    percentile(sorted, 0.999),
                    percentile(sorted, 1),
                    failed,
                    failed == 0 ? "" : "  " + failures);
        }

        private static double percentile(long[] sorted, double share) {
            return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6;
        }
    }

    public static void main(String[] args) throws Exception {
        Map<String, Integer> options = new LinkedHashMap<>(
                Map.of("--rate", 10, "--seconds", 30, "--warm-up", 10, "--threads", 100, "--users", 20));
        String url = "http://localhost:8080";
        for (int i = 0; i < args.length; i++) {
            if (options.containsKey(args[i]) && i + 1 < args.length && args[i + 1].matches("[1-9]\\d{0,6}")) {
                options.put(args[i], Integer.parseInt(args[++i]));
            } else if (args[i].matches("https?://.+")) {
                url = args[i];
            } else {
                System.err.print(USAGE);
                System.exit(2);
            }
        }
        ChatTurns bench = new ChatTurns(url, options.get("--users"));
        System.exit(bench.run(
                options.get("--rate"), options.get("--seconds"), options.get("--warm-up"), options.get("--threads")));
    }

    private int run(int rate, int seconds, int warmUp, int threads) throws Exception {
        System.out.printf(Locale.ROOT, "%s: %d threads of %d items%n", url, threads, ITEMS);
        List<String> ids = new ArrayList<>();
        try {
            for (int i = 0; i < threads; i++) {
                ids.add(fill(i));
            }
            System.out.printf(
                    Locale.ROOT, "%d turns per second, for %d s after %d s that do not count%n%n", rate, seconds, warmUp);
            load(ids, rate, warmUp);
            counting = true;
            long began = System.nanoTime();
            load(ids, rate, seconds);
            double took = (System.nanoTime() - began) / 1e9;
            counting = false;
            return print(took);
        } finally {
            for (String id : ids) {
                http.send(request("DELETE", "/v1/threads/" + id, null, ids.indexOf(id)), BodyHandlers.discarding());
            }
        }
    }

    private String fill(int thread) throws IOException, InterruptedException {
        String id = "thr_bench_" + run + "_" + thread;
        must(http.send(request("PUT", "/v1/threads/" + id, threadDocument(id), thread), BodyHandlers.ofString()));
        StringBuilder items = new StringBuilder("[");
        for (int i = 0; i < ITEMS; i++) {
            items.append(i == 0 ? "" : ",").append(itemDocument("msg_" + run + "_" + i, "user_message", "input_text"));
        }
        String path = "/v1/threads/" + id + "/items";
        must(http.send(request("POST", path, items.append(']').toString(), thread), BodyHandlers.ofString()));
        return id;
    }

    private static void must(HttpResponse<String> response) {
        if (response.statusCode() >= 300) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
    }

    /** Starts turns on schedule, and waits until all have ended. */
    private void load(List<String> ids, int rate, int seconds) throws InterruptedException {
        int turns = rate * seconds;
        CountDownLatch ended = new CountDownLatch(turns);
        long began = System.nanoTime();
        for (int i = 0; i < turns; i++) {
            long scheduled = began + i * TimeUnit.SECONDS.toNanos(1) / rate;
            while (System.nanoTime() < scheduled) {
                LockSupport.parkNanos(scheduled - System.nanoTime());
            }
            if (inFlight.incrementAndGet() > MAX_IN_FLIGHT) {
                // the service does not keep up; more would only measure this program
                inFlight.decrementAndGet();
                count("turn", scheduled, "more than " + MAX_IN_FLIGHT + " turns at once");
                ended.countDown();
                continue;
            }
            int thread = ThreadLocalRandom.current().nextInt(ids.size());
            turn(ids.get(thread), thread, scheduled).whenComplete((done, failed) -> {
                inFlight.decrementAndGet();
                ended.countDown();
            });
        }
        ended.await();
    }

    private CompletableFuture<Void> turn(String id, int thread, long scheduled) {
        String path = "/v1/threads/" + id;
        String suffix = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        String user = itemDocument("msg_u" + suffix, "user_message", "input_text");
        String answerId = "msg_a" + suffix;
        String answer = itemDocument(answerId, "assistant_message", "output_text");
        return call("load thread", request("GET", path, null, thread), scheduled)
                .thenCompose(then -> call("load items", request("GET", path + "/items?limit=20&order=desc", null, thread), then))
                .thenCompose(then -> call("add item", request("POST", path + "/items", user, thread), then))
                .thenCompose(then -> call("save item", request("PUT", path + "/items/" + answerId, answer, thread), then))
                .thenCompose(then -> call("save item", request("PUT", path + "/items/" + answerId, answer, thread), then))
                .thenCompose(then -> call("save thread", request("PUT", path, threadDocument(id), thread), then))
                .handle((then, failed) -> {
                    count("turn", scheduled, failed == null ? null : "a call failed");
                    return null;
                });
    }

    /** The time when the call was answered; a failed one ends its turn. */
    private CompletableFuture<Long> call(String name, HttpRequest request, long since) {
        return http.sendAsync(request, BodyHandlers.ofByteArray()).handle((response, failed) -> {
            String why = failed != null
                    ? String.valueOf(failed.getCause() == null ? failed : failed.getCause())
                    : response.statusCode() < 300 ? null : String.valueOf(response.statusCode());
            count(name, since, why);
            if (why != null) {
                throw new IllegalStateException(why);
            }
            return System.nanoTime();
        });
    }

    private void count(String name, long since, String failure) {
        if (!counting) {
            return;
        }
        Latencies latencies = calls.computeIfAbsent(name, unknown -> new Latencies());
        if (failure == null) {
            latencies.add(System.nanoTime() - since);
        } else {
            latencies.fail(failure);
        }
    }

    private int print(double seconds) {
        System.out.println("                         per s   p50 ms   p90 ms   p99 ms p99.9 ms   max ms  failed");
        for (String name : List.of("load thread", "load items", "add item", "save item", "save thread", "turn")) {
            System.out.println(calls.getOrDefault(name, new Latencies()).row(name, seconds));
        }
        return calls.values().stream().allMatch(latencies -> latencies.failures.isEmpty()) ? 0 : 1;
    }

    private HttpRequest request(String method, String path, String body, int thread) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(60))
                .header("Bobbin-User", "bench-" + thread % users)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return request.build();
    }

    private static String threadDocument(String id) {
        return """
                {"id":"%s","title":"A thread of the benchmark","created_at":"%s","status":{"type":"active"},"metadata":{}}"""
                .formatted(id, Instant.now());
    }

    private static String itemDocument(String id, String type, String content) {
        return """
                {"id":"%s","type":"%s","created_at":"%s","content":[{"type":"%s","text":"%s"}]}"""
                .formatted(id, type, Instant.now(), content, TEXT);
    }
}
