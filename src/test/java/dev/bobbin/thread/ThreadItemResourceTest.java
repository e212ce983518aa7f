package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ThreadItemResourceTest {

    private static final String TIME = "2026-01-01T00:00:00";

    private final As user = As.somebody();
    private String items;

    @BeforeEach
    void aThread() {
        items = user.thread("thr_1") + "/items";
    }

    @Test
    void addedItemLoadsAsItWasSent() {
        String item = As.message("msg_1", "thr_1", TIME, "Hello");
        user.post(items, item).then().statusCode(201).body(equalTo(item));
        user.get(items + "/msg_1")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body(equalTo(item));
        user.get(items)
                .then()
                .statusCode(200)
                .body(equalTo("{\"data\":[" + item + "],\"has_more\":false,\"after\":null}"));
    }

    @Test
    void secondAddOfTheSameDocumentIsOkAndOfAnotherAConflict() {
        String item = As.message("msg_1", "thr_1", TIME, "Hello");
        String other = As.message("msg_1", "thr_1", TIME, "Bye");
        user.post(items, item).then().statusCode(201);
        user.post(items, item).then().statusCode(200).body(equalTo(item));
        user.post(items, other)
                .then()
                .statusCode(409)
                .header("x-should-retry", "false")
                .body("type", equalTo("urn:bobbin:problem:conflict"))
                .body("detail", equalTo("Item msg_1 already exists with another document"));
        user.get(items + "/msg_1").then().body(equalTo(item));

        user.post(items + "?on_conflict=replace", other).then().statusCode(200).body(equalTo(other));
        user.get(items + "/msg_1").then().body(equalTo(other));
        user.post(items + "?on_conflict=replace", As.message("msg_2", "thr_1", TIME, "new"))
                .then()
                .statusCode(201);
        user.post(items + "?on_conflict=ignore", item).then().statusCode(400);
    }

    @Test
    void oneIdMayStandInTwoThreads() {
        String second = user.thread("thr_2") + "/items";
        user.post(items, As.message("__fake_id__", "thr_1", TIME, "one")).then().statusCode(201);
        user.post(second, As.message("__fake_id__", "thr_2", TIME, "two"))
                .then()
                .statusCode(201);
        user.get(items + "/__fake_id__").then().body(containsString("one"));
        user.get(second + "/__fake_id__").then().body(containsString("two"));
    }

    @Test
    void savingCreatesThenReplacesAndKeepsThePlaceInTheOrder() {
        user.put(items + "/a", As.message("a", "thr_1", "2026-01-01T00:00:01", "1"))
                .then()
                .statusCode(201);
        user.put(items + "/b", As.message("b", "thr_1", "2026-01-01T00:00:02", "2"))
                .then()
                .statusCode(201);
        String moved = As.message("a", "thr_1", "2026-01-01T00:00:09", "1 again");
        user.put(items + "/a", moved).then().statusCode(200).body(equalTo(moved));
        assertThat(user.get(items + "?order=asc").jsonPath().getList("data.id")).containsExactly("a", "b");
        user.get(items + "/a").then().body(equalTo(moved));
    }

    @Test
    void writesToAThreadThatIsNotThereAreNotFound() {
        String none = "/v1/threads/thr_none/items";
        String item = As.message("msg_1", "thr_none", TIME, "x");
        user.post(none, item).then().statusCode(404).body("detail", equalTo("Thread thr_none not found"));
        user.post(none, "[" + item + "]").then().statusCode(404);
        user.post(none + "?on_conflict=replace", item).then().statusCode(404);
        user.put(none + "/msg_1", item).then().statusCode(404).body("detail", equalTo("Thread thr_none not found"));
        user.get(none).then().statusCode(200).body(equalTo("{\"data\":[],\"has_more\":false,\"after\":null}"));
        user.get(none + "/msg_1").then().statusCode(404).body("detail", equalTo("Item msg_1 not found"));
        user.delete(none + "/msg_1").then().statusCode(204);
    }

    @Test
    void deletedItemIsGoneAndDeletingTwiceIsNoError() {
        user.post(items, As.message("msg_1", "thr_1", TIME, "x")).then().statusCode(201);
        user.delete(items + "/msg_1").then().statusCode(204);
        user.delete(items + "/msg_1").then().statusCode(204);
        user.get(items + "/msg_1").then().statusCode(404);
    }

    @Test
    void idsAreMadeWithChatKitsPrefixes() {
        for (var entry : List.of(
                "user_message msg",
                "workflow wf",
                "client_tool_call tc",
                "task tsk",
                "sdk_hidden_context shcx",
                "hidden_context_item msg",
                "from_the_future msg")) {
            String[] typeAndPrefix = entry.split(" ");
            JsonPath item = user.post(items, "{\"type\":\"" + typeAndPrefix[0] + "\"}")
                    .then()
                    .statusCode(201)
                    .extract()
                    .jsonPath();
            assertThat(item.getString("id")).matches(typeAndPrefix[1] + "_[0-9a-f]{24}");
            assertThat(item.getString("thread_id")).isEqualTo("thr_1");
            assertThat(item.getString("created_at")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        }
    }

    @Test
    void aCompleteItemWithoutThreadIdIsLeftAlone() {
        String item = "{\"id\":\"w\",\"type\":\"widget\",\"created_at\":\"2026-01-01T00:00:00\"}";
        user.post(items, item).then().statusCode(201).body(equalTo(item));
    }

    @Test
    void copiesOfAnotherThreadsItemsAreKeptAsTheyStand() {
        String copies = user.thread("thr_copy") + "/items";
        String first = As.message("msg_1", "thr_1", TIME, "Hello");
        String second = As.message("msg_2", "thr_1", TIME, "Bye");
        String third =
                "{\"id\":\"msg_3\",\"type\":\"widget\",\"thread_id\":null,\"created_at\":\"2026-01-01T00:00:00\"}";
        user.post(copies, first).then().statusCode(201).body(equalTo(first));
        user.put(copies + "/msg_2", second).then().statusCode(201).body(equalTo(second));
        user.post(copies, "[" + third + "]").then().statusCode(201);
        user.get(copies + "?order=asc").then().body("data.id", contains("msg_1", "msg_2", "msg_3"));
        user.get(copies + "/msg_1").then().statusCode(200).body(equalTo(first));
        user.get(copies + "/msg_3").then().statusCode(200).body(equalTo(third));
        user.get(items).then().body("data.size()", equalTo(0));

        // completed in its other members only
        user.post(copies, "{\"type\":\"widget\",\"thread_id\":\"thr_1\"}")
                .then()
                .statusCode(201)
                .body("thread_id", equalTo("thr_1"));
    }

    @Test
    void aBatchIsStoredWholeAndInOrder() {
        List<String> batch = IntStream.range(0, 1_000)
                .mapToObj(i -> As.message("m" + i, "thr_1", TIME, "text " + i))
                .toList();
        String body = "[ " + String.join(" , ", batch) + "\n]";
        user.post(items, body).then().statusCode(201).body(equalTo("{\"data\":[" + String.join(",", batch) + "]}"));
        user.post(items, body).then().statusCode(200);

        assertThat(user.get(items + "?order=asc&limit=100").jsonPath().getList("data.id"))
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "m" + i).collect(Collectors.toList()));
    }

    @Test
    void aBatchWithOneConflictStoresNothing() {
        user.post(items, As.message("m2", "thr_1", TIME, "was here")).then().statusCode(201);
        user.post(items, "[" + As.message("m1", "thr_1", TIME, "1") + "," + As.message("m2", "thr_1", TIME, "2") + "]")
                .then()
                .statusCode(409)
                .body("detail", equalTo("Item m2 already exists with another document"));
        user.get(items).then().body("data.id", contains("m2"));

        user.post(
                        items + "?on_conflict=replace",
                        "[" + As.message("m1", "thr_1", TIME, "1") + "," + As.message("m2", "thr_1", TIME, "2") + "]")
                .then()
                .statusCode(201);
        user.get(items + "/m2").then().body("content[0].text", equalTo("2"));
    }

    @Test
    void aBatchOfNoneOfTooManyOrOfTwinsIsRefused() {
        user.post(items, "[]").then().statusCode(400);
        String tooMany = IntStream.range(0, 1_001)
                .mapToObj(i -> As.message("m" + i, "thr_1", TIME, "x"))
                .collect(Collectors.joining(",", "[", "]"));
        user.post(items, tooMany)
                .then()
                .statusCode(400)
                .body("detail", equalTo("A batch must have 1 to 1000 items, and has 1001"));
        String twin = As.message("twin", "thr_1", TIME, "x");
        user.post(items, "[" + twin + "," + twin + "]")
                .then()
                .statusCode(400)
                .body("detail", equalTo("Item twin stands twice in the batch"));
        user.post(items, "[" + twin + ",7]")
                .then()
                .statusCode(400)
                .body("detail", equalTo("Element 1 of the array must be a JSON object"));
        user.get(items).then().body("data.size()", equalTo(0));
    }

    @Test
    void batchesInOppositeOrderAndDeletesOfTheirThreadDoNotStandInEachOthersWay() throws Exception {
        List<String> ids = IntStream.range(0, 40).mapToObj(i -> "m" + i).toList();
        List<Thread> callers = new ArrayList<>();
        Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
        for (int caller = 0; caller < 12; caller++) {
            List<String> order = new ArrayList<>(ids);
            if (caller % 2 == 0) {
                Collections.reverse(order);
            }
            String batch = order.stream()
                    .map(id -> As.message(id, "thr_1", TIME, "x"))
                    .collect(Collectors.joining(",", "[", "]"));
            int number = caller;
            callers.add(new Thread(() -> {
                for (int i = 0; i < 8; i++) {
                    statuses.add(
                            number == 0
                                    ? user.delete("/v1/threads/thr_1").statusCode()
                                    : number == 1
                                            ? user.put("/v1/threads/thr_1", "{}")
                                                    .statusCode()
                                            : user.post(items + (number < 6 ? "?on_conflict=replace" : ""), batch)
                                                    .statusCode());
                }
            }));
        }
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(statuses).hasSize(96).isSubsetOf(200, 201, 204, 404);
    }

    @Test
    void ofManyWhoAddOneIdAtOnceOneIsFirst() throws Exception {
        Queue<Integer> same = new ConcurrentLinkedQueue<>();
        Queue<Integer> different = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int caller = 0; caller < 8; caller++) {
            String other = As.message("different", "thr_1", TIME, "of " + caller);
            callers.add(new Thread(() -> {
                same.add(
                        user.post(items, As.message("same", "thr_1", TIME, "x")).statusCode());
                different.add(user.post(items, other).statusCode());
            }));
        }
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(same).containsOnlyOnce(201).containsOnly(200, 201);
        assertThat(different).containsOnlyOnce(201).containsOnly(201, 409);
        user.get(items).then().body("data.size()", equalTo(2));
    }

    @Test
    void deletingBehindAnItemKeepsItAndWhatIsBeforeIt() {
        for (int i = 1; i <= 5; i++) {
            user.post(items, As.message("m" + i, "thr_1", i <= 3 ? TIME : "2026-01-01T00:00:0" + i, "x"));
        }
        user.delete(items + "?after=m2").then().statusCode(204);
        user.get(items + "?order=asc").then().body("data.id", contains("m1", "m2"));
        user.delete(items + "?after=m2").then().statusCode(204);
        user.delete(items + "?after=m5").then().statusCode(404).body("detail", equalTo("Item m5 not found"));
        user.delete(items).then().statusCode(400);
        user.get(items).then().body("data.size()", equalTo(2));
    }
}
