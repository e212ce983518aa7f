package dev.bobbin.database;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the database cannot do now is a 503 that says so, and leaves nothing half-written. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class DatabaseTroubleTest {

    private final As user = As.somebody();
    private String url;
    private String name;
    private String items;

    @BeforeEach
    void aThread() {
        url = TestEnvironment.databaseUrl();
        name = url.substring(url.lastIndexOf('/') + 1);
        items = user.thread("thr_1") + "/items";
    }

    @AfterEach
    void wholeAgain() {
        TestDatabase.get().execute("postgres", "alter database " + name + " reset default_transaction_read_only");
        TestDatabase.get().execute(url, "drop trigger if exists full_disk on thread_items");
        endSessions();
        user.post(items, item("after")).then().statusCode(201);
    }

    @Test
    void readOnlyDatabaseServesReadsAndRefusesWrites() {
        TestDatabase.get().execute("postgres", "alter database " + name + " set default_transaction_read_only = on");
        endSessions();
        user.get("/v1/threads/thr_1").then().statusCode(200);
        unavailable(user.post(items, item("a")), "read-only");
        unavailable(user.put(items + "/a", item("a")), "read-only");
        unavailable(user.put("/v1/threads/thr_2", "{}"), "read-only");
        unavailable(user.put("/v1/attachments/a", "{}"), "read-only");
        unavailable(user.delete("/v1/threads/thr_1"), "read-only");
        user.get("/v1/threads").then().body("data.size()", equalTo(1));
    }

    @Test
    void fullDiskInTheMiddleOfABatchLeavesNoneOfIt() {
        // as Postgres reports a full disk, with the third row of the statement
        TestDatabase.get()
                .execute(
                        url,
                        """
                        create or replace function full_disk() returns trigger language plpgsql as $$ begin
                          raise exception 'could not extend file: No space left on device' using errcode = '53100';
                        end $$;
                        create trigger full_disk before insert on thread_items for each row when (new.id = 'c') execute function full_disk()""");
        unavailable(user.post(items, "[" + item("a") + "," + item("b") + "," + item("c") + "]"), "disk is full");
        unavailable(user.post(items, item("c")), "disk is full");
        user.get(items).then().statusCode(200).body("data.size()", equalTo(0));
        user.post(items, item("d")).then().statusCode(201);
    }

    private static String item(String id) {
        return As.message(id, "thr_1", "2026-01-01T00:00:00", "x");
    }

    private static void unavailable(Response answer, String reason) {
        answer.then()
                .statusCode(503)
                .contentType("application/problem+json")
                .header("Retry-After", notNullValue())
                .body("type", equalTo("urn:bobbin:problem:database-unavailable"))
                .body("detail", containsString(reason));
    }

    /** Settings of a database hold for new sessions. */
    private void endSessions() {
        TestDatabase.get()
                .execute(
                        "postgres",
                        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '" + name + "'");
    }
}
