package dev.bobbin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.Tokens;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser asks on behalf of a page of another origin, and which answers it shows to that page. */
@QuarkusTest
@TestProfile(Tokens.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class BrowserTest {

    @TestHTTPResource("/")
    URI base;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/threads",
                "POST /v1/threads",
                "PUT /v1/threads/thr_1",
                "DELETE /v1/threads/thr_1",
                "POST /v1/threads/thr_1/items",
                "PUT /v1/threads/thr_1/items/msg_1",
                "PATCH /v1/threads/thr_1",
                "POST /v1/threads/thr_1/fork",
                "PUT /v1/attachments/atc_1"
            })
    void thePreflightOfEveryCallIsAnsweredByCors(String call) throws Exception {
        String[] methodAndPath = call.split(" ");
        Answer preflight = send(
                "OPTIONS " + methodAndPath[1],
                "Origin: " + Tokens.ORIGIN,
                "Access-Control-Request-Method: " + methodAndPath[0],
                "Access-Control-Request-Headers: authorization,content-type,prefer,x-request-id,if-match,"
                        + "if-none-match,idempotency-key");
        assertThat(preflight.status).isBetween(200, 204);
        assertThat(preflight.header("access-control-allow-origin")).isEqualTo(Tokens.ORIGIN);
        assertThat(preflight.header("access-control-allow-methods")).contains(methodAndPath[0]);
        assertThat(preflight.list("access-control-allow-headers"))
                .contains("authorization", "content-type", "prefer", "x-request-id", "if-match", "idempotency-key");
        assertThat(preflight.header("access-control-max-age")).isNotEmpty();
    }

    @Test
    void aPageOfAnotherOriginIsToldNothing() throws Exception {
        Answer preflight = send(
                "OPTIONS /v1/threads", "Origin: https://evil.test", "Access-Control-Request-Method: GET", bearer());
        assertThat(preflight.header("access-control-allow-origin")).isEmpty();
        Answer call = send("POST /v1/threads", "Origin: https://evil.test", bearer(), "Content-Length: 2", "", "{}");
        assertThat(call.status).isEqualTo(403);
        assertThat(call.header("access-control-allow-origin")).isEmpty();
        assertThat(call.header("x-request-id")).isNotEmpty();
    }

    @Test
    void anAnswerIsShownWithItsHeadersAndKeptByNobody() throws Exception {
        Answer stored = send(
                "PUT /v1/threads/thr_browser",
                "Origin: " + Tokens.ORIGIN,
                bearer(),
                "Content-Type: application/json",
                "Content-Length: 2",
                "",
                "{}");
        assertThat(stored.status).isBetween(200, 201);
        shown(stored);
        assertThat(stored.list("vary")).contains("prefer");
        assertThat(stored.list("access-control-expose-headers"))
                .contains("x-request-id", "location", "etag", "retry-after", "preference-applied");
        shown(send("GET /v1/threads", "Origin: " + Tokens.ORIGIN, bearer()));
    }

    /** Each by another filter, or by the resource. */
    @ParameterizedTest
    @CsvSource({
        "400, GET /v1/threads/",
        "400, GET /v1/threads/x;y",
        "400, GET /v1/threads?limt=5",
        "404, GET /v1/threads/none",
        "404, GET /v1/nothing",
        "404, GET /nothing",
        "501, INVENTED /v1/threads",
        "405, PATCH /v1/threads",
        "413, PUT /v1/threads/thr_1 Content-Length: 99999999",
        "415, PUT /v1/threads/thr_1 Content-Encoding: gzip",
        "406, GET /v1/threads Accept: text/html"
    })
    void aRefusalIsShownToo(int status, String call) throws Exception {
        String[] parts = call.split(" ", 3);
        Answer refusal = send(
                parts[0] + " " + parts[1],
                "Origin: " + Tokens.ORIGIN,
                bearer(),
                parts.length > 2 ? parts[2] : "Accept: */*");
        assertThat(refusal.status).isEqualTo(status);
        assertThat(refusal.header("content-type")).startsWith("application/problem+json");
        shown(refusal);
    }

    @Test
    void aRefusalForTheCredentialsIsShownToo() throws Exception {
        Answer refusal = send("GET /v1/threads", "Origin: " + Tokens.ORIGIN);
        assertThat(refusal.status).isEqualTo(401);
        shown(refusal);
        refusal = send("GET /v1/threads", "Origin: " + Tokens.ORIGIN, "Authorization: Bearer nonsense");
        assertThat(refusal.status).isEqualTo(401);
        shown(refusal);
    }

    @Test
    void optionsThatAreNoPreflightNameTheMethods() throws Exception {
        Answer options = send("OPTIONS /v1/threads/thr_1", "Origin: " + Tokens.ORIGIN);
        assertThat(options.status).isEqualTo(204);
        assertThat(options.header("allow")).isEqualTo("GET, PUT, PATCH, DELETE, HEAD, OPTIONS");
        shown(options);
    }

    @Test
    void whatIsNoCallMayBeKept() throws Exception {
        Answer ready = send("GET /q/health/ready");
        assertThat(ready.header("vary")).isEmpty();
    }

    private static void shown(Answer answer) {
        assertThat(answer.header("access-control-allow-origin")).isEqualTo(Tokens.ORIGIN);
        assertThat(answer.header("cache-control")).isEqualTo("no-store");
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(answer.list("vary")).contains("authorization", "bobbin-user", "origin");
    }

    private static String bearer() {
        return "Authorization: Bearer " + Tokens.token("acme", "browser", Duration.ofMinutes(5));
    }

    private record Answer(int status, List<String> head) {

        /** The values of a header, which must stand there once; empty when it does not. */
        String header(String name) {
            List<String> lines = head.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .toList();
            assertThat(lines).as(name).hasSizeLessThan(2);
            return lines.isEmpty()
                    ? ""
                    : lines.get(0).substring(name.length() + 1).strip();
        }

        List<String> list(String name) {
            return Arrays.stream(header(name).toLowerCase(Locale.ROOT).split(",", -1))
                    .map(String::strip)
                    .toList();
        }
    }

    /** As it is on the wire: Java's clients do not send an origin. */
    private Answer send(String methodAndPath, String... lines) throws IOException {
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            String request = methodAndPath + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + String.join("\r\n", lines)
                    + (List.of(lines).contains("") ? "" : "\r\n\r\n");
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            List<String> head =
                    answer.substring(0, answer.indexOf("\r\n\r\n")).lines().toList();
            return new Answer(Integer.parseInt(head.get(0).substring(9, 12)), head);
        }
    }
}
