package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ETags and the conditions on them, alike for every kind of document. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class PreconditionsTest {

    private final As user = As.somebody();

    private static final String A = "{\"type\":\"x\",\"v\":\"ä\\u00e4\"}";
    private static final String B = "{\"type\":\"x\",\"v\":2}";

    @ParameterizedTest
    @ValueSource(strings = {"/v1/threads/t", "/v1/threads/p/items/i", "/v1/attachments/a"})
    void everyAnswerThatIsADocumentHasItsTag(String path) throws Exception {
        user.thread("p");
        String tag = tag(A);
        user.put(path, A).then().statusCode(201).header("ETag", tag);
        user.put(path, A).then().statusCode(200).header("ETag", tag);
        user.get(path).then().statusCode(200).header("ETag", tag).body(equalTo(A));
        user.request().head(path).then().statusCode(200).header("ETag", tag);
        user.json(B)
                .header("Prefer", "return=minimal")
                .put(path)
                .then()
                .statusCode(204)
                .header("ETag", tag(B));
    }

    @Test
    void aNewDocumentsTagIsThatOfTheCompletedText() throws Exception {
        Response thread = user.post("/v1/threads", "{}");
        assertThat(thread.header("ETag")).isEqualTo(tag(thread.asString()));
        Response item = user.post(thread.header("Location") + "/items", "{\"type\":\"x\"}");
        assertThat(item.header("ETag")).isEqualTo(tag(item.asString()));
        user.get(thread.header("Location") + "/items").then().header("ETag", nullValue());
        user.get(thread.header("Location") + "?include=items").then().header("ETag", nullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/threads/t", "/v1/threads/p/items/i", "/v1/attachments/a"})
    void aKnownDocumentIsNotSentAgain(String path) throws Exception {
        user.thread("p");
        user.put(path, A);
        for (String known : new String[] {tag(A), "W/" + tag(A), "\"x\", " + tag(A), "*"}) {
            user.request()
                    .header("If-None-Match", known)
                    .get(path)
                    .then()
                    .statusCode(304)
                    .header("ETag", tag(A))
                    .body(equalTo(""));
        }
        user.request()
                .header("If-None-Match", tag(B))
                .get(path)
                .then()
                .statusCode(200)
                .body(equalTo(A));
        user.request().header("If-None-Match", "nope").get(path).then().statusCode(400);
        user.request()
                .header("If-None-Match", "*")
                .get("/v1/threads/none")
                .then()
                .statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/threads/t", "/v1/threads/p/items/i", "/v1/attachments/a"})
    void aSaveHappensOnlyIfTheDocumentIsTheOneThatWasSeen(String path) throws Exception {
        user.thread("p");
        failed(user.json(A).header("If-Match", "*").put(path), null);
        failed(user.json(A).header("If-Match", tag(A)).put(path), null);
        user.get(path).then().statusCode(404);
        user.json(A)
                .header("If-None-Match", "*")
                .put(path)
                .then()
                .statusCode(201)
                .header("ETag", tag(A));
        failed(user.json(B).header("If-None-Match", "*").put(path), tag(A));
        failed(user.json(B).header("If-Match", tag(B)).put(path), tag(A));
        failed(user.json(B).header("If-Match", "W/" + tag(A)).put(path), tag(A));
        user.get(path).then().body(equalTo(A));
        user.json(B)
                .header("If-Match", "\"x\", " + tag(A))
                .put(path)
                .then()
                .statusCode(200)
                .header("ETag", tag(B))
                .body(equalTo(B));
        user.json(A).header("If-Match", "*").put(path).then().statusCode(200);
        user.get(path).then().body(equalTo(A));
        user.json(A).header("If-Match", "nope").put(path).then().statusCode(400);
        user.json(A)
                .header("If-Match", tag(A))
                .header("If-None-Match", "*")
                .put(path)
                .then()
                .statusCode(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/threads/t", "/v1/threads/p/items/i", "/v1/attachments/a"})
    void aDeletionHappensOnlyIfTheDocumentIsTheOneThatWasSeen(String path) throws Exception {
        user.thread("p");
        failed(user.request().header("If-Match", "*").delete(path), null);
        user.request().header("If-None-Match", "*").delete(path).then().statusCode(204);
        user.put(path, A);
        failed(user.request().header("If-Match", tag(B)).delete(path), tag(A));
        failed(user.request().header("If-None-Match", "*").delete(path), tag(A));
        user.get(path).then().statusCode(200);
        user.request().header("If-Match", tag(A)).delete(path).then().statusCode(204);
        user.get(path).then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/threads/t", "/v1/threads/p/items/i"})
    void aPatchHappensOnlyIfTheDocumentIsTheOneThatWasSeen(String path) throws Exception {
        user.thread("p");
        failed(user.merging("{\"v\":1}").header("If-Match", "*").patch(path), null);
        user.merging("{\"v\":1}")
                .header("If-None-Match", "*")
                .patch(path)
                .then()
                .statusCode(404);
        user.put(path, B);
        failed(user.merging("{\"v\":1}").header("If-Match", tag(A)).patch(path), tag(B));
        failed(user.merging("{\"v\":1}").header("If-None-Match", "*").patch(path), tag(B));
        user.merging("{\"v\":1}")
                .header("If-Match", tag(B))
                .patch(path)
                .then()
                .statusCode(200)
                .header("ETag", tag("{\"type\":\"x\",\"v\":1}"));
    }

    @Test
    void aConditionalSaveChangesTheColumnsToo() throws Exception {
        user.put("/v1/threads/t", A);
        user.json("{\"status\":{\"type\":\"locked\"}}").header("If-Match", "*").put("/v1/threads/t");
        user.post("/v1/threads/t/items?enforce_status=true", A).then().statusCode(409);
    }

    @Test
    void anItemOfAnUnknownThreadIsNotStored() {
        user.json(A)
                .header("If-None-Match", "*")
                .put("/v1/threads/none/items/i")
                .then()
                .statusCode(404);
        failed(user.json(A).header("If-Match", "*").put("/v1/threads/none/items/i"), null);
    }

    @Test
    void anotherOwnersDocumentDoesNotExist() throws Exception {
        As.somebody().put("/v1/threads/t", A);
        failed(user.json(B).header("If-Match", tag(A)).put("/v1/threads/t"), null);
        user.json(B).header("If-None-Match", "*").put("/v1/threads/t").then().statusCode(201);
    }

    private static void failed(Response answer, String tag) {
        answer.then()
                .statusCode(412)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:bobbin:problem:precondition-failed"))
                .header("ETag", tag == null ? nullValue() : equalTo(tag));
    }

    private static String tag(String document) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(document.getBytes(StandardCharsets.UTF_8));
        return '"' + HexFormat.of().formatHex(hash, 0, 16) + '"';
    }
}
