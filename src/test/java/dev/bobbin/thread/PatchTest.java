package dev.bobbin.thread;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class PatchTest {

    private final As user = As.somebody();

    @Test
    void membersThatThePatchDoesNotNameKeepTheirBytes() {
        String path = "/v1/threads/t";
        user.put(
                path,
                "{ \"id\": \"t\",  \"created_at\": \"2026-01-01T00:00:00\", \"n\": 1.50e0, \"n\": -0.0,\n"
                        + " \"title\":null }");
        user.patch(path, "{\"title\":\"Größe \\u00e4\", \"metadata\" : {\"a\": {\"b\":null, \"c\":1}}}")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body(equalTo("{ \"id\": \"t\",  \"created_at\": \"2026-01-01T00:00:00\", \"n\": 1.50e0, \"n\": -0.0,\n"
                        + " \"title\":\"Größe \\u00e4\",\"metadata\":{\"a\":{\"c\":1}} }"));
        String patched = user.get(path).asString();
        user.patch(path, "{}").then().statusCode(200).body(equalTo(patched));
        user.patch(path, "{\"title\":null,\"metadata\":{\"a\":{\"c\":null},\"d\":2}}")
                .then()
                .body(equalTo("{ \"id\": \"t\",  \"created_at\": \"2026-01-01T00:00:00\", \"n\": 1.50e0, \"n\": -0.0,"
                        + "\"metadata\":{\"a\":{},\"d\":2} }"));
        user.get(path).then().body("metadata.d", equalTo(2));
    }

    @Test
    void anItemIsPatchedInItsPlace() {
        String items = user.thread("t") + "/items";
        user.post(items, "[" + item("i1", 1) + "," + item("i2", 2) + "]").then().statusCode(201);
        user.patch(items + "/i1", "{\"type\":\"task\",\"content\":\"new\"}")
                .then()
                .statusCode(200)
                .body(equalTo(item("i1", 1).replace("widget", "task").replace("}", ",\"content\":\"new\"}")));
        user.get(items + "?order=asc").then().body("data.id", equalTo(java.util.List.of("i1", "i2")));
        user.get(items + "?order=asc").then().body("data.type", equalTo(java.util.List.of("task", "widget")));
        user.patch(items + "/none", "{}").then().statusCode(404).body("detail", equalTo("Item none not found"));
        user.patch("/v1/threads/none/items/i1", "{}").then().statusCode(404);
        user.patch("/v1/threads/none", "{}").then().statusCode(404).body("detail", equalTo("Thread none not found"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            {"id":"other"}                         | id cannot be changed
            {"id":null}                            | id cannot be changed
            {"thread_id":"other"}                  | thread_id cannot be changed
            {"thread_id":null}                     | thread_id cannot be changed
            {"created_at":"2026-01-02T00:00:00"}   | created_at cannot be changed
            {"created_at":null}                    | created_at cannot be changed
            {"created_at":"?"}                     | created_at must be an ISO 8601 date and time, or seconds since 1970
            {"type":null}                          | An item must have a type of 1 to 255 characters, such as user_message
            {"type":""}                            | An item must have a type of 1 to 255 characters, such as user_message
            {"type":5}                             | type must be a string
            []                                     | The body must be a JSON object
            3                                      | The body must be a JSON object
            """)
    void whatWouldNotBeAValidItemInItsPlaceIsRefused(String patch, String reason) {
        String items = user.thread("t") + "/items";
        user.post(items, item("i1", 1)).then().statusCode(201);
        user.patch(items + "/i1", patch).then().statusCode(400).body("detail", equalTo(reason));
        user.get(items + "/i1").then().body(equalTo(item("i1", 1)));
        user.patch(items + "/i1", "{\"id\":\"i1\",\"thread_id\":\"t\",\"created_at\":\"2026-01-01T00:00:00\"}")
                .then()
                .statusCode(200);
    }

    @Test
    void aThreadsItemsAreNoPartOfIt() {
        String path = user.thread("t");
        user.patch(path, "{\"items\":[]}").then().statusCode(400).body("detail", startsWith("items are no part"));
        user.patch(path, "{\"items\":null,\"x\":1}").then().statusCode(200).body("x", equalTo(1));
    }

    @Test
    void anIdMayBeAddedIfItIsThePaths() {
        user.put("/v1/threads/t", "{}");
        user.patch("/v1/threads/t", "{\"id\":\"u\"}").then().statusCode(400);
        user.patch("/v1/threads/t", "{\"id\":\"t\"}").then().statusCode(200).body(equalTo("{\"id\":\"t\"}"));
        user.patch("/v1/threads/t", "{\"created_at\":\"2026-01-01\"}").then().statusCode(400);
    }

    @Test
    void onlyAMergePatchIsTaken() {
        String path = user.thread("t");
        user.json("{\"x\":1}").patch(path).then().statusCode(415);
        user.request()
                .contentType("application/json-patch+json")
                .body("[]")
                .patch(path)
                .then()
                .statusCode(415);
        user.merging("").patch(path).then().statusCode(400).body("detail", startsWith("The body is empty"));
        user.patch(path, "{").then().statusCode(400).body("type", equalTo("urn:bobbin:problem:malformed-json"));
        user.request()
                .contentType("application/merge-patch+json; charset=latin1")
                .body("{}")
                .patch(path)
                .then()
                .statusCode(415);
        user.merging("{\"x\":1}")
                .header("Prefer", "return=minimal")
                .patch(path)
                .then()
                .statusCode(204);
        user.get(path).then().body("x", equalTo(1));
    }

    /** Beyond what is read without a reservation of memory, and what is parsed on the event loop. */
    @Test
    void aLargeDocumentIsPatchedToo() {
        String path = user.thread("t");
        for (int size : new int[] {70_000, 300_000, 3_000_000}) {
            String text = "ä".repeat(size / 2);
            user.patch(path, "{\"text\":\"" + text + "\"}").then().statusCode(200);
            Response small = user.patch(path, "{\"n\":" + size + "}");
            small.then().statusCode(200).body("n", equalTo(size));
            user.get(path).then().body(equalTo(small.asString())).header("ETag", equalTo(small.header("ETag")));
        }
    }

    @Test
    void aDocumentDoesNotGrowBeyondWhatAPutMayBring() {
        String path = user.thread("t");
        String half = "x".repeat(9_000_000);
        user.patch(path, "{\"a\":\"" + half + "\"}").then().statusCode(200);
        user.patch(path, "{\"b\":\"" + half + "\"}").then().statusCode(413);
        user.get(path).then().body("b", equalTo(null));
    }

    private static String item(String id, int day) {
        return "{\"id\":\"" + id + "\",\"thread_id\":\"t\",\"created_at\":\"2026-01-0" + day
                + "T00:00:00\",\"type\":\"widget\"}";
    }
}
