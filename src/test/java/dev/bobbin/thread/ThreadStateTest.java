package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

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
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of a thread beside its document, and what its status and its deletion bring about. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ThreadStateTest {

    private final As user = As.somebody();

    @Test
    void archivingAThreadLeavesItsDocumentAlone() {
        String thread = user.thread("t");
        Response before = user.get(thread);
        Response state = user.get(thread + "/state");
        assertThat(state.asString())
                .startsWith("{\"archived\":false,\"created_at\":\"2026-01-01T00:00:00.000000Z\","
                        + "\"active_at\":\"2026-01-01T00:00:00.000000Z\",\"updated_at\":\"");
        String archived = state.asString().replace("false", "true");
        user.patch(thread + "/state", "{\"archived\":true}")
                .then()
                .statusCode(200)
                .body(equalTo(archived));
        user.get(thread + "/state")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body(equalTo(archived));
        user.json("{\"archived\":true}").patch(thread + "/state").then().statusCode(200);
        user.get(thread).then().body(equalTo(before.asString())).header("ETag", equalTo(before.header("ETag")));
        user.put(thread, "{}").then().statusCode(200);
        user.get(thread + "/state").then().body("archived", equalTo(true));
        user.patch(thread + "/state", "{\"archived\":false}").then().body("archived", equalTo(false));
    }

    @Test
    void activityIsTheTimeOfTheNewestItem() {
        String thread = user.thread("t");
        user.post(thread + "/items", As.message("m", "t", "2026-01-01T00:01:00", "x"))
                .then()
                .statusCode(201);
        user.get(thread + "/state").then().body("active_at", equalTo("2026-01-01T00:01:00.000000Z"));
        user.delete(thread + "/items/m");
        user.get(thread + "/state").then().body("active_at", equalTo("2026-01-01T00:00:00.000000Z"));
    }

    @Test
    void aConditionalDeletionOfTheNewestItemLowersTheActivity() {
        String thread = user.thread("t");
        user.post(thread + "/items", As.message("m1", "t", "2026-01-02T00:00:00", "x"));
        user.json(As.message("m2", "t", "2026-01-03T00:00:00", "x"))
                .header("If-None-Match", "*")
                .put(thread + "/items/m2")
                .then()
                .statusCode(201);
        user.get(thread + "/state").then().body("active_at", equalTo("2026-01-03T00:00:00.000000Z"));
        user.request()
                .header("If-Match", "\"x\"")
                .delete(thread + "/items/m2")
                .then()
                .statusCode(412);
        user.get(thread + "/state").then().body("active_at", equalTo("2026-01-03T00:00:00.000000Z"));
        user.request()
                .header("If-Match", "*")
                .delete(thread + "/items/m2")
                .then()
                .statusCode(204);
        user.get(thread + "/state").then().body("active_at", equalTo("2026-01-02T00:00:00.000000Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"archived\":null}",
                "{\"archived\":1}",
                "{\"archived\":\"true\"}",
                "[]",
                "{\"archived\":true,\"active_at\":1}"
            })
    void onlyTheFlagCanBeChanged(String body) {
        String thread = user.thread("t");
        user.patch(thread + "/state", body).then().statusCode(400);
        user.get(thread + "/state").then().body("archived", equalTo(false));
    }

    @Test
    void anUnknownThreadHasNoState() {
        user.thread("t");
        As.somebody().get("/v1/threads/t/state").then().statusCode(404);
        As.somebody().patch("/v1/threads/t/state", "{\"archived\":true}").then().statusCode(404);
        user.get("/v1/threads/t/state").then().body("archived", equalTo(false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"locked", "closed"})
    void aLockedThreadRefusesItemsIfThatIsAskedFor(String status) {
        String items = user.thread("t") + "/items";
        user.post(items + "?enforce_status=true", item("m1")).then().statusCode(201);
        user.post(items, item("m0")).then().statusCode(201);
        user.put("/v1/threads/t", "{\"status\":{\"type\":\"" + status + "\",\"reason\":\"x\"}}")
                .then()
                .statusCode(200);
        String enforced = "?enforce_status=true";
        locked(user.post(items + enforced, item("m2")), status);
        locked(user.post(items + enforced, "[" + item("m2") + "," + item("m3") + "]"), status);
        locked(user.post(items + enforced + "&on_conflict=replace", item("m1")), status);
        locked(user.put(items + "/m2" + enforced, item("m2")), status);
        locked(user.json(item("m1")).header("If-Match", "*").put(items + "/m1" + enforced), status);
        locked(user.patch(items + "/m1" + enforced, "{\"x\":1}"), status);
        locked(user.put(items + enforced, "[]"), status);
        locked(user.put(items + enforced + "&create=true", "[]"), status);
        locked(user.delete(items + "/m1" + enforced), status);
        locked(user.request().header("If-Match", "*").delete(items + "/m1" + enforced), status);
        locked(user.delete(items + enforced + "&after=m1"), status);
        user.get(items).then().body("data", hasSize(2));
        user.post(items, item("m2")).then().statusCode(201);
        user.patch("/v1/threads/t", "{\"status\":{\"type\":\"active\"}}").then().statusCode(200);
        user.post(items + enforced, "[" + item("m3") + "," + item("m4") + "]")
                .then()
                .statusCode(201);
        user.delete(items + "/m4" + enforced).then().statusCode(204);
        user.patch(items + "/m3" + enforced, "{\"x\":1}").then().statusCode(200);
        user.put(items + enforced, "[]").then().statusCode(200);
        user.post("/v1/threads/none/items" + enforced, item("m")).then().statusCode(404);
        user.post(items + "?enforce_status=yes", item("m")).then().statusCode(400);
    }

    @Test
    void aThreadsAttachmentsGoWithItIfThatIsAskedFor() {
        for (String id : new String[] {"a1", "a2"}) {
            user.put("/v1/attachments/" + id, "{\"thread_id\":\"t\"}").then().statusCode(201);
        }
        user.put("/v1/attachments/b", "{\"thread_id\":\"u\"}");
        As.somebody().put("/v1/attachments/a1", "{\"thread_id\":\"t\"}");
        String thread = user.thread("t");
        user.delete(thread).then().statusCode(204);
        user.get("/v1/attachments/a1").then().statusCode(200);
        user.thread("t");
        user.request()
                .header("If-Match", "\"x\"")
                .delete(thread + "?attachments=delete")
                .then()
                .statusCode(412);
        user.get("/v1/attachments/a1").then().statusCode(200);
        user.delete(thread + "?attachments=keep").then().statusCode(400);
        user.request()
                .header("If-Match", "*")
                .delete(thread + "?attachments=delete")
                .then()
                .statusCode(204);
        user.get("/v1/attachments/a1").then().statusCode(404);
        user.put("/v1/attachments/a2", "{\"thread_id\":\"t\"}").then().statusCode(201);
        user.thread("t");
        user.delete(thread + "?attachments=delete").then().statusCode(204);
        user.get("/v1/attachments/a2").then().statusCode(404);
        user.get(thread).then().statusCode(404);
        user.get("/v1/attachments/b").then().statusCode(200);
    }

    private static void locked(Response answer, String status) {
        answer.then()
                .statusCode(409)
                .header("x-should-retry", "false")
                .body("type", equalTo("urn:bobbin:problem:thread-locked"))
                .body("detail", equalTo("Thread t is " + status));
    }

    private static String item(String id) {
        return As.message(id, "t", "2026-01-01T00:00:00", "x");
    }
}
