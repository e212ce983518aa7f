package dev.bobbin.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.pgclient.PgException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Triggers and constraints that an operator added: what they refuse is told as that, and not as a defect of the service. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class DatabaseRulesTest {

    private final As user = As.somebody();
    private String items;

    @BeforeEach
    void aThreadWithAnItem() {
        items = user.thread("thr_1") + "/items";
        user.post(items, item("msg_1")).then().statusCode(201);
    }

    @AfterEach
    void noRules() {
        sql(
                """
                drop trigger if exists rule on threads;
                drop trigger if exists rule on thread_items;
                drop trigger if exists rule on attachments;
                alter table threads drop constraint if exists rule;
                alter table thread_items drop constraint if exists rule;
                alter table attachments drop constraint if exists rule;
                drop table if exists notes""");
        user.post(items, item("after")).then().statusCode(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "raise exception 'quota of tenant s3cret is used up'",
                "raise exception 's3cret' using errcode = '23514'",
                "raise exception 's3cret' using errcode = 'QUOTA'",
                "perform 1 from no_such_table",
                "perform 1 / 0"
            })
    void aTriggersRefusalIsNamedAsSuch(String body) {
        trigger("threads", "insert", body);
        trigger("thread_items", "insert", body);
        trigger("attachments", "insert", body);
        refused(user.put("/v1/threads/thr_2", "{}"));
        refused(user.post("/v1/threads", "{}"));
        refused(user.put(items + "/msg_2", item("msg_2")));
        refused(user.post(items, item("msg_2")));
        refused(user.post(items, "[" + item("msg_2") + "," + item("msg_3") + "]"));
        refused(user.put("/v1/attachments/atc_1", "{}"));
        user.get(items).then().body("data.size()", equalTo(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "raise exception 'rows are kept'",
                "perform 1 from no_such_table",
                "perform 1 / 0",
            })
    void aTriggersRefusalOfADeleteIsNamedAsSuch(String body) {
        user.put("/v1/attachments/atc_1", "{}").then().statusCode(201);
        trigger("thread_items", "delete", body);
        trigger("attachments", "delete", body);
        refused(user.delete(items + "/msg_1"));
        refused(user.delete("/v1/threads/thr_1"));
        refused(user.delete("/v1/attachments/atc_1"));
        user.get(items).then().body("data.size()", equalTo(1));
    }

    @Test
    void aTriggerThatReturnsNullRefusesTheWrite() {
        for (String table : List.of("threads", "thread_items", "attachments")) {
            trigger(table, "insert", "return null");
        }
        refused(user.put("/v1/threads/thr_1", "{}"));
        refused(user.put("/v1/threads/thr_2", "{}"));
        refused(user.post("/v1/threads", "{}"));
        refused(user.put(items + "/msg_1", item("msg_1")));
        refused(user.put(items + "/msg_2", item("msg_2")));
        refused(user.post(items, item("msg_2")));
        refused(user.post(items, "[" + item("msg_2") + "," + item("msg_3") + "]"));
        refused(user.post(items + "?on_conflict=replace", "[" + item("msg_2") + "," + item("msg_3") + "]"));
        refused(user.put("/v1/attachments/atc_1", "{}"));
        user.get(items).then().body("data.size()", equalTo(1));
    }

    @Test
    void aTriggerThatSkipsOneItemOfABatchRefusesTheBatch() {
        trigger("thread_items", "insert", "if new.id = 'msg_3' then return null; end if");
        user.post(items, "[" + item("msg_2") + "," + item("msg_3") + "]")
                .then()
                .statusCode(422)
                .body("type", equalTo("urn:bobbin:problem:refused-by-database"))
                .body("detail", equalTo("A trigger that was added to this database skips 1 of 2 items"));
        user.get(items).then().body("data.size()", equalTo(1));
    }

    @Test
    void aBatchForAMissingThreadIsNotFound() {
        String batch = "[" + item("msg_2") + "," + item("msg_3") + "]";
        for (String onConflict : List.of("", "?on_conflict=replace")) {
            user.post("/v1/threads/none/items" + onConflict, batch)
                    .then()
                    .statusCode(404)
                    .body("detail", equalTo("Thread none not found"));
        }
    }

    @Test
    void aShardsNameOfTheForeignKeyOrNoneMeansAMissingThread() {
        sql("alter table thread_items rename constraint thread_items_thread_fkey to thread_items_thread_fkey_102031");
        try {
            user.put("/v1/threads/none/items/x", "{\"type\":\"widget\"}").then().statusCode(404);
        } finally {
            sql(
                    "alter table thread_items rename constraint thread_items_thread_fkey_102031 to thread_items_thread_fkey");
        }
    }

    @Test
    void aConstraintThatWasAddedIsNamedAsSuch() {
        sql("alter table threads add constraint rule check (title <> 'forbidden')");
        sql("alter table thread_items add constraint rule check (type <> 'forbidden')");
        sql("alter table attachments add constraint rule unique (name)");
        refused(user.put("/v1/threads/thr_1", "{\"title\":\"forbidden\"}"));
        refused(user.put(items + "/x", "{\"type\":\"forbidden\"}"));
        user.put("/v1/attachments/atc_1", "{\"name\":\"x\"}").then().statusCode(201);
        refused(user.put("/v1/attachments/atc_2", "{\"name\":\"x\"}"));
        user.delete("/v1/attachments/atc_1");
    }

    @Test
    void rowsOfAnotherTableMayHoldAThread() {
        sql(
                """
                create table notes (owner_id text, thread_id text, foreign key (owner_id, thread_id) references threads (owner_id, id));
                insert into notes select owner_id, id from threads where owner_id like '%%/%s'"""
                        .formatted(user.user()));
        refused(user.delete("/v1/threads/thr_1"));
        user.put("/v1/threads/none/items/x", "{\"type\":\"widget\"}").then().statusCode(404);
    }

    @Test
    void theLogSaysWhichRuleItWas() {
        Throwable problem = DatabaseErrors.translate(new PgException(
                "no",
                "ERROR",
                "P0001",
                null,
                null,
                null,
                null,
                null,
                "PL/pgSQL function quota() line 2 at RAISE\nSQL statement",
                null,
                null,
                null,
                null,
                "threads",
                null,
                null,
                "rule"));
        assertThat(problem.getCause())
                .hasToString("java.sql.SQLException: ERROR: no (P0001), table threads, constraint rule,"
                        + " in PL/pgSQL function quota() line 2 at RAISE");
    }

    private static String item(String id) {
        return As.message(id, "thr_1", "2026-01-01T00:00:00", "x");
    }

    private static void trigger(String table, String event, String body) {
        sql(
                """
                create or replace function rule_of_%1$s() returns trigger language plpgsql as $$ begin %3$s; return new; end $$;
                create trigger rule before %2$s on %1$s for each row execute function rule_of_%1$s()"""
                        .formatted(table, event, body));
    }

    private static void sql(String sql) {
        TestDatabase.get().execute(TestEnvironment.databaseUrl(), sql);
    }

    private static void refused(Response answer) {
        answer.then()
                .statusCode(422)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:bobbin:problem:refused-by-database"))
                .body(
                        "detail",
                        equalTo(
                                "A trigger or a constraint that was added to this database refuses it; nothing was stored"));
    }
}
