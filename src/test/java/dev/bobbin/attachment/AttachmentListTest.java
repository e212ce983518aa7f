package dev.bobbin.attachment;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class AttachmentListTest {

    private final As user = As.somebody();

    @Test
    void attachmentsAreListedByTheirFirstSaveAndByThread() {
        String[] threads = {"\"thr_1\"", "\"thr_2\"", "\"thr_1\"", "null", "\"thr_1\""};
        for (int nr = 0; nr < threads.length; nr++) {
            save(nr, threads[nr], 201);
        }
        save(0, "\"thr_1\"", 200);
        user.get("/v1/attachments").then().statusCode(200).body("data.id", contains("a4", "a3", "a2", "a1", "a0"));
        user.get("/v1/attachments?thread_id=thr_1&order=asc&limit=2")
                .then()
                .body("data.id", contains("a0", "a2"))
                .body("has_more", equalTo(true))
                .body("after", equalTo("a2"));
        user.get("/v1/attachments?thread_id=thr_1&order=asc&after=a2").then().body("data.id", contains("a4"));
        user.get("/v1/attachments?thread_id=thr_1&after=a3").then().body("data.id", contains("a2", "a0"));
        user.get("/v1/attachments?thread_id=thr_1&before=a2").then().body("data.id", contains("a4"));
        String next = user.get("/v1/attachments?thread_id=thr_1&limit=1").path("next");
        user.get("/v1/attachments?thread_id=thr_1&cursor=" + next).then().body("data.id", contains("a2", "a0"));
        user.get("/v1/attachments?thread_id=thr_none").then().statusCode(200).body("data", empty());
        user.get("/v1/attachments?thread_id=").then().body("data.size()", equalTo(5));
        user.get("/v1/attachments?thread_id=%00").then().statusCode(400);
        user.get("/v1/attachments?after=none")
                .then()
                .statusCode(404)
                .body("detail", equalTo("Attachment none not found"));

        As.somebody().get("/v1/attachments?thread_id=thr_1").then().body("data", empty());
        As.somebody().get("/v1/attachments?after=a1").then().statusCode(404);
    }

    @Test
    void documentsComeAsTheyWereSaved() {
        String document = "{ \"id\":\"a\",  \"x\":1.50 }";
        user.put("/v1/attachments/a", document).then().statusCode(201);
        user.get("/v1/attachments")
                .then()
                .body(equalTo("{\"data\":[" + document + "],\"has_more\":false,\"after\":null}"));
    }

    private void save(int nr, String thread, int status) {
        user.put("/v1/attachments/a" + nr, "{\"id\":\"a%d\",\"thread_id\":%s}".formatted(nr, thread))
                .then()
                .statusCode(status);
    }
}
