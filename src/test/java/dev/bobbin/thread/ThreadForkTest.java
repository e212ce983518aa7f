package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
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
class ThreadForkTest {

    private final As user = As.somebody();

    private static final String THREAD =
            "{\"id\":\"t\",  \"created_at\":\"2026-01-01T00:00:00\",\"title\":\"T\",\"metadata\":{\"a\":1,"
                    + " \"b\":2},\"n\":1.50}";

    private String thread() {
        user.put("/v1/threads/t", THREAD).then().statusCode(201);
        user.post("/v1/threads/t/items", "[" + item(1) + "," + item(2) + "," + item(3) + "]")
                .then()
                .statusCode(201);
        return "/v1/threads/t";
    }

    @Test
    void aForkHasTheThreadsDocumentWithItsOwnIdAndTimeAndItsItemsByteForByte() {
        String path = thread();
        Response fork = user.json("").post(path + "/fork");
        fork.then().statusCode(201);
        String copy = fork.header("Location");
        String id = fork.path("id");
        assertThat(copy).isEqualTo("/v1/threads/" + id).matches("/v1/threads/thr_[0-9a-f]{24}");
        assertThat(fork.asString())
                .isEqualTo(THREAD.replace("\"t\"", "\"" + id + "\"")
                        .replace("2026-01-01T00:00:00", fork.path("created_at"))
                        .replace("\"b\":2", "\"b\":2,\"forked_from\":{\"thread_id\":\"t\",\"item_id\":null}"));
        user.get(copy).then().body(equalTo(fork.asString())).header("ETag", equalTo(fork.header("ETag")));
        String items = user.get(path + "/items?order=asc").asString();
        user.get(copy + "/items?order=asc").then().body(equalTo(items));

        user.delete(path);
        user.get(copy + "/items").then().body("data.size()", equalTo(3));
    }

    @Test
    void aForkMayEndAtAnItemAndHaveAnIdAndMetadataOfItsOwn() {
        String path = thread();
        user.post(path + "/fork", "{\"after\":\"m2\",\"id\":\"f/ö\",\"metadata\":{\"a\":null,\"c\":\"\\u00e4\"}}")
                .then()
                .statusCode(201)
                .header("Location", "/v1/threads/f%2F%C3%B6")
                .body("id", equalTo("f/ö"))
                .body("metadata.keySet()", contains("b", "c", "forked_from"))
                .body("metadata.forked_from.thread_id", equalTo("t"))
                .body("metadata.forked_from.item_id", equalTo("m2"));
        user.get("/v1/threads/f%2F%C3%B6/items?order=asc").then().body("data.id", contains("m1", "m2"));
        user.post("/v1/threads/f%2F%C3%B6/fork", "{\"id\":\"g\"}")
                .then()
                .statusCode(201)
                .body("metadata.forked_from.thread_id", equalTo("f/ö"))
                .body("metadata.forked_from.item_id", nullValue());
    }

    @Test
    void aThreadWithoutItemsOrMembersCanBeForked() {
        user.put("/v1/threads/e", "{}");
        user.post("/v1/threads/e/fork", "{\"id\":\"f\"}").then().statusCode(201).body("id", equalTo("f"));
        user.put("/v1/threads/m", "{\"metadata\":3}");
        user.post("/v1/threads/m/fork", "{}").then().statusCode(201).body("metadata.keySet()", contains("forked_from"));
    }

    @Test
    void aForkIsNotRead() {
        String path = thread();
        user.get(path + "/fork").then().statusCode(405).header("Allow", "POST, OPTIONS");
        user.request().head(path + "/fork").then().statusCode(405);
    }

    @Test
    void whatIsNotThereCannotBeForked() {
        String path = thread();
        user.post("/v1/threads/none/fork", "{}")
                .then()
                .statusCode(404)
                .body("detail", equalTo("Thread none not found"));
        user.post(path + "/fork", "{\"after\":\"none\",\"id\":\"f\"}")
                .then()
                .statusCode(404)
                .body("detail", equalTo("Item none not found"));
        user.get("/v1/threads/f").then().statusCode(404);
        As.somebody().post(path + "/fork", "{}").then().statusCode(404);
    }

    @Test
    void aTakenIdIsAConflictUnlessItIsTheSameForkAgain() {
        String path = thread();
        user.put("/v1/threads/f", "{}");
        user.post(path + "/fork", "{\"id\":\"f\"}").then().statusCode(409);
        user.post(path + "/fork", "{\"id\":\"t\"}").then().statusCode(409);
        user.get("/v1/threads/f/items").then().body("data.size()", equalTo(0));

        Response fork = user.post(path + "/fork", "{\"id\":\"g\",\"after\":\"m1\"}");
        user.patch(path, "{\"title\":\"changed\"}");
        user.post(path + "/fork", "{\"id\":\"g\",\"after\":\"m1\"}")
                .then()
                .statusCode(200)
                .body(equalTo(fork.asString()));
        user.post(path + "/fork", "{\"id\":\"g\",\"after\":\"m2\"}").then().statusCode(409);
        user.post(path + "/fork", "{\"id\":\"g\",\"after\":\"m1\",\"metadata\":{\"x\":1}}")
                .then()
                .statusCode(409);
        user.get("/v1/threads/g/items").then().body("data.id", contains("m1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "3",
                "{\"metadata\":3}",
                "{\"metadata\":null}",
                "{\"id\":5}",
                "{\"id\":\"\"}",
                "{\"id\":\"..\"}",
                "{\"after\":{}}",
                "{\"title\":\"x\"}",
                "{"
            })
    void aMalformedForkIsRefused(String body) {
        String path = thread();
        user.post(path + "/fork", body).then().statusCode(400);
        user.get("/v1/threads").then().body("data.id", contains("t"));
    }

    @Test
    void aForksActivityIsThatOfItsNewestItem() {
        String path = thread();
        user.post(path + "/fork", "{\"id\":\"f\",\"after\":\"m2\"}").then().statusCode(201);
        user.get("/v1/threads/f/state").then().body("active_at", equalTo("2026-01-02T00:00:00.000000Z"));
        String created = user.post("/v1/threads", "{\"id\":\"e\"}").path("created_at");
        String copied = user.post("/v1/threads/e/fork", "{\"id\":\"g\"}").path("created_at");
        assertThat(copied).isGreaterThan(created);
        user.get("/v1/threads/g/state").then().body("active_at", equalTo(copied));
    }

    @Test
    void theColumnsAreCopiedToo() throws Exception {
        String path = thread();
        user.post(path + "/fork", "{\"id\":\"f\"}").then().statusCode(201);
        String columns =
                "select string_agg(concat(type, role, content, created_at), ',' order by seq) from thread_items"
                        + " where owner_id = 'acme/" + user.user() + "' and thread_id = ";
        assertThat(one(columns + "'f'")).isEqualTo(one(columns + "'t'")).contains("user_message");
    }

    private static String one(String sql) throws Exception {
        try (Connection connection = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static String item(int n) {
        return As.message("m" + n, "t", "2026-01-0" + n + "T00:00:00", "text " + n);
    }
}
