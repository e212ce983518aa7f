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
        holdsNoItemMeanwhile(204, () -> user.delete(thread));
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
            while (one(
                            observe,
                            "select count(*) from pg_locks where not granted and locktype in ('tuple', 'transactionid')")
                    == 0) {
                assertThat(answer).as("it does not wait for the thread").isNotDone();
                Thread.sleep(10);
            }
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
