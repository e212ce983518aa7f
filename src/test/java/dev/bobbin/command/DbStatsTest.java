package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinCommand;
import dev.bobbin.support.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** {@code db stats}, in a language with other digits, which is the whole JVM's while it runs. */
@Isolated
@Tag("postgres")
class DbStatsTest {

    private final String url = DbCommandTest.ownDatabase();

    private final BobbinCommand bobbin = BobbinCommand.on(url);

    @Test
    void statsCountWhatIsStoredInALanguageWithOtherDigitsToo() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            statsCountWhatIsStored();
        } finally {
            Locale.setDefault(before);
        }
    }

    private void statsCountWhatIsStored() {
        assertThat(bobbin.run("db", "stats").exits(1).err()).contains("run `db migrate` first");
        bobbin.run("db", "migrate").exits(0);
        execute(
                """
                insert into threads (owner_id, id, document, created_at)
                select 'acme/' || n % 3, 'thr_' || n, repeat('x', 100), timestamptz '2026-01-01 00:00Z' + n * interval '1 day'
                from generate_series(1, 15) n;
                insert into thread_items (owner_id, thread_id, id, document, type, created_at)
                select 'acme/' || n % 3, 'thr_' || n, 'msg_' || m, '{}', case m % 2 when 0 then 'user_message' else 'task' end,
                  timestamptz '2026-02-01 00:00Z' + m * interval '1 hour'
                from generate_series(1, 15) n, generate_series(1, n) m;
                insert into attachments (owner_id, id, document) values ('beta/only', 'atc_1', '{}');""");
        JsonObject stats = bobbin.run("db", "stats", "--json").exits(0).json();
        assertThat(stats.fieldNames())
                .containsExactly(
                        "exit_code",
                        "schema",
                        "threads",
                        "items",
                        "attachments",
                        "owners",
                        "items_by_type",
                        "tables",
                        "total_bytes",
                        "thread_times",
                        "item_times",
                        "biggest_threads");
        assertThat(stats.getLong("threads")).isEqualTo(15);
        assertThat(stats.getLong("items")).isEqualTo(120);
        assertThat(stats.getLong("attachments")).isEqualTo(1);
        assertThat(stats.getLong("owners")).isEqualTo(4);
        assertThat(stats.getJsonArray("items_by_type"))
                .isEqualTo(
                        new JsonArray(
                                """
                        [{"type":"task","items":64},{"type":"user_message","items":56}]"""));
        assertThat(stats.getJsonObject("thread_times"))
                .isEqualTo(
                        new JsonObject(
                                """
                                {"oldest":"2026-01-02T00:00:00.000000Z","newest":"2026-01-16T00:00:00.000000Z"}"""));
        assertThat(stats.getJsonArray("biggest_threads")).hasSize(10);
        JsonObject biggest = stats.getJsonArray("biggest_threads").getJsonObject(0);
        assertThat(biggest.getString("owner_id")).isEqualTo("acme/0");
        assertThat(biggest.getString("thread_id")).isEqualTo("thr_15");
        assertThat(biggest.getLong("items")).isEqualTo(15);
        assertThat(biggest.getLong("bytes")).isGreaterThan(100);
        assertThat(stats.getLong("total_bytes")).isGreaterThan(50_000);
        assertThat(bobbin.run("db", "stats").exits(0).out())
                .contains("Items by type", "thr_15", "2026-01-16")
                .doesNotContain("\u001b");
        // a table that is gone is no migration that is pending
        execute("drop table attachments");
        assertThat(bobbin.run("db", "stats").exits(1).err())
                .contains("\"public.attachments\" does not exist")
                .doesNotContain("migrate");
    }

    /** With what Citus has in pg_catalog, as far as it matters here. */
    @Test
    void theSizeOfADistributedTableIsThatOfItsShards() {
        bobbin.run("db", "migrate").exits(0);
        TestDatabase.get()
                .execute(
                        url,
                        """
                        set allow_system_table_mods = on;
                        create table pg_catalog.pg_dist_partition (logicalrelid regclass);
                        grant select on pg_catalog.pg_dist_partition to public;
                        insert into pg_dist_partition values ('threads');
                        create function pg_catalog.citus_table_size(regclass) returns bigint
                          language sql as 'select 70000000::bigint';
                        create function pg_catalog.citus_total_relation_size(regclass, fail_on_error boolean default true)
                          returns bigint language sql as 'select 100000000::bigint'""");
        JsonObject stats = bobbin.run("db", "stats", "--json").exits(0).json();
        assertThat(stats.getJsonArray("tables"))
                .contains(new JsonObject("{\"table\":\"threads\",\"table_bytes\":70000000,\"index_bytes\":30000000}"));
        assertThat(stats.getLong("total_bytes")).isBetween(100_000_000L, 100_200_000L);
    }

    private void execute(String sql) {
        DbCommandTest.execute(url, sql);
    }
}
