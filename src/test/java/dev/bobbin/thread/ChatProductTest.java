package dev.bobbin.thread;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a chat product asks of its store, each in one call: the table in {@code docs/api.md}, row by row. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ChatProductTest {

    private final As user = As.somebody();

    /** Three threads; the oldest has the newest message. */
    @BeforeEach
    void aFewThreads() {
        thread("thr_a", "2026-01-01T09:00:00Z", "Trip to Rome", "{\"project\":\"travel\"}");
        thread("thr_b", "2026-01-01T10:00:00Z", "Trip to Oslo", "{\"project\":\"travel\"}");
        thread("thr_c", "2026-01-01T11:00:00Z", "Invoices", "{}");
        for (int n = 1; n <= 5; n++) {
            String message =
                    As.message("msg_" + n, "thr_a", "2026-01-01T12:00:0" + n + "Z", "Where is hotel " + n + "?");
            user.post("/v1/threads/thr_a/items", message).then().statusCode(201);
        }
        user.post(
                        "/v1/threads/thr_a/items",
                        "{\"id\":\"msg_h\",\"created_at\":\"2026-01-01T12:00:06Z\",\"type\":\"hidden_context_item\",\"content\":\"x\"}")
                .then()
                .statusCode(201);
    }

    private void thread(String id, String createdAt, String title, String metadata) {
        String document =
                "{\"id\":\"%s\",\"created_at\":\"%s\",\"title\":\"%s\",\"status\":{\"type\":\"active\"},\"metadata\":%s}"
                        .formatted(id, createdAt, title, metadata);
        user.put("/v1/threads/" + id, document).then().statusCode(201);
    }

    private ValidatableResponse get(String path) {
        return user.get(path).then().statusCode(200);
    }

    private ValidatableResponse patch(String path, String patch) {
        return user.request()
                .contentType("application/merge-patch+json")
                .body(patch)
                .patch(path)
                .then();
    }

    @Test
    void sidebarByLastActivityWithTheLastMessage() {
        get("/v1/threads?sort=active_at&include=last_item")
                .body("data.id", contains("thr_a", "thr_c", "thr_b"))
                .body("data.last_item[0].id", equalTo("msg_5"))
                .body("data.last_item[1]", nullValue());
    }

    @Test
    void nextPageOfTheSidebarWhileThreadsMove() {
        String next = get("/v1/threads?sort=active_at&limit=1").extract().path("next");
        thread("thr_new", "2026-01-01T13:00:00Z", "New", "{}");
        get("/v1/threads?cursor=" + next).body("data.id", contains("thr_new", "thr_c", "thr_b"));
    }

    @Test
    void archiveAndTheListOfTheArchive() {
        patch("/v1/threads/thr_c/state", "{\"archived\":true}").statusCode(200);
        get("/v1/threads").body("data.id", contains("thr_b", "thr_a"));
        get("/v1/threads?archived=true").body("data.id", contains("thr_c"));
    }

    @Test
    void threadsOfAProject() {
        get("/v1/threads?metadata.project=travel").body("data.id", contains("thr_b", "thr_a"));
    }

    @Test
    void lockedThreads() {
        patch("/v1/threads/thr_b", "{\"status\":{\"type\":\"locked\"}}").statusCode(200);
        get("/v1/threads?status=locked").body("data.id", contains("thr_b"));
    }

    @Test
    void threadsThatWereActiveSince() {
        get("/v1/threads?active_at%5Bgte%5D=2026-01-01T11:00:00Z&order=asc")
                .body("data.id", contains("thr_a", "thr_c"));
    }

    @Test
    void threadsByTheBeginningOfTheirTitle() {
        get("/v1/threads?title=trip").body("data.id", contains("thr_b", "thr_a"));
    }

    @Test
    void howManyThreadsThereAre() {
        get("/v1/threads?count=true&limit=1").body("total.value", equalTo(3)).body("total.relation", equalTo("eq"));
    }

    @Test
    void search() {
        get("/v1/search?q=hotel%203").body("data.item_id", contains("msg_3")).body("data.thread_id", contains("thr_a"));
    }

    @Test
    void renameThatLosesNothing() {
        String before = user.get("/v1/threads/thr_a").asString();
        patch("/v1/threads/thr_a", "{\"title\":\"Rome\"}")
                .statusCode(200)
                .body(equalTo(before.replace("Trip to Rome", "Rome")));
    }

    @Test
    void editOfAMessageUnlessAnotherWasFirst() {
        Response first = user.get("/v1/threads/thr_a/items/msg_1");
        patch("/v1/threads/thr_a/items/msg_1", "{\"quoted_text\":\"first\"}").statusCode(200);
        user.request()
                .header("If-Match", first.header("ETag"))
                .contentType("application/merge-patch+json")
                .body("{\"quoted_text\":\"second\"}")
                .patch("/v1/threads/thr_a/items/msg_1")
                .then()
                .statusCode(412);
        get("/v1/threads/thr_a/items/msg_1").body("quoted_text", equalTo("first"));
    }

    @Test
    void isMyCopyStillCurrent() {
        String etag = user.get("/v1/threads/thr_a").header("ETag");
        user.request()
                .header("If-None-Match", etag)
                .get("/v1/threads/thr_a")
                .then()
                .statusCode(304);
    }

    @Test
    void threadWithItsNewestMessages() {
        get("/v1/threads/thr_a?include=items&limit=2").body("items.data.id", contains("msg_h", "msg_5"));
    }

    @Test
    void jumpIntoTheMiddle() {
        get("/v1/threads/thr_a/items?around=msg_3&limit=3&order=asc")
                .body("data.id", contains("msg_2", "msg_3", "msg_4"));
    }

    @Test
    void messagesBeforeOne() {
        get("/v1/threads/thr_a/items?before=msg_4&limit=2&order=asc").body("data.id", contains("msg_2", "msg_3"));
    }

    @Test
    void newThreadWithItsMessages() {
        user.post(
                        "/v1/threads",
                        "{\"id\":\"thr_d\",\"created_at\":\"2026-01-01T12:00:00Z\",\"items\":["
                                + As.message("msg_1", "thr_d", "2026-01-01T12:00:01Z", "Hello") + "]}")
                .then()
                .statusCode(201);
        get("/v1/threads/thr_d/items").body("data.id", contains("msg_1"));
    }

    @Test
    void createThatIsSafeToRepeat() {
        String id = null;
        for (int attempt = 0; attempt < 2; attempt++) {
            String created = user.json("{\"title\":\"Once\"}")
                    .header("Idempotency-Key", "key-1")
                    .post("/v1/threads")
                    .then()
                    .statusCode(attempt == 0 ? 201 : 200)
                    .extract()
                    .path("id");
            id = id == null ? created : id;
            get("/v1/threads?title=once").body("data.id", contains(id));
        }
    }

    @Test
    void answerAgain() {
        user.delete("/v1/threads/thr_a/items?after=msg_2").then().statusCode(204);
        get("/v1/threads/thr_a/items?order=asc").body("data.id", contains("msg_1", "msg_2"));
    }

    @Test
    void fork() {
        user.post("/v1/threads/thr_a/fork", "{\"id\":\"thr_f\",\"after\":\"msg_3\"}")
                .then()
                .statusCode(201)
                .body("metadata.forked_from.thread_id", equalTo("thr_a"));
        get("/v1/threads/thr_f/items?order=asc").body("data.id", contains("msg_1", "msg_2", "msg_3"));
    }

    @Test
    void replaceAMemory() {
        user.put("/v1/threads/thr_a/items", "[" + As.message("m1", "thr_a", "2026-01-02T00:00:00Z", "Summary") + "]")
                .then()
                .statusCode(200);
        get("/v1/threads/thr_a/items").body("data.id", contains("m1"));
    }

    @Test
    void noMessagesToALockedThread() {
        patch("/v1/threads/thr_a", "{\"status\":{\"type\":\"locked\"}}").statusCode(200);
        user.post(
                        "/v1/threads/thr_a/items?enforce_status=true",
                        As.message("msg_9", "thr_a", "2026-01-02T00:00:00Z", "Hello?"))
                .then()
                .statusCode(409)
                .body("type", containsString("thread-locked"));
    }

    @Test
    void deletionOfAThreadWithTheRecordsOfItsFiles() {
        user.put("/v1/attachments/atc_1", "{\"id\":\"atc_1\",\"thread_id\":\"thr_a\"}")
                .then()
                .statusCode(201);
        get("/v1/attachments?thread_id=thr_a").body("data.id", contains("atc_1"));
        user.delete("/v1/threads/thr_a?attachments=delete").then().statusCode(204);
        get("/v1/attachments?thread_id=thr_a").body("data", empty());
    }

    @Test
    void deletionOfAllThreadsOfAProject() {
        user.delete("/v1/threads?metadata.project=travel&confirm=2")
                .then()
                .statusCode(200)
                .body("deleted", equalTo(2));
        get("/v1/threads").body("data", hasSize(1));
    }
}
