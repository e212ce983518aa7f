package dev.bobbin.thread;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code DELETE /v1/threads}: what a list has, all at once, if it is as many as one thinks. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ThreadsDeletionTest {

    private final As user = As.somebody();

    @BeforeEach
    void threeThreads() {
        for (int nr = 1; nr <= 3; nr++) {
            String status = nr == 3 ? "active" : "closed";
            user.put("/v1/threads/t" + nr, "{\"id\":\"t%d\",\"status\":{\"type\":\"%s\"}}".formatted(nr, status))
                    .then()
                    .statusCode(201);
            user.post("/v1/threads/t" + nr + "/items", "{\"id\":\"i\",\"type\":\"widget\"}")
                    .then()
                    .statusCode(201);
            user.put("/v1/attachments/a" + nr, "{\"id\":\"a%1$d\",\"thread_id\":\"t%1$d\"}".formatted(nr))
                    .then()
                    .statusCode(201);
        }
    }

    @Test
    void theConfirmedNumberOfThreadsIsDeleted() {
        user.get("/v1/threads?status=closed&count=true").then().body("total.value", equalTo(2));
        user.delete("/v1/threads?status=closed&confirm=2")
                .then()
                .statusCode(200)
                .body(equalTo("{\"deleted\":2}"));
        user.get("/v1/threads").then().body("data.id", contains("t3"));
        user.get("/v1/threads/t1/items").then().body("data.size()", equalTo(0));
        user.get("/v1/attachments").then().body("data.id", containsInAnyOrder("a1", "a2", "a3"));
        user.delete("/v1/threads?status=closed&confirm=0")
                .then()
                .statusCode(200)
                .body("deleted", equalTo(0));
    }

    @Test
    void anotherNumberDeletesNothing() {
        for (int confirmed : new int[] {0, 1, 3, 10_000}) {
            user.delete("/v1/threads?attachments=delete&status=closed&confirm=" + confirmed)
                    .then()
                    .statusCode(409)
                    .header("x-should-retry", "false")
                    .body("type", equalTo("urn:bobbin:problem:count-changed"))
                    .body("detail", equalTo("2 threads match, and not " + confirmed + "; nothing was deleted"));
        }
        user.get("/v1/threads").then().body("data.size()", equalTo(3));
        user.get("/v1/attachments").then().body("data.size()", equalTo(3));
    }

    @Test
    void attachmentsGoAlongIfAsked() {
        user.delete("/v1/threads?status=closed&confirm=2&attachments=delete")
                .then()
                .statusCode(200)
                .body("deleted", equalTo(2));
        user.get("/v1/attachments").then().body("data.id", contains("a3"));
        user.delete("/v1/threads?confirm=1&attachments=all")
                .then()
                .statusCode(400)
                .body("detail", equalTo("attachments must be delete"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?confirm=", "?confirm=x", "?confirm=-1", "?confirm=10001", "?confirm=999999999999"})
    void withoutANumberNothingIsDeleted(String query) {
        user.delete("/v1/threads" + query)
                .then()
                .statusCode(400)
                .body("detail", startsWith("confirm must be the number of threads to delete, from 0 to 10000"));
        user.get("/v1/threads").then().body("data.size()", equalTo(3));
    }

    @Test
    void archivedThreadsStayUnlessTheyAreMeant() {
        sql("update threads set archived = true where owner_id = '%s' and id = 't1'");
        user.delete("/v1/threads?confirm=2").then().statusCode(200);
        user.get("/v1/threads/t1").then().statusCode(200);
        user.delete("/v1/threads?archived=any&confirm=1").then().statusCode(200);
        user.get("/v1/threads/t1").then().statusCode(404);
    }

    @Test
    void moreThanTenThousandAreNotDeletedAtOnce() {
        sql(
                """
                insert into threads (owner_id, id, document, created_at)
                select '%s', 'n' || n, '{}', '2026-01-01' from generate_series(1, 9998) n""");
        user.delete("/v1/threads?confirm=10000")
                .then()
                .statusCode(409)
                .body("detail", equalTo("More than 10000 threads match, and not 10000; nothing was deleted"));
        user.delete("/v1/threads/t1").then().statusCode(204);
        user.delete("/v1/threads?confirm=10000").then().statusCode(200).body("deleted", equalTo(10_000));
    }

    @Test
    void onlyOnesOwnThreadsAreDeleted() {
        As.somebody().delete("/v1/threads?confirm=3").then().statusCode(409);
        As.somebody().delete("/v1/threads?confirm=0").then().statusCode(200);
        user.get("/v1/threads").then().body("data.size()", equalTo(3));
    }

    private void sql(String sql) {
        TestDatabase.get().execute(TestEnvironment.databaseUrl(), sql.formatted("acme/" + user.user()));
    }
}
