package dev.bobbin.openai;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever refuses a call below the mount says so as OpenAI's SDKs read it. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
public class OpenAiErrorTest {

    private static final String CONVERSATIONS = "/openai/v1/conversations";

    @TestHTTPResource("/")
    URI base;

    private final As user = As.somebody();

    @Test
    void anUnknownKeyIsRefused() {
        refused(new As("wrong", "ann").post(CONVERSATIONS, "{}"), 401, null, "invalid_api_key")
                .header("WWW-Authenticate", "Bearer");
        refused(given().get(CONVERSATIONS + "/conv_1"), 401, null, "invalid_api_key");
    }

    @Test
    void aMissingUserIsAskedForAsAnSdkCanSendIt() {
        Response answer =
                given().header("Authorization", "Bearer " + As.ACME_KEY).get(CONVERSATIONS + "/conv_1");
        refused(answer, 400, "Bobbin-User", "missing_required_parameter")
                .body("error.message", containsString("default_headers"));
    }

    @ParameterizedTest
    @CsvSource({
        "POST,responses,base URL",
        "GET,models,base URL",
        "POST,chat/completions,base URL",
        "POST,files,elsewhere",
        "POST,threads,Assistants",
        "GET,assistants/asst_1,Assistants",
        "POST,chatkit/sessions,sessions",
        "POST,_stainless_unknown_path,conversations",
        "GET,conversations,conversations",
        "PUT,conversations/conv_1,conversations",
        "PATCH,conversations/conv_1/items/msg_1,conversations",
        "DELETE,chatkit/threads/thr_1/items,threads",
        "POST,conversations/conv_1/items/msg_1/more,conversations"
    })
    void whatIsNotOfferedIsNotFound(String method, String path, String reason) {
        Response answer = user.json("{\"a\":\"b\"}").request(method, "/openai/v1/" + path);
        refused(answer, 404, null, "unknown_url")
                .body("error.message", containsString(method + " /openai/v1/" + path))
                .body("error.message", containsString(reason));
    }

    @Test
    void anotherMountHasTheSameErrors() {
        refused(user.get("/openai/v2/conversations/conv_1"), 404, null, "unknown_url");
    }

    @Test
    void whatStopsARequestBeforeItsResource() {
        refused(user.json("{}").header("Content-Encoding", "gzip").post(CONVERSATIONS), 415, null, null);
        refused(user.get(CONVERSATIONS + "/%FF"), 400, null, null);
        refused(user.get(CONVERSATIONS + "/"), 400, null, null);
        refused(user.get(CONVERSATIONS + "/a;b"), 400, null, null);
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedBeforeItIsSent() throws Exception {
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            String head = "POST " + CONVERSATIONS + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + As.ACME_KEY + "\r\nBobbin-User: ann\r\nContent-Length: 999999999\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 413").contains("{\"error\":{\"message\":\"The body is larger");
        }
    }

    @Test
    void theOtherCallsKeepTheirProblems() {
        user.get("/v1/threads/thr_none")
                .then()
                .statusCode(404)
                .body("error", nullValue())
                .body("detail", notNullValue());
    }

    public static ValidatableResponse refused(Response answer, int status, String param, String code) {
        return answer.then()
                .statusCode(status)
                .contentType("application/json")
                .header("x-request-id", notNullValue())
                .body("keySet()", equalTo(Set.of("error")))
                .body("error.keySet()", equalTo(Set.of("message", "type", "param", "code")))
                .body("error.message", notNullValue())
                .body("error.type", equalTo(status < 500 ? "invalid_request_error" : "server_error"))
                .body("error.param", equalTo(param))
                .body("error.code", equalTo(code));
    }
}
