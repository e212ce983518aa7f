package dev.bobbin.owner;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is another owner's does not exist. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class OwnerIsolationTest {

    /** Another user of the tenant; the same user of another tenant; and owners whose parts could be confused. */
    @ParameterizedTest
    @CsvSource({
        "alice, key-of-acme, bob, key-of-acme",
        "carol, key-of-acme, carol, key-of-beta",
        "acme/dave, key-of-beta, dave, key-of-acme",
        "erin, key-of-acme, ERIN, key-of-acme",
        "%66rank, key-of-acme, frank, key-of-acme"
    })
    void twoOwnersWithTheSameIdsNeverSeeEachOther(String user1, String key1, String user2, String key2) {
        As one = new As(key1, user1);
        As two = new As(key2, user2);
        for (As owner : new As[] {one, two}) {
            String path = owner.thread("thr_same");
            owner.post(path + "/items", As.message("msg_same", "thr_same", "2026-01-01T00:00:00", "of " + owner.user()))
                    .then()
                    .statusCode(201);
            owner.put("/v1/attachments/atc_same", "{\"name\":\"of " + owner.user() + "\"}")
                    .then()
                    .statusCode(201);
        }
        for (As owner : new As[] {one, two}) {
            owner.get("/v1/threads").then().body("data.id", contains("thr_same"));
            owner.get("/v1/threads/thr_same/items")
                    .then()
                    .body("data.size()", equalTo(1))
                    .body(containsString("of " + owner.user()));
            owner.get("/v1/threads/thr_same?include=items").then().body(containsString("of " + owner.user()));
            owner.get("/v1/threads/thr_same/items/msg_same").then().body(containsString("of " + owner.user()));
            owner.get("/v1/attachments/atc_same").then().body(containsString("of " + owner.user()));
        }

        two.delete("/v1/threads/thr_same").then().statusCode(204);
        two.delete("/v1/attachments/atc_same").then().statusCode(204);

        one.get("/v1/threads/thr_same/items/msg_same").then().statusCode(200);
        one.get("/v1/attachments/atc_same").then().statusCode(200);
    }

    @Test
    void aStrangersThreadIsNotFoundAndItsItemsAreAnEmptyPage() {
        As owner = As.somebody();
        As stranger = As.somebody();
        String path = owner.thread("thr_1");
        String item = As.message("msg_1", "thr_1", "2026-01-01T00:00:00", "x");
        owner.post(path + "/items", item).then().statusCode(201);

        stranger.get(path).then().statusCode(404).body("detail", equalTo("Thread thr_1 not found"));
        stranger.get(path + "?include=items").then().statusCode(404);
        stranger.get(path + "/items")
                .then()
                .statusCode(200)
                .body(equalTo("{\"data\":[],\"has_more\":false,\"after\":null}"));
        stranger.get(path + "/items?after=msg_1").then().statusCode(404);
        stranger.get(path + "/items/msg_1").then().statusCode(404);
        stranger.post(path + "/items", item).then().statusCode(404);
        stranger.put(path + "/items/msg_1", item).then().statusCode(404);
        stranger.patch(path, "{}").then().statusCode(404);
        stranger.patch(path + "/items/msg_1", "{}").then().statusCode(404);
        stranger.put(path + "/items", "[]").then().statusCode(404);
        stranger.post(path + "/items/pop", "").then().statusCode(404);
        stranger.post(path + "/fork", "{}").then().statusCode(404);
        stranger.get(path + "/state").then().statusCode(404);
        stranger.delete(path + "?attachments=delete").then().statusCode(204);
        stranger.delete(path + "/items?after=msg_1").then().statusCode(404);
        stranger.delete(path + "/items/msg_1").then().statusCode(204);
        stranger.delete(path).then().statusCode(204);
        stranger.get("/v1/threads").then().body("data.size()", equalTo(0));

        owner.get(path + "/items/msg_1").then().statusCode(200).body(equalTo(item));
    }
}
