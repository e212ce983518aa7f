package dev.bobbin.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A page, and an item, cost the same in a thread of 20,000 items as in one of 20: counted in rows, not in time. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
class GrowthTest {

    private final As user = As.somebody();

    @Test
    void noReadOfALongThreadLooksAtMoreRowsThanItGives() throws Exception {
        String thread = user.thread("thr_long");
        String url = TestEnvironment.databaseUrl();
        TestDatabase.get()
                .execute(
                        url,
                        """
                        insert into thread_items (owner_id, thread_id, id, document, created_at, type)
                        select 'acme/%s', 'thr_long', 'm' || n, '{"type":"widget"}', timestamptz '2026-01-01' + n * interval '1 s', 'widget'
                        from generate_series(1, 20000) n"""
                                .formatted(user.user()));
        // with what the planner believes of a table that it has not seen yet, and with what it knows of one it has
        for (String statistics : List.of("select 1", "analyze thread_items", "analyze threads")) {
            TestDatabase.get().execute(url, statistics);
            for (Map.Entry<String, Integer> read : Map.of(
                            thread + "/items", 20,
                            thread + "/items?after=m10000", 20,
                            thread + "/items?after=m10000&order=asc&limit=100", 100,
                            thread + "/items/m10000", 1,
                            thread + "?include=items", 20)
                    .entrySet()) {
                long before = rowsRead(url);
                user.get(read.getKey()).then().statusCode(200);
                assertThat(rowsRead(url) - before).as(read.getKey()).isLessThan(read.getValue() + 50L);
            }
        }
    }

    /** As the server counts them. A session reports what it did some time later, and at the latest when it ends. */
    private static long rowsRead(String url) throws Exception {
        try (Connection connection = TestDatabase.get().connect(url);
                var statement = connection.createStatement()) {
            statement.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                    + " where datname = current_database() and application_name = 'bobbin'");
            // the pool learns of it by itself, a moment later
            Thread.sleep(300);
            try (var rows =
                    statement.executeQuery("select sum(idx_tup_fetch + seq_tup_read) from pg_stat_user_tables")) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}
