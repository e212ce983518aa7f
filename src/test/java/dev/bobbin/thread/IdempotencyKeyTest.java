package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class IdempotencyKeyTest {

    private final As user = As.somebody();

    private static final String BATCH = "[{\"type\":\"task\",\"n\":1},{\"type\":\"task\",\"n\":2}]";

    @Test
    void theSameKeyAndBodyFindWhatTheFirstCallStored() {
        Response thread = post("/v1/threads", "k1", "{\"title\":\"x\"}");
        thread.then().statusCode(201);
        post("/v1/threads", "k1", "{\"title\":\"x\"}").then().statusCode(200).body(equalTo(thread.asString()));
        post("/v1/threads", "k1", "{\"title\":\"y\"}").then().statusCode(409);
        post("/v1/threads", "k2", "{\"title\":\"x\"}").then().statusCode(201);
        user.get("/v1/threads").then().body("data", hasSize(2));

        String items = thread.header("Location") + "/items";
        Response item = post(items, "k1", "{\"type\":\"task\"}");
        item.then().statusCode(201);
        post(items, "k1", "{\"type\":\"task\"}").then().statusCode(200).body(equalTo(item.asString()));
        post(items, "k1", "{\"type\":\"task\",\"x\":1}").then().statusCode(409);
        Response batch = post(items, "k2", BATCH);
        batch.then().statusCode(201);
        post(items, "k2", BATCH).then().statusCode(200).body(equalTo(batch.asString()));
        user.get(items).then().body("data", hasSize(3));

        Response withItems = post("/v1/threads", "k3", "{\"items\":" + BATCH + "}");
        post("/v1/threads", "k3", "{\"items\":" + BATCH + "}")
                .then()
                .statusCode(200)
                .body(equalTo(withItems.asString()));
        user.get(withItems.header("Location") + "/items").then().body("data", hasSize(2));

        Response fork = post(thread.header("Location") + "/fork", "k1", "{\"metadata\":{\"a\":{\"b\":1}}}");
        fork.then().statusCode(201);
        post(items, "k4", "{\"type\":\"task\"}").then().statusCode(201);
        post(thread.header("Location") + "/fork", "k1", "{\"metadata\":{\"a\":{\"b\":1}}}")
                .then()
                .statusCode(200)
                .body(equalTo(fork.asString()));
        user.get(fork.header("Location") + "/items").then().body("data", hasSize(3));
        post(thread.header("Location") + "/fork", "k1", "{\"metadata\":{\"a\":{\"b\":2}}}")
                .then()
                .statusCode(409);
    }

    @Test
    void anotherNumberOfItemsIsAnotherBody() {
        String one = "{\"type\":\"task\",\"n\":1}";
        String three = BATCH.replace("]", ",{\"type\":\"widget\"}]");
        String items = user.thread("t") + "/items";
        post(items, "k", BATCH).then().statusCode(201);
        for (String other : List.of(one, "[" + one + "]", three)) {
            post(items, "k", other).then().statusCode(409);
        }
        post(items, "k", BATCH).then().statusCode(200);
        user.get(items).then().body("data", hasSize(2));

        String thread = post("/v1/threads", "k", "{\"items\":" + BATCH + "}").path("id");
        for (String other : List.of("{}", "{\"items\":[]}", "{\"items\":[" + one + "]}", "{\"items\":" + three + "}")) {
            post("/v1/threads", "k", other).then().statusCode(409);
        }
        user.get("/v1/threads/" + thread + "/items").then().body("data", hasSize(2));

        post("/v1/threads", "none", "{}").then().statusCode(201);
        post("/v1/threads", "none", "{\"items\":" + BATCH + "}").then().statusCode(409);
        post("/v1/threads", "none", "{}").then().statusCode(200);
    }

    @Test
    void aRepeatBringsNothingBackThatWasDeleted() {
        String items = user.thread("t") + "/items";
        post(items, "k", BATCH).then().statusCode(201);
        user.post(items + "/pop", "").then().statusCode(200);
        post(items, "k", BATCH).then().statusCode(409);
        user.get(items).then().body("data", hasSize(1));
    }

    @Test
    void aKeyIsItsOwnersAndItsPaths() {
        Response one = post("/v1/threads", "k", "{}");
        Response other = As.somebody().json("{}").header("Idempotency-Key", "k").post("/v1/threads");
        assertThat((String) other.path("id")).isNotEqualTo(one.path("id"));
        String items1 = one.header("Location") + "/items";
        String items2 = user.thread("t") + "/items";
        assertThat((String) post(items1, "k", "{\"type\":\"task\"}").path("id"))
                .isNotEqualTo(post(items2, "k", "{\"type\":\"task\"}").path("id"));
    }

    @Test
    void whatHasItsIdsNeedsNoKey() {
        post("/v1/threads", "k", "{\"id\":\"a\"}").then().statusCode(201).body("id", equalTo("a"));
        post("/v1/threads", "k", "{\"id\":\"b\"}").then().statusCode(201).body("id", equalTo("b"));
    }

    @Test
    void aMalformedKeyIsRefused() {
        for (String key : List.of("", "a b", "k".repeat(256))) {
            post("/v1/threads", key, "{}").then().statusCode(400);
        }
        post("/v1/threads", "k".repeat(255), "{}").then().statusCode(201);
        user.get("/v1/threads").then().body("data", hasSize(1));
    }

    @Test
    void repeatsAtTheSameTimeStoreOneDocument() throws Exception {
        String items = user.thread("t") + "/items";
        List<CompletableFuture<Response>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(CompletableFuture.supplyAsync(() -> post(items, "k", BATCH)));
            calls.add(CompletableFuture.supplyAsync(() -> post("/v1/threads", "k", "{\"items\":" + BATCH + "}")));
            calls.add(CompletableFuture.supplyAsync(() -> post("/v1/threads/t/fork", "k", "{}")));
        }
        for (int i = 0; i < calls.size(); i++) {
            Response answer = calls.get(i).get();
            assertThat(answer.statusCode()).as(answer.asString()).isIn(200, 201);
            assertThat(answer.asString()).isEqualTo(calls.get(i % 3).get().asString());
        }
        user.get(items).then().body("data", hasSize(2));
        user.get("/v1/threads").then().body("data", hasSize(3));
    }

    private Response post(String path, String key, String body) {
        return user.json(body).header("Idempotency-Key", key).post(path);
    }
}
