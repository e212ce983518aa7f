package dev.bobbin.thread;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ThreadKindTest {

    private static final String THREAD = "{\"id\":\"%s\",\"created_at\":\"2026-01-01T00:00:0%d\",\"title\":\"t\"}";
    private static final String ITEM = "{\"id\":\"m\",\"created_at\":\"2026-01-01T00:00:00\",\"type\":\"x\"}";

    private final As user = As.somebody();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "&order=asc",
                "&sort=active_at",
                "&count=true",
                "&include=last_item",
                "&title=t",
                "&archived=any&sort=active_at&order=asc"
            })
    void aListHasThreadsOfOneKind(String query) {
        store();
        list("?limit=10" + query).body("data.id", contains("c"));
        list("?kind=chatkit" + query).body("data.id", contains("c"));
        boolean ascending = query.contains("order=asc");
        list("?kind=session" + query).body("data.id", ascending ? contains("s1", "s2") : contains("s2", "s1"));
        list("?kind=session&limit=1" + query).body("data.id", contains(ascending ? "s1" : "s2"));
        String after = ascending ? "s1" : "s2";
        list("?kind=session&after=" + after + query).body("data.id", contains(ascending ? "s2" : "s1"));
        list("?kind=other" + query).body("data.id", empty());
    }

    @Test
    void aPageContinuesInItsKind() {
        store();
        String next = list("?kind=session&limit=1&sort=active_at").extract().path("next");
        list("?kind=session&cursor=" + next).body("data.id", contains("s1"));
        list("?cursor=" + next).body("data.id", contains("c"));
    }

    @Test
    void theCountAndTheDeletionAreOfOneKind() {
        store();
        list("?kind=session&count=true").body("total.value", equalTo(2));
        user.delete("/v1/threads?kind=session&confirm=2").then().body("deleted", equalTo(2));
        list("?kind=session").body("data.id", empty());
        list("").body("data.id", contains("c"));
    }

    @Test
    void everyKindIsServedByItsId() {
        store();
        user.get("/v1/threads/s1").then().statusCode(200);
        user.put("/v1/threads/s1", THREAD.formatted("s1", 5)).then().statusCode(200);
        user.patch("/v1/threads/s1", "{\"title\":\"t\"}").then().statusCode(200);
        user.put("/v1/threads/s1/items", "[" + ITEM + "]").then().statusCode(200);
        user.get("/v1/threads/s1/items/m").then().statusCode(200);
        list("?kind=session&title=t").body("data.id", contains("s2", "s1"));
    }

    @Test
    void anotherKindIsAConflictAndChangesNothing() {
        store();
        Response before = user.get("/v1/threads/c");
        String same = before.asString();
        conflicts(user.post("/v1/threads?kind=session", same));
        conflicts(user.put("/v1/threads/c?kind=session", THREAD.formatted("c", 9)));
        conflicts(user.put("/v1/threads/c/items?create=true&kind=session", "[" + ITEM + "]"));
        user.get("/v1/threads/c").then().body(equalTo(same));
        user.get("/v1/threads/c/items").then().body("data", empty());
        user.put("/v1/threads/c?kind=chatkit", same).then().statusCode(200);
        user.post("/v1/threads?kind=chatkit", same).then().statusCode(200);
    }

    @Test
    void threadsOfAKindAreMadeByEachCallThatMakesThreads() {
        user.post("/v1/threads?kind=session", "{\"id\":\"a\",\"items\":[" + ITEM + "]}")
                .then()
                .statusCode(201);
        user.put("/v1/threads/b/items?create=true&kind=session", "[" + ITEM + "]")
                .then()
                .statusCode(200);
        user.json(THREAD.formatted("d", 1))
                .header("If-None-Match", "*")
                .put("/v1/threads/d?kind=session")
                .then()
                .statusCode(201);
        user.post("/v1/threads/a/fork", "{\"id\":\"e\"}").then().statusCode(201);
        list("?kind=session&count=true").body("total.value", equalTo(4));
        list("").body("data", empty());
    }

    @Test
    void conversationsAreMadeByOpenAisCallsOnly() {
        String id = user.post("/openai/v1/conversations", "{\"items\":[{\"type\":\"x\"}]}")
                .path("id");
        for (Response refused : List.of(
                user.post("/v1/threads?kind=conversation", "{}"),
                user.post("/v1/threads?kind=conversation", "{\"items\":[" + ITEM + "]}"),
                user.put("/v1/threads/d?kind=conversation", "{}"),
                user.put("/v1/threads/" + id + "?kind=conversation", "{}"),
                user.put("/v1/threads/d/items?create=true&kind=conversation", "[" + ITEM + "]"))) {
            refused.then().statusCode(400).body("detail", containsString("POST /openai/v1/conversations"));
        }
        user.post("/v1/threads/" + id + "/fork", "{}")
                .then()
                .statusCode(409)
                .body("detail", startsWith("Thread " + id + " is of OpenAI's Conversations API"));
        list("?kind=conversation").body("data.id", contains(id));
        list("").body("data", empty());
    }

    @Test
    void aSearchFindsChatKitThreadsOnly() {
        user.put("/v1/threads/s?kind=session", "{\"id\":\"s\",\"title\":\"hotel\"}");
        user.put("/v1/threads/c", "{\"id\":\"c\",\"title\":\"hotel\"}");
        user.get("/v1/search?q=hotel").then().body("data.thread_id", contains("c"));
    }

    @Test
    void aKindIsAWordAndForNewThreads() {
        user.thread("c");
        for (String kind : new String[] {"Session", "1st", "a-b", "a".repeat(33), "%C3%A4"}) {
            user.get("/v1/threads?kind=" + kind)
                    .then()
                    .statusCode(400)
                    .body("detail", startsWith("kind must be a word"));
            user.put("/v1/threads/x?kind=" + kind, "{}").then().statusCode(400);
        }
        user.put("/v1/threads/c/items?kind=session", "[]").then().statusCode(400);
        user.json("{}")
                .header("If-Match", "*")
                .put("/v1/threads/c?kind=chatkit")
                .then()
                .statusCode(400);
    }

    private void store() {
        user.put("/v1/threads/c", THREAD.formatted("c", 0)).then().statusCode(201);
        user.put("/v1/threads/s1?kind=session", THREAD.formatted("s1", 1))
                .then()
                .statusCode(201);
        user.put("/v1/threads/s2?kind=session", THREAD.formatted("s2", 2))
                .then()
                .statusCode(201);
    }

    private ValidatableResponse list(String query) {
        return user.get("/v1/threads" + query).then().statusCode(200);
    }

    private static void conflicts(Response answer) {
        answer.then().statusCode(409).body("detail", startsWith("Thread c is not of the kind session"));
    }
}
