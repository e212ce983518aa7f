package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A call that locks several rows locks the thread first, so that no two of them wait for each other. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class LockOrderTest {

    private static final String WAITING =
            "select count(*) from pg_locks where not granted and locktype in ('tuple', 'transactionid')";

    private final As user = As.somebody();

    @Test
    void whatTouchesManyItemsWaitsForTheThreadAndHoldsNoItemMeanwhile() throws Exception {
        String thread = user.thread("thr_1");
        String items = thread + "/items";
        String batch = "[" + item(1) + "," + item(2) + "," + item(3) + "]";
        user.post(items, batch).then().statusCode(201);

        holdsNoItemMeanwhile(204, () -> user.delete(items + "?after=m1"));
        holdsNoItemMeanwhile(201, () -> user.post(items, batch));
        holdsNoItemMeanwhile(200, () -> user.post(items + "?on_conflict=replace", batch));
        holdsNoItemMeanwhile(200, () -> user.put(items, batch));
        holdsNoItemMeanwhile(
                412, () -> user.request().header("If-Match", "\"x\"").delete(items + "/m1"));
        holdsNoItemMeanwhile(200, () -> user.patch(items + "/m1?enforce_status=true", "{\"x\":1}"));
        holdsNoItemMeanwhile(200, () -> user.post(items + "/pop", ""));
        holdsNoItemMeanwhile(204, () -> user.delete(thread));
    }

    /** As it would not be if the row were found by its ctid, which is another one after the save. */
    @Test
    void anItemThatIsSavedMeanwhileIsDeletedAllTheSame() throws Exception {
        String items = user.thread("thr_1") + "/items";
        user.post(items, "[" + item(1) + "," + item(2) + "]").then().statusCode(201);
        CompletableFuture<Response> answer;
        try (Connection writer = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                Connection observer = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                Statement save = writer.createStatement();
                Statement observe = observer.createStatement()) {
            writer.setAutoCommit(false);
            save.execute("update thread_items set document = '{}', updated_at = now() where owner_id = '" + owner()
                    + "' and id = 'm1'");
            answer = CompletableFuture.supplyAsync(() -> user.delete(items + "/m1"));
            awaitBlocked(observe, answer);
            writer.commit();
        }
        answer.get().then().statusCode(204);
        user.get(items + "/m1").then().statusCode(404);
        user.get(items + "/m2").then().statusCode(200);
    }

    private void holdsNoItemMeanwhile(int status, Supplier<Response> call) throws Exception {
        CompletableFuture<Response> answer;
        try (Connection holder = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                Connection observer = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                Statement hold = holder.createStatement();
                Statement observe = observer.createStatement()) {
            holder.setAutoCommit(false);
            hold.execute("select 1 from threads where owner_id = '" + owner() + "' for no key update");
            answer = CompletableFuture.supplyAsync(call);
            awaitBlocked(observe, answer);
            assertThat(one(
                            observe,
                            "select count(*) from (select 1 from thread_items where owner_id = '" + owner()
                                    + "' for update skip locked) free"))
                    .as("items that nobody has locked")
                    .isEqualTo(one(observe, "select count(*) from thread_items where owner_id = '" + owner() + "'"));
            holder.rollback();
        }
        answer.get().then().statusCode(status);
    }

    /** Whether any call waits for a row. */
    static boolean anyWaits() throws Exception {
        try (Connection observer = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                Statement observe = observer.createStatement()) {
            return one(observe, WAITING) > 0;
        }
    }

    private static void awaitBlocked(Statement observe, CompletableFuture<Response> answer) throws Exception {
        while (one(observe, WAITING) == 0) {
            assertThat(answer).as("it does not wait").isNotDone();
            Thread.sleep(10);
        }
    }

    private String owner() {
        return "acme/" + user.user();
    }

    private static long one(Statement statement, String sql) throws Exception {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static String item(int n) {
        return As.message("m" + n, "thr_1", "2026-01-0" + n + "T00:00:00", "x");
    }
}
