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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A page, and an item, cost the same in a thread of 20,000 items, of an owner of 20,000 threads, as in one of 20: counted in rows, not in time. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
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
        // a table of a page or two is read whole, and rightly
        TestDatabase.get()
                .execute(
                        url,
                        """
                        insert into threads (owner_id, id, document, created_at)
                        select 'acme/%s', 'thr_' || n, '{}', timestamptz '2026-01-01' + n * interval '1 s'
                        from generate_series(1, 20000) n"""
                                .formatted(user.user()));
        Map<String, Integer> reads = Map.of(
                thread,
                1,
                "/v1/threads",
                20,
                thread + "/items",
                20,
                thread + "/items?after=m10000",
                20,
                thread + "/items?after=m10000&order=asc&limit=100",
                100,
                thread + "/items/m10000",
                1,
                thread + "?include=items",
                20);
        // with what the planner believes of a table that it has not seen yet, and with what it knows of one it has
        for (String statistics : List.of("select 1", "analyze thread_items", "analyze threads")) {
            TestDatabase.get().execute(url, statistics);
            long before = rowsRead(url);
            for (Map.Entry<String, Integer> read : reads.entrySet()) {
                before = assertReadsNoMoreThan(read.getValue(), read.getKey(), url, before);
            }
        }
        // of a table of threads that it has not seen, the planner sorts what is behind the cursor
        assertReadsNoMoreThan(20, "/v1/threads?after=thr_10000", url, rowsRead(url));
    }

    /** Returns the rows that were read before and with this call. */
    private long assertReadsNoMoreThan(int given, String path, String url, long before) throws Exception {
        user.get(path).then().statusCode(200);
        long after = rowsRead(url);
        assertThat(after - before).as(path).isLessThan(given + 50L);
        return after;
    }

    /** As the server counts them. A session reports what it did some time later, and at the latest when it ends. */
    private static long rowsRead(String url) throws Exception {
        try (Connection connection = TestDatabase.get().connect(url);
                var statement = connection.createStatement()) {
            statement.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                    + " where datname = current_database() and application_name = 'bobbin'");
            // before Postgres 15 a session takes counts that are up to 500 ms old
            statement.execute("select pg_sleep(0.6) where current_setting('server_version_num')::int < 150000");
            try (var rows =
                    statement.executeQuery("select sum(idx_tup_fetch + seq_tup_read) from pg_stat_user_tables")) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}
