package dev.bobbin.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Bobbin, and on whose behalf it is called. Immutable; the copies that {@code with…} and {@code forUser} return share its
 * connections.
 *
 * <p>Lost connections, timeouts and the statuses 502, 503 and 504 are retried at most four times and for at most 90
 * seconds, with full jitter and {@code Retry-After}. All calls of this client have the same effect when they are repeated.
 */
public final class Bobbin {

    /** Outlasts the waking of a sleeping database. */
    private static final Duration TIMEOUT = Duration.ofSeconds(45);

    private static final int MAX_RETRIES = 4;
    private static final Duration TOTAL = Duration.ofSeconds(90);
    private static final long BACKOFF_MILLIS = 500;
    private static final long BACKOFF_CAP_MILLIS = 8_000;
    private static final long RETRY_AFTER_CAP_MILLIS = 20_000;
    private static final Set<Integer> RETRYABLE = Set.of(502, 503, 504);

    private final HttpClient http;
    private final String baseUrl;
    private final @Nullable Supplier<String> credential;
    private final @Nullable String user;

    private Bobbin(HttpClient http, String baseUrl, @Nullable Supplier<String> credential, @Nullable String user) {
        this.http = http;
        this.baseUrl = baseUrl;
        this.credential = credential;
        this.user = user;
    }

    /** The Bobbin at a URL without {@code /v1}, such as {@code https://bobbin.example.com}. */
    public static Bobbin at(String url) {
        String scheme = URI.create(url).getScheme();
        if (!"http".equals(scheme) && !"https".equals(scheme)) {
            throw new IllegalArgumentException("Bobbin's URL must begin with http:// or https://, not " + url);
        }
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
        return new Bobbin(http, url.replaceFirst("/+$", ""), null, null);
    }

    /** In mode {@code api-key}, together with a user. */
    public Bobbin withApiKey(String key) {
        return new Bobbin(http, baseUrl, () -> key, user);
    }

    /** In mode {@code jwt}: returns a valid token for each attempt. */
    public Bobbin withToken(Supplier<String> token) {
        return new Bobbin(http, baseUrl, token, user);
    }

    /** The user on whose behalf calls are made, in the modes {@code api-key} and {@code none}. */
    public Bobbin forUser(String user) {
        if (user.isEmpty()) {
            // an owner that all who lack a name would share
            throw new IllegalArgumentException("The user must not be empty");
        }
        return new Bobbin(http, baseUrl, credential, user);
    }

    /** Returns the answer's body; {@code path} begins with {@code /v1/}. */
    JsonNode send(String method, String path, @Nullable String body) {
        long giveUpAt = System.nanoTime() + TOTAL.toNanos();
        for (int attempt = 0; ; attempt++) {
            BobbinException failure;
            long retryAfter = 0;
            try {
                HttpResponse<String> response = http.send(request(method, path, body), BodyHandlers.ofString());
                if (response.statusCode() / 100 == 2) {
                    return bodyOf(response, method, path);
                }
                failure = failure(response, method, path);
                if (!mayRetry(response)) {
                    throw failure;
                }
                retryAfter = retryAfterMillis(response);
            } catch (IOException e) {
                String reason =
                        e instanceof ConnectException && e.getMessage() == null ? "cannot connect" : e.toString();
                String message = method + " " + path + " had no answer from " + baseUrl + ": " + reason;
                failure = new BobbinException(message, 0, null, null, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BobbinException(method + " " + path + " was interrupted", 0, null, null, e);
            }
            long delay = retryAfter + jitter(attempt);
            if (attempt >= MAX_RETRIES || System.nanoTime() + delay * 1_000_000 > giveUpAt) {
                throw failure;
            }
            pause(delay, failure);
        }
    }

    private HttpRequest request(String method, String path, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(baseUrl + path))
                .timeout(TIMEOUT)
                .header("Accept", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (credential != null) {
            request.header("Authorization", "Bearer " + credential.get());
        }
        if (user != null) {
            request.header("Bobbin-User", userHeader(user));
        }
        return request.build();
    }

    /** A user name as a header value: as it is, or as in RFC 8187 if it would not arrive whole. */
    static String userHeader(String user) {
        boolean plain = user.chars().allMatch(c -> c >= ' ' && c <= '~')
                && user.equals(user.strip())
                && !user.regionMatches(true, 0, "utf-8''", 0, 7);
        return plain ? user : "UTF-8''" + encoded(user);
    }

    /** Percent-encodes what a path segment or a query's value cannot hold. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }

    private static JsonNode bodyOf(HttpResponse<String> response, String method, String path) {
        if (response.body().isEmpty()) {
            return MissingNode.getInstance();
        }
        try {
            return Json.parse(response.body());
        } catch (JsonProcessingException e) {
            throw new BobbinException(
                    method + " " + path + " was not answered by Bobbin", response.statusCode(), null, null, e);
        }
    }

    private static BobbinException failure(HttpResponse<String> response, String method, String path) {
        String contentType = response.headers().firstValue("Content-Type").orElse("");
        int status = response.statusCode();
        if (!contentType.startsWith("application/problem+json")) {
            String message = method + " " + path + " was not answered by Bobbin: " + status;
            return new BobbinException(message, status, null, null, null);
        }
        JsonNode problem = bodyOf(response, method, path);
        String title = problem.path("title").asText();
        String message = status + " " + title + ": " + problem.path("detail").asText(title);
        String requestId = problem.path("request_id").asText(null);
        return new BobbinException(message, status, problem.path("type").asText(null), requestId, null);
    }

    private static boolean mayRetry(HttpResponse<String> response) {
        return response.headers()
                .firstValue("x-should-retry")
                .map(Boolean::parseBoolean)
                .orElse(RETRYABLE.contains(response.statusCode()));
    }

    private static long retryAfterMillis(HttpResponse<String> response) {
        String value = response.headers().firstValue("Retry-After").orElse("");
        return value.matches("\\d{1,9}") ? Math.min(Long.parseLong(value) * 1000, RETRY_AFTER_CAP_MILLIS) : 0;
    }

    private static long jitter(int attempt) {
        long bound = Math.min(BACKOFF_CAP_MILLIS, BACKOFF_MILLIS << attempt);
        return ThreadLocalRandom.current().nextLong(bound + 1);
    }

    private static void pause(long millis, BobbinException failure) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }
}
