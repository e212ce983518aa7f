package dev.bobbin.database;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.As;
import dev.bobbin.support.StatementLog;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** As the server counts: one statement for each store call, and none when nobody calls. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class StatementCountTest {

    private final As user = As.somebody();

    @Test
    void everyStoreCallIsOneStatementWithNothingAroundIt() throws Exception {
        String thread = user.thread("thr_1");
        String items = thread + "/items";
        String message = As.message("msg_1", "thr_1", "2026-01-01T00:00:00", "x");
        Map<String, Runnable> calls = new LinkedHashMap<>();
        calls.put(
                "save_thread, new",
                () -> user.put("/v1/threads/thr_2", "{\"id\":\"thr_2\"}").then().statusCode(201));
        calls.put(
                "save_thread, replaced",
                () -> user.put("/v1/threads/thr_2", "{\"id\":\"thr_2\"}").then().statusCode(200));
        calls.put("load_thread", () -> user.get(thread).then().statusCode(200));
        calls.put(
                "load_thread, unknown",
                () -> user.get("/v1/threads/thr_none").then().statusCode(404));
        calls.put(
                "load_thread with items",
                () -> user.get(thread + "?include=items").then().statusCode(200));
        calls.put("load_threads", () -> user.get("/v1/threads").then().statusCode(200));
        calls.put(
                "load_threads after",
                () -> user.get("/v1/threads?after=thr_1").then().statusCode(200));
        calls.put("load_threads by activity", () -> user.get(
                        "/v1/threads?sort=active_at&include=last_item&count=true&status=active&metadata.a=b")
                .then()
                .statusCode(200));
        calls.put(
                "delete_threads",
                () -> user.delete("/v1/threads?title=none&confirm=0").then().statusCode(200));
        calls.put("add_thread", () -> user.post("/v1/threads", "{}").then().statusCode(201));
        calls.put("add_thread_item, new", () -> user.post(items, message).then().statusCode(201));
        calls.put(
                "add_thread_item, again", () -> user.post(items, message).then().statusCode(200));
        calls.put(
                "add_thread_item, conflict",
                () -> user.post(items, message.replace("\"x\"", "\"y\"")).then().statusCode(409));
        calls.put("add_thread_item, no thread", () -> user.post("/v1/threads/thr_none/items", "{\"type\":\"widget\"}")
                .then()
                .statusCode(404));
        calls.put(
                "add_thread_item, replaced",
                () -> user.post(items + "?on_conflict=replace", message).then().statusCode(200));
        calls.put("save_item", () -> user.put(items + "/msg_1", message).then().statusCode(200));
        calls.put("load_item", () -> user.get(items + "/msg_1").then().statusCode(200));
        calls.put("load_thread_items", () -> user.get(items).then().statusCode(200));
        calls.put(
                "load_thread_items after",
                () -> user.get(items + "?after=msg_1").then().statusCode(200));
        calls.put("search", () -> user.get("/v1/search?q=x").then().statusCode(200));
        calls.put(
                "load_thread_items around",
                () -> user.get(items + "?around=msg_1").then().statusCode(200));
        calls.put(
                "delete_items_after",
                () -> user.delete(items + "?after=msg_1").then().statusCode(204));
        calls.put(
                "delete_thread_item", () -> user.delete(items + "/msg_1").then().statusCode(204));
        calls.put(
                "save_attachment",
                () -> user.put("/v1/attachments/a", "{\"id\":\"a\"}").then().statusCode(201));
        calls.put("load_attachment", () -> user.get("/v1/attachments/a").then().statusCode(200));
        calls.put("load_attachments", () -> user.get("/v1/attachments").then().statusCode(200));
        calls.put(
                "delete_attachment",
                () -> user.delete("/v1/attachments/a").then().statusCode(204));
        calls.put("delete_thread", () -> user.delete(thread).then().statusCode(204));

        StatementLog log = new StatementLog(TestEnvironment.databaseUrl());
        for (var call : calls.entrySet()) {
            List<String> statements = log.during(call.getValue());
            assertThat(statements).as(call.getKey()).hasSize(1);
            assertThat(statements.get(0)).as(call.getKey()).matches("(?is)(select|insert|delete|with).*");
        }
    }

    @Test
    void aBatchIsOneTransaction() throws Exception {
        String items = user.thread("thr_1") + "/items";
        StatementLog log = new StatementLog(TestEnvironment.databaseUrl());
        assertThat(log.during(() -> user.post(items, "[{\"type\":\"widget\"},{\"type\":\"widget\"}]")
                        .then()
                        .statusCode(201)))
                .satisfiesExactly(
                        begin -> assertThat(begin).isEqualToIgnoringCase("begin"),
                        insert -> assertThat(insert).startsWith("with locked as ("),
                        commit -> assertThat(commit).isEqualToIgnoringCase("commit"));
    }

    @Test
    void probesMetricsAndSpecificationRunNone() throws Exception {
        user.thread("thr_1");
        StatementLog log = new StatementLog(TestEnvironment.databaseUrl());
        assertThat(log.during(() -> {
                    for (String path : List.of(
                            "/q/health",
                            "/q/health/live",
                            "/q/health/ready",
                            "/q/health/started",
                            "/q/metrics",
                            "/q/openapi")) {
                        given().get(path).then().statusCode(200);
                    }
                }))
                .isEmpty();
    }
}
