package dev.bobbin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input is told with a reason, as a problem, and stores nothing. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class BadInputTest {

    private static final int LIMIT = 16 * 1024 * 1024;

    @TestHTTPResource("/")
    URI base;

    private final As user = As.somebody();
    private String items;

    @BeforeEach
    void aThread() {
        items = user.thread("thr_1") + "/items";
    }

    @AfterEach
    void nothingIsStored() {
        user.get(items).then().body("data.size()", equalTo(0));
        user.get("/v1/threads").then().body("data.size()", equalTo(1));
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of("", "The body is empty; it must be a JSON document"),
                Arguments.of("{\"id\":\"x\",", "Line 1, column 11: Unexpected end-of-input.*"),
                Arguments.of("{\"id\":\"x\"\n \"a\":1}", "Line 2, column 2: Unexpected character.*"),
                Arguments.of("{\"id\":\"x\"} {}", "Line 1, column 12: nothing may follow the document"),
                Arguments.of("{'id':'x'}", "Line 1, column 2: .*"),
                Arguments.of("{\"a\":NaN}", "Line 1, column .*"),
                Arguments.of("{\"a\":01}", "Line 1, column .*"),
                Arguments.of("{\"a\":\"tab\tin a string\"}", "Line 1, column .*"),
                Arguments.of("{\"a\":\"\\x\"}", "Line 1, column .*"),
                Arguments.of("\uFEFF{\"id\":\"x\"}", "Line 1, column 1: .*"),
                Arguments.of("nothing", "Line 1, column .*"),
                Arguments.of("7", "The body must be a JSON object"),
                Arguments.of("\"text\"", "The body must be a JSON object"),
                Arguments.of("null", "The body must be a JSON object"),
                Arguments.of("[".repeat(1_001) + "]".repeat(1_001), ".*"),
                Arguments.of(
                        "{\"a\":" + "[".repeat(1_001) + "]".repeat(1_001) + "}",
                        "The document nests deeper than 1000 levels"),
                Arguments.of("{\"id\":7}", "id must be a string"),
                Arguments.of("{\"id\":null}", "The path says x, and the body's id is null"),
                Arguments.of("{\"id\":[]}", "id must be a string"),
                Arguments.of("{\"id\":\"y\"}", "The path says x, and the body's id is y"),
                Arguments.of("{\"id\":\"x\",\"created_at\":\"yesterday\"}", "created_at must be .*"),
                Arguments.of("{\"id\":\"x\",\"created_at\":\"2026-02-30T00:00:00\"}", "created_at must be .*"),
                Arguments.of("{\"id\":\"x\",\"created_at\":true}", "created_at must be .*"),
                Arguments.of("{\"id\":\"x\",\"created_at\":{}}", "created_at must be .*"),
                Arguments.of("{\"id\":\"x\",\"created_at\":1e999999999}", "created_at must be .*"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aBadBodyIsRefusedWithItsReason(String body, String reason) {
        refused(user.put("/v1/threads/x", body).then(), 400).body("detail", matchesPattern(reason));
        refused(user.put(items + "/x", body).then(), 400);
    }

    @Test
    void anArrayWhereAnObjectBelongsIsRefused() {
        refused(user.put("/v1/threads/x", "[{\"id\":\"x\"}]").then(), 400)
                .body("detail", equalTo("The body must be a JSON object"));
        refused(user.put(items + "/x", "[]").then(), 400);
        refused(user.post("/v1/threads", "[]").then(), 400);
    }

    @Test
    void anItemNeedsAType() {
        refused(user.post(items, "{\"id\":\"x\"}").then(), 400).body("detail", startsWith("An item must have a type"));
        refused(user.post(items, "{\"id\":\"x\",\"type\":7}").then(), 400)
                .body("detail", equalTo("type must be a string"));
        refused(user.post(items, "{\"id\":null,\"type\":\"widget\"}").then(), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"a\\u0000b\"", "\"\\n\"", "\"\\u007f\"", "\"\\ud800\"", "\".\"", "\"..\""})
    void anIdThatCannotBeOneIsRefused(String id) {
        refused(user.post("/v1/threads", "{\"id\":" + id + "}").then(), 400).body("detail", startsWith("id must "));
        refused(user.post(items, "{\"type\":\"widget\",\"id\":" + id + "}").then(), 400);
    }

    @Test
    void anIdOf256CharactersIsRefusedEverywhere() {
        String id = "x".repeat(256);
        refused(user.post("/v1/threads", "{\"id\":\"" + id + "\"}").then(), 400);
        refused(user.put("/v1/threads/" + id, "{}").then(), 400)
                .body("detail", equalTo("thread_id must have 1 to 255 characters, and has 256"));
        refused(user.get("/v1/threads/" + id).then(), 400);
        refused(user.delete("/v1/threads/" + id).then(), 400);
        refused(user.get(items + "/" + id).then(), 400);
        refused(user.get("/v1/attachments/" + id).then(), 400);
    }

    @Test
    void idsTooLongForAnIndexTogetherAreRefused() {
        StringBuilder id = new StringBuilder();
        new java.util.Random(1).ints(255, 0x1F300, 0x1FAFF).forEach(id::appendCodePoint);
        refused(
                user.put(items + "/" + As.encode(id.toString()), "{\"type\":\"widget\"}")
                        .then(),
                400,
                201,
                414);
        user.delete(items + "/" + As.encode(id.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/threads/a%00b", "/v1/threads/a%0Ab", "/v1/threads/", "/v1/threads/thr_1/items/"})
    void aPathThatNamesNothingIsRefused(String path) {
        refused(user.get(path).then(), 400);
    }

    /** As they are on the wire: most clients resolve them on their own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/threads/thr_1/items/..",
                "/v1/threads/thr_1/items/%2E%2e",
                "/v1/threads/thr_1/items/.%2e",
                "/v1/threads/thr_1/.",
                "/v1/threads/thr_1/items/%2E",
                "/v1/threads/thr_1//items",
                "//v1/threads/thr_1",
                "/x/../v1/threads/thr_1",
                "/./v1/threads/thr_1",
                "/v1;a=b/threads/thr_1",
                "/v1/threads/thr_1;zz",
                "/v1/threads/%C3%28",
                "/v1/threads//",
                "/%761/threads/",
                "/v%31/threads/thr_1/items/",
                "/%76%31//threads/thr_1"
            })
    void aPathThatRoutingWouldTakeForAnotherIsRefusedAndDeletesNothing(String path) throws Exception {
        String answer = raw("DELETE " + path + " HTTP/1.1");
        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json")
                .contains("x-request-id");
        user.get("/v1/threads/thr_1").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/octet-stream"})
    void onlyJsonIsTaken(String type) {
        refused(
                user.request()
                        .contentType(type)
                        .body("{\"id\":\"x\"}".getBytes(StandardCharsets.UTF_8))
                        .put("/v1/threads/x")
                        .then(),
                415);
    }

    /** Quarkus refuses these before any route, and says no more than that. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/threads/%", "/v1/threads/%zz"})
    void aMalformedPercentEncodingIsRefused(String path) throws Exception {
        assertThat(raw("GET " + path + " HTTP/1.1")).startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json; charset=iso-8859-1", "application/json;charset=\"utf-16\""})
    void anotherCharacterSetIsRefused(String type) throws Exception {
        assertThat(raw("PUT /v1/threads/x HTTP/1.1", "Content-Type: " + type, "Content-Length: 2", "", "{}"))
                .startsWith("HTTP/1.1 415 ")
                .contains("application/problem+json");
    }

    @Test
    void aCompressedBodyIsRefused() {
        refused(
                user.json("{}")
                        .header("Content-Encoding", "gzip")
                        .put("/v1/threads/x")
                        .then(),
                415);
    }

    @Test
    void aPathInAnotherSpellingIsTheSamePath() throws Exception {
        assertThat(raw("GET /%76%31/thr%65ads/thr%5F1 HTTP/1.1")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void whoIsAskingIsSaidOnce() throws Exception {
        assertThat(raw("GET /v1/threads HTTP/1.1", "Bobbin-User: another", "", ""))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET /v1/threads HTTP/1.1", "Authorization: Bearer other", "", ""))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void onlyUtf8IsTaken() {
        byte[] latin1 = "{\"id\":\"x\",\"title\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1);
        refused(
                        user.request()
                                .contentType("application/json")
                                .body(latin1)
                                .put("/v1/threads/x")
                                .then(),
                        400)
                .body("detail", equalTo("The body is not valid UTF-8"));
        byte[] utf16 = "{\"id\":\"x\"}".getBytes(StandardCharsets.UTF_16BE);
        refused(
                user.request()
                        .contentType("application/json")
                        .body(utf16)
                        .put("/v1/threads/x")
                        .then(),
                400);
        byte[] surrogate = {'{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', ':', '1', '}'};
        refused(
                user.request()
                        .contentType("application/json")
                        .body(surrogate)
                        .put("/v1/threads/x")
                        .then(),
                400);
    }

    @Test
    void seventeenMebibytesAreTooLarge() throws Exception {
        byte[] body =
                ("{\"id\":\"x\",\"a\":\"" + "a".repeat(17 * 1024 * 1024) + "\"}").getBytes(StandardCharsets.UTF_8);
        assertTooLarge(send("/v1/threads/x", HttpRequest.BodyPublishers.ofByteArray(body)));
        // in chunks, so that nothing announces the size
        List<byte[]> chunks = new ArrayList<>();
        for (int at = 0; at < body.length; at += 65_536) {
            chunks.add(Arrays.copyOfRange(body, at, Math.min(body.length, at + 65_536)));
        }
        assertTooLarge(send("/v1/threads/x", HttpRequest.BodyPublishers.ofByteArrays(chunks)));
    }

    @Test
    void exactlyTheLimitIsTakenChunkedOrNot() throws Exception {
        String frame = "{\"id\":\"x\",\"a\":\"\"}";
        byte[] body = frame.replace("\"\"", "\"" + "a".repeat(LIMIT - frame.length()) + "\"")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(body.length).isEqualTo(LIMIT);
        assertThat(send("/v1/threads/x", HttpRequest.BodyPublishers.ofByteArray(body))
                        .statusCode())
                .isEqualTo(201);
        assertThat(send("/v1/threads/x", HttpRequest.BodyPublishers.ofByteArrays(List.of(body)))
                        .statusCode())
                .isEqualTo(200);
        user.delete("/v1/threads/x");
    }

    @Test
    void anUnknownPathIsAProblemAsWell() {
        refused(user.get("/v1/nothing").then(), 404).body("detail", equalTo("There is nothing at this path"));
        refused(user.get("/nothing").then(), 404);
        refused(user.get("/q/nothing").then(), 404);
        refused(user.get("/").then(), 404);
        As nobody = new As("no-key", "nobody");
        refused(nobody.get("/v1/nothing").then(), 401);
    }

    @Test
    void anUnknownMethodNamesTheKnownOnes() {
        refused(user.request().patch("/v1/attachments/atc_1").then(), 405)
                .header("Allow", equalTo("GET, PUT, DELETE, HEAD, OPTIONS"));
        refused(user.request().patch(items).then(), 405)
                .header("Allow", equalTo("GET, POST, PUT, DELETE, HEAD, OPTIONS"));
    }

    @Test
    void aMethodThatHttpDoesNotHaveIsNotImplemented() throws Exception {
        assertThat(raw("FROB /v1/threads/thr_1 HTTP/1.1"))
                .startsWith("HTTP/1.1 501 ")
                .contains("urn:bobbin:problem:not-implemented");
    }

    @Test
    void theLongestIdsThatCanBeStoredCanBeLoaded() {
        String thread = As.encode("🧵".repeat(255));
        String item = "📎".repeat(255);
        String path = "/v1/threads/" + thread + "/items/" + As.encode(item);
        user.put("/v1/threads/" + thread, "{}").then().statusCode(201);
        user.put(path, "{\"type\":\"widget\"}").then().statusCode(201);
        user.get(path).then().statusCode(200);
        user.request()
                .queryParam("after", item)
                .get("/v1/threads/" + thread + "/items")
                .then()
                .statusCode(200);
        user.delete("/v1/threads/" + thread).then().statusCode(204);
    }

    @Test
    void optionsAreToldAndHeadIsAGetWithoutItsBody() {
        user.request()
                .options("/v1/threads/thr_1")
                .then()
                .statusCode(204)
                .header("Allow", equalTo("GET, PUT, PATCH, DELETE, HEAD, OPTIONS"));
        user.request().head("/v1/threads/thr_1").then().statusCode(200).body(equalTo(""));
        user.request().head("/v1/threads/thr_none").then().statusCode(404);
    }

    @Test
    void aBodyIsAskedForOnceByWhoeverWaitsToBeAsked() throws Exception {
        String body = "{\"id\":\"x\"}";
        String answer = raw(
                "PUT /v1/threads/x HTTP/1.1",
                "Content-Type: application/json",
                "Expect: 100-continue",
                "Content-Length: " + body.length(),
                "",
                body);
        assertThat(answer.split("100 Continue", -1)).hasSize(2);
        assertThat(answer).contains("HTTP/1.1 201 ");
        user.delete("/v1/threads/x");
    }

    @Test
    void anAnswerThatNobodyAcceptsIsRefused() {
        refused(user.request().accept("text/html").get("/v1/threads/thr_1").then(), 406);
    }

    @Test
    void theRequestsIdIsTakenWhereItIsWellFormedAndMadeElsewhere() {
        user.request()
                .header("x-request-id", "req-1.2:3")
                .get("/v1/threads")
                .then()
                .header("x-request-id", "req-1.2:3");
        user.request()
                .header("x-request-id", "req-404")
                .get("/nothing")
                .then()
                .header("x-request-id", "req-404")
                .body("request_id", equalTo("req-404"));
        for (String bad : List.of("a b", "<script>", "x".repeat(129))) {
            user.request()
                    .header("x-request-id", bad)
                    .get("/v1/threads")
                    .then()
                    .header("x-request-id", matchesPattern("[0-9a-f]{32}"));
        }
    }

    private static ValidatableResponse refused(ValidatableResponse answer, int... statuses) {
        int status = answer.extract().statusCode();
        assertThat(statuses).contains(status);
        if (status < 400) {
            return answer;
        }
        return answer.contentType("application/problem+json")
                .header("x-request-id", not(equalTo(null)))
                .body("status", equalTo(status))
                .body("title", not(equalTo(null)))
                .body("detail", not(equalTo(null)));
    }

    private HttpResponse<String> send(String path, HttpRequest.BodyPublisher body) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return client.send(
                HttpRequest.newBuilder(base.resolve(path))
                        .header("Authorization", "Bearer " + user.key())
                        .header("Bobbin-User", user.user())
                        .header("Content-Type", "application/json")
                        .PUT(body)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String raw(String requestLine, String... rest) throws Exception {
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            List<String> lines = new ArrayList<>(List.of(
                    requestLine,
                    "Host: localhost",
                    "Connection: close",
                    "Authorization: Bearer " + user.key(),
                    "Bobbin-User: " + user.user()));
            lines.addAll(rest.length == 0 ? List.of("", "") : List.of(rest));
            socket.getOutputStream().write(String.join("\r\n", lines).getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void assertTooLarge(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(answer.body()).contains("The body is larger than");
    }
}
