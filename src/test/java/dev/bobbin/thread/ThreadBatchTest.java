package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A thread stored together with its items, and all items of a thread replaced. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ThreadBatchTest {

    private final As user = As.somebody();

    @Test
    void aNewThreadIsStoredWithItsItems() {
        String sent = "{\"id\":\"t\",\"created_at\":\"2026-02-01\",\"items\":[" + item(1) + " , " + item(2)
                + "],\"title\":\"x\"}";
        String stored = "{\"id\":\"t\",\"created_at\":\"2026-02-01\",\"title\":\"x\"}";
        user.post("/v1/threads", sent)
                .then()
                .statusCode(201)
                .header("Location", "/v1/threads/t")
                .body(equalTo(stored));
        user.get("/v1/threads/t").then().body(equalTo(stored));
        user.get("/v1/threads/t/items?order=asc")
                .then()
                .body(equalTo("{\"data\":[" + item(1) + "," + item(2) + "],\"has_more\":false,\"after\":null}"));
        user.get("/v1/threads/t/state").then().body("active_at", equalTo("2026-01-02T00:00:00.000000Z"));
        user.post("/v1/threads", sent).then().statusCode(200).body(equalTo(stored));
        user.get("/v1/threads/t/items").then().body("data", hasSize(2));
    }

    @Test
    void aPageOfItemsIsTakenAndItemsAreCompleted() {
        Response thread = user.post(
                "/v1/threads",
                "{\"items\":{\"has_more\":false,\"data\":[{\"type\":\"user_message\"},{\"type\":\"task\"}]}}");
        thread.then().statusCode(201);
        user.get(thread.header("Location") + "/items?order=asc")
                .then()
                .body("data.thread_id", contains((String) thread.path("id"), thread.path("id")))
                .body("data.type", contains("user_message", "task"));
    }

    @Test
    void itemsOfOneCallHaveOneTimeSoThatNoOthersComeBetween() {
        String items = "[" + many(1000) + "]";
        String thread = user.thread("t");
        assertThat(times(user.post(thread + "/items", items))).hasSize(1);
        assertThat(times(user.put(thread + "/items", items))).hasSize(1);
        user.post("/v1/threads", "{\"id\":\"u\",\"items\":" + items + "}");
        assertThat(times(user.get("/v1/threads/u/items?limit=100"))).hasSize(1);
    }

    @Test
    void aThreadAndItsItemsAreStoredAllOrNone() {
        user.post("/v1/threads", "{\"id\":\"t\",\"items\":[" + item(1) + "]}")
                .then()
                .statusCode(201);
        String other = item(1).replace("text", "other");
        user.post("/v1/threads", "{\"id\":\"t\",\"items\":[" + item(2) + "," + other + "]}")
                .then()
                .statusCode(409);
        user.get("/v1/threads/t/items").then().body("data.id", contains("m1"));
        user.post("/v1/threads", "{\"id\":\"t\",\"title\":\"x\",\"items\":[" + item(2) + "]}")
                .then()
                .statusCode(409);
        user.get("/v1/threads/t/items").then().body("data.id", contains("m1"));
        user.post("/v1/threads", "{\"id\":\"u\",\"items\":[" + item(1) + "," + item(1) + "]}")
                .then()
                .statusCode(400);
        user.post("/v1/threads", "{\"id\":\"u\",\"items\":[" + many(1001) + "]}")
                .then()
                .statusCode(400);
        user.get("/v1/threads/u").then().statusCode(404);
        user.post("/v1/threads", "{\"id\":\"u\",\"items\":[" + many(1000) + "]}")
                .then()
                .statusCode(201);
    }

    @Test
    void allItemsAreReplaced() {
        String thread = user.thread("t");
        user.post(thread + "/items", "[" + item(1) + "," + item(2) + "," + item(3) + "]")
                .then()
                .statusCode(201);
        String other = item(2).replace("text", "other");
        user.put(thread + "/items", " [ " + other + " , " + item(4) + " ] ")
                .then()
                .statusCode(200)
                .body(equalTo("{\"data\":[" + other + "," + item(4) + "]}"));
        user.get(thread + "/items?order=asc")
                .then()
                .body(equalTo("{\"data\":[" + other + "," + item(4) + "],\"has_more\":false,\"after\":null}"));
        user.get(thread + "/state").then().body("active_at", equalTo("2026-01-04T00:00:00.000000Z"));
        user.put(thread + "/items", "[" + item(1) + "]").then().statusCode(200);
        user.get(thread + "/state").then().body("active_at", equalTo("2026-01-01T00:00:00.000000Z"));
        user.put(thread + "/items", "[]").then().statusCode(200).body(equalTo("{\"data\":[]}"));
        user.get(thread + "/items").then().body("data", hasSize(0));
        user.get(thread + "/state").then().body("active_at", equalTo("2026-01-01T00:00:00.000000Z"));
        user.json("[{\"type\":\"task\"}]")
                .header("Prefer", "return=minimal")
                .put(thread + "/items")
                .then()
                .statusCode(204);
        user.get(thread + "/items").then().body("data", hasSize(1));
    }

    @Test
    void aReplacementThatFailsChangesNothing() {
        String thread = user.thread("t");
        user.post(thread + "/items", item(1)).then().statusCode(201);
        user.put(thread + "/items", item(2)).then().statusCode(400);
        user.put(thread + "/items", "[" + item(2) + "," + item(2) + "]").then().statusCode(400);
        user.put(thread + "/items", "[{}]").then().statusCode(400);
        user.put(thread + "/items", "[" + many(1001) + "]").then().statusCode(400);
        user.put(thread + "/items?create=false", "[]").then().statusCode(400);
        user.get(thread + "/items").then().body("data.id", contains("m1"));
    }

    @Test
    void aThreadIsCreatedForItsItemsIfThatIsAskedFor() {
        user.put("/v1/threads/t/items", "[" + item(1) + "]").then().statusCode(404);
        user.get("/v1/threads/t").then().statusCode(404);
        user.put("/v1/threads/t/items?create=true", "[" + item(1) + "]").then().statusCode(200);
        Response thread = user.get("/v1/threads/t");
        assertThat(thread.asString()).matches("\\{\"id\":\"t\",\"created_at\":\"[0-9T:.-]{26}Z\"}");
        user.get("/v1/threads/t/state").then().body("active_at", equalTo("2026-01-01T00:00:00.000000Z"));
        user.put("/v1/threads/t/items?create=true", "[" + item(2) + "]").then().statusCode(200);
        user.get("/v1/threads/t").then().body(equalTo(thread.asString()));
        user.get("/v1/threads/t/items").then().body("data.id", contains("m2"));
    }

    private static Set<String> times(Response items) {
        return Set.copyOf(items.jsonPath().getList("data.created_at"));
    }

    private static String item(int n) {
        return As.message("m" + n, "t", "2026-01-0" + n + "T00:00:00", "text");
    }

    private static String many(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> "{\"id\":\"i" + n + "\",\"type\":\"widget\"}")
                .collect(Collectors.joining(","));
    }
}
