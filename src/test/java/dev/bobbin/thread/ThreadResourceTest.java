package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ThreadResourceTest {

    private final As user = As.somebody();

    @Test
    void savedThreadIsCreatedThenReplacedAndLoadsAsItWasSaved() {
        String first = "{ \"id\": \"thr_1\", \"created_at\": \"2026-11-21T00:54:09.050329\", \"title\": null }";
        String second = "{\"id\":\"thr_1\",\"created_at\":\"2026-11-21T00:54:09.050329\",\"title\":\"Hello\"}";

        user.put("/v1/threads/thr_1", first).then().statusCode(201).body(equalTo(first));
        user.get("/v1/threads/thr_1")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body(equalTo(first));
        user.put("/v1/threads/thr_1", second).then().statusCode(200).body(equalTo(second));
        user.get("/v1/threads/thr_1").then().statusCode(200).body(equalTo(second));
    }

    @Test
    void unknownThreadIsNotFound() {
        user.get("/v1/threads/thr_none")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:bobbin:problem:not-found"))
                .body("status", equalTo(404))
                .body("detail", equalTo("Thread thr_none not found"))
                .body("request_id", matchesPattern("[0-9a-f]{32}"));
    }

    @Test
    void itemsAreDroppedFromASavedThreadAndNothingElse() {
        String sent =
                """
                {"id":"thr_i", "items" : {"data":[{"id":"x","items":[]}],"has_more":false} , "metadata":{"items":[1]},"z":1e400}""";
        user.put("/v1/threads/thr_i", sent).then().statusCode(201);
        assertThat(user.get("/v1/threads/thr_i").asString())
                .isEqualTo("{\"id\":\"thr_i\" , \"metadata\":{\"items\":[1]},\"z\":1e400}");

        user.put("/v1/threads/thr_i", "{\"items\":[],\"id\":\"thr_i\"}").then().body(equalTo("{\"id\":\"thr_i\"}"));
        user.put("/v1/threads/thr_i", "{\"items\":1,\"items\":2}").then().body(equalTo("{}"));
    }

    @Test
    void itemsOfAnyKindAreDropped() {
        String large = "x\\\"y".repeat(20_000);
        for (String items : new String[] {
            "\"abc\"",
            "\"\"",
            "\"a\\\"b\\\\\"",
            "\"" + large + "\"",
            "7",
            "-1.5e3",
            "true",
            "null",
            "{}",
            "[[1]]",
            "[\"" + large + "\"]"
        }) {
            for (String name : new String[] {"items", "\\u0069tems"}) {
                String member = "\"" + name + "\":" + items;
                user.put("/v1/threads/i", "{" + member + ",\"x\":1}").then().body(equalTo("{\"x\":1}"));
                user.put("/v1/threads/i", "{\"x\":1 ," + member + " }").then().body(equalTo("{\"x\":1  }"));
                user.put("/v1/threads/i", "{\"a\":\"" + large + "\"," + member + ",\"b\":2}")
                        .then()
                        .body(equalTo("{\"a\":\"" + large + "\",\"b\":2}"));
            }
        }
    }

    @Test
    void membersOfOtherKindsOfDocumentsMayBeAnything() {
        String thread = "{\"id\":\"thr_o\",\"type\":5,\"thread_id\":{},\"content\":7,\"name\":[]}";
        user.put("/v1/threads/thr_o", thread).then().statusCode(201).body(equalTo(thread));
        String attachment = "{\"id\":\"a\",\"type\":\"\\u0000\",\"thread_id\":\"\\ud800\",\"created_at\":\"?\"}";
        user.put("/v1/attachments/a", attachment).then().statusCode(201).body(equalTo(attachment));
    }

    @Test
    void anAddedThreadsPathIsInTheAnswer() {
        String path = user.json("{}")
                .header("Prefer", "return=minimal")
                .post("/v1/threads")
                .then()
                .statusCode(201)
                .extract()
                .header("Location");
        assertThat(path).matches("/v1/threads/thr_[0-9a-f]{24}");
        user.get(path).then().statusCode(200);
        String item = user.json("{\"type\":\"widget\",\"id\":\"a/b ä\"}")
                .post(path + "/items")
                .then()
                .statusCode(201)
                .extract()
                .header("Location");
        user.get(item).then().statusCode(200).body("id", equalTo("a/b ä"));
    }

    @Test
    void anotherIdInTheBodyIsRefused() {
        user.put("/v1/threads/thr_a", "{\"id\":\"thr_b\"}")
                .then()
                .statusCode(400)
                .body("detail", equalTo("The path says thr_a, and the body's id is thr_b"));
        user.get("/v1/threads/thr_a").then().statusCode(404);
    }

    @Test
    void addingMakesIdAndTimeWhereTheyAreMissing() {
        JsonPath thread = user.post("/v1/threads", "{\"title\":\"New\"}")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
        assertThat(thread.getString("id")).matches("thr_[0-9a-f]{24}");
        assertThat(thread.getString("created_at")).endsWith("Z");
        assertThat(Duration.between(Instant.parse(thread.getString("created_at")), Instant.now()))
                .isLessThan(Duration.ofMinutes(1));
        user.get("/v1/threads/" + thread.getString("id")).then().statusCode(200).body("title", equalTo("New"));
        user.post("/v1/threads", "{}").then().statusCode(201).body("id", matchesPattern("thr_[0-9a-f]{24}"));
    }

    @Test
    void addingTwiceIsOnceAndAnotherDocumentIsAConflict() {
        String thread = "{\"id\":\"thr_add\",\"created_at\":\"2026-01-01T00:00:00\"}";
        user.post("/v1/threads", thread).then().statusCode(201).body(equalTo(thread));
        user.post("/v1/threads", thread).then().statusCode(200).body(equalTo(thread));
        user.post("/v1/threads", thread.replace("00:00:00", "00:00:01"))
                .then()
                .statusCode(409)
                .header("x-should-retry", "false")
                .body("detail", equalTo("Thread thr_add already exists with another document"));
        user.get("/v1/threads/thr_add").then().body(equalTo(thread));
    }

    @Test
    void aRepeatedAddWhoseTimeTheServiceMadeIsTheSameDocument() {
        String stored = user.post("/v1/threads", "{\"id\":\"thr_rep\"}")
                .then()
                .statusCode(201)
                .extract()
                .asString();
        user.post("/v1/threads", "{\"id\":\"thr_rep\"}").then().statusCode(200).body(equalTo(stored));
        user.post("/v1/threads", "{\"id\":\"thr_rep\",\"title\":1}").then().statusCode(409);
    }

    @Test
    void deletingAThreadDeletesItsItemsAndIsNoErrorTwice() {
        String path = user.thread("thr_del");
        user.post(path + "/items", As.message("msg_1", "thr_del", "2026-01-01T00:00:00", "hi"))
                .then()
                .statusCode(201);

        user.delete(path).then().statusCode(204);
        user.delete(path).then().statusCode(204);
        user.get(path).then().statusCode(404);
        user.thread("thr_del");
        user.get(path + "/items").then().statusCode(200).body("data.size()", equalTo(0));
    }

    @Test
    void threadComesWithItsFirstPageOfItems() {
        String path = user.thread("thr_with");
        user.get(path + "?include=items")
                .then()
                .statusCode(200)
                .body("items.data.size()", equalTo(0))
                .body("items.has_more", equalTo(false));
        for (int i = 1; i <= 3; i++) {
            user.post(path + "/items", As.message("msg_" + i, "thr_with", "2026-01-01T00:00:0" + i, "m"))
                    .then()
                    .statusCode(201);
        }
        user.get(path + "?include=items&limit=2")
                .then()
                .statusCode(200)
                .body("id", equalTo("thr_with"))
                .body("items.data.id", contains("msg_3", "msg_2"))
                .body("items.has_more", equalTo(true))
                .body("items.after", equalTo("msg_2"));
        user.get(path + "?include=items&order=asc")
                .then()
                .body("items.data.id", contains("msg_1", "msg_2", "msg_3"))
                .body("items.after", nullValue());
        user.get("/v1/threads/thr_nope?include=items").then().statusCode(404);
        user.get(path + "?include=everything").then().statusCode(400);
        user.get(path + "?order=sideways").then().statusCode(400);
    }

    @Test
    void aWriteLeavesOutItsAnswerForWhoeverPrefersThat() {
        String thread = "{\"id\":\"thr_min\"}";
        user.json(thread)
                .header("Prefer", "respond-async, return=minimal")
                .put("/v1/threads/thr_min")
                .then()
                .statusCode(201)
                .header("Preference-Applied", "return=minimal")
                .body(equalTo(""));
        user.json(thread)
                .header("Prefer", "return=minimal")
                .put("/v1/threads/thr_min")
                .then()
                .statusCode(204);
        user.json(thread)
                .header("Prefer", "return=representation")
                .put("/v1/threads/thr_min")
                .then()
                .statusCode(200)
                .body(equalTo(thread));
    }

    @Test
    void anIdMayHoldWhatAPathCannot() {
        for (String id :
                new String[] {"a/b", "a b", "a+b", "a%b", "a?b#c", "a;b=c", "ä😀", "\"q\"", "%2F", "x".repeat(255)}) {
            String path = user.thread(id);
            user.get(path).then().statusCode(200).body("id", equalTo(id));
            user.post(path + "/items", As.message(id, id, "2026-01-01T00:00:00", "hi"))
                    .then()
                    .statusCode(201);
            user.delete(path).then().statusCode(204);
            user.get(path).then().statusCode(404);
        }
    }
}
