package dev.bobbin.support;

import static io.restassured.RestAssured.given;

import io.restassured.config.EncoderConfig;
import io.restassured.config.HttpClientConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.http.impl.client.DefaultHttpClient;
import org.apache.http.impl.conn.PoolingClientConnectionManager;
import org.apache.http.params.HttpParams;

/** A user of a tenant, and the calls of the wire as that user makes them. */
@SuppressWarnings("deprecation") // REST Assured is made for this client
public record As(String key, String user) {

    public static final String ACME_KEY = "key-of-acme";
    public static final String BETA_KEY = "key-of-beta";

    private static final JsonPathFilter PATHS = new JsonPathFilter();
    private static final SpecificationFilter SPECIFICATION = new SpecificationFilter();

    // with its defaults set, which each new client would look for in all jars
    private static final HttpParams DEFAULTS = new DefaultHttpClient().getParams();

    // REST Assured makes a client for each call, whose own connection would be open until it is collected
    private static final PoolingClientConnectionManager CONNECTIONS = new PoolingClientConnectionManager();

    static {
        CONNECTIONS.setMaxTotal(500);
        CONNECTIONS.setDefaultMaxPerRoute(500);
    }

    private static final RestAssuredConfig CONFIG = RestAssuredConfig.config()
            .httpClient(HttpClientConfig.httpClientConfig()
                    .httpClientFactory(() -> new DefaultHttpClient(CONNECTIONS, DEFAULTS.copy())))
            .encoderConfig(EncoderConfig.encoderConfig()
                    .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                    .encodeContentTypeAs("application/x-ndjson", ContentType.TEXT));

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** A user of tenant acme whom no test has used before, so that tests do not meet. */
    public static As somebody() {
        return new As(ACME_KEY, "user-" + NUMBER.incrementAndGet());
    }

    public RequestSpecification request() {
        return given().config(CONFIG)
                .urlEncodingEnabled(false)
                .filters(PATHS, SPECIFICATION)
                .header("Authorization", "Bearer " + key)
                .header("Bobbin-User", user);
    }

    public RequestSpecification json(String body) {
        return request().contentType(ContentType.JSON).body(body.getBytes(StandardCharsets.UTF_8));
    }

    public Response put(String path, String body) {
        return json(body).put(path);
    }

    public Response post(String path, String body) {
        return json(body).post(path);
    }

    public Response patch(String path, String body) {
        return merging(body).patch(path);
    }

    /** A request with a merge patch. */
    public RequestSpecification merging(String body) {
        return request().contentType("application/merge-patch+json").body(body.getBytes(StandardCharsets.UTF_8));
    }

    public Response get(String path) {
        return request().get(path);
    }

    public Response delete(String path) {
        return request().delete(path);
    }

    /** Stores a thread and answers its path. */
    public String thread(String id) {
        String path = "/v1/threads/" + encode(id);
        put(path, "{\"id\":" + quote(id) + ",\"created_at\":\"2026-01-01T00:00:00\"}")
                .then()
                .statusCode(201);
        return path;
    }

    /** A user message as ChatKit writes it. */
    public static String message(String id, String threadId, String createdAt, String text) {
        return """
                {"id":%s,"thread_id":%s,"created_at":"%s","type":"user_message","content":[{"type":"input_text","text":%s}],\
                "attachments":[],"quoted_text":null,"inference_options":{"tool_choice":null,"model":null}}"""
                .formatted(quote(id), quote(threadId), createdAt, quote(text));
    }

    public static String encode(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public static String quote(String text) {
        return new io.vertx.core.json.JsonArray().add(text).encode().replaceAll("^\\[|]$", "");
    }
}
