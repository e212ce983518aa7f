package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinCommand;
import dev.bobbin.support.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports and imports that are killed again and again, and then go on. */
class TransferKillIT {

    private static final int ITEMS = 60_000;

    /** Bytes in the order of the export; no two orders of items have the same. */
    private static final String HASH =
            """
            select md5(string_agg(md5(concat_ws(' ', owner_id, thread_id, id, type, role, content, created_at, updated_at,
              document)), '' order by owner_id, thread_id, created_at, seq)) from thread_items""";

    @TempDir
    private Path directory;

    @Test
    void nothingIsLostOrDoubledByExportsAndImportsThatAreKilled() throws Exception {
        String source = DbCommandTest.ownDatabase();
        BobbinCommand.on(source).run("db", "migrate").exits(0);
        String target = TestDatabase.get()
                .copyOf(source)
                .replaceFirst("//[^@]*@", "//bobbin_it:" + BobbinCommand.PASSWORD + "@");
        DbCommandTest.execute(
                source,
                """
                insert into threads (owner_id, id, document, created_at)
                select 'acme/' || n %% 2, 'thr_' || n, '{"id":"thr_' || n || '"}', '2026-01-01' from generate_series(1, 20) n;
                insert into thread_items (owner_id, thread_id, id, document, type, role, content, created_at, updated_at)
                select 'acme/' || n %% 20 %% 2, 'thr_' || n %% 20 + 1, 'msg_' || n, '{"id":"msg_' || n
                    || '","type":"task","x":"' || repeat(md5(n::text), 30) || '"}', 'task', 'assistant', null,
                  '2026-01-01'::timestamptz + n %% 7 * interval '1 s', '2026-01-02'
                from generate_series(1, %1$d) n"""
                        .formatted(ITEMS)
                        .replace("'acme/' || n % 20 % 2", "'acme/' || (n % 20 + 1) % 2"));
        Path file = directory.resolve("all.ndjson");
        Path part = directory.resolve("all.ndjson.part");
        BobbinCommand exporting = BobbinCommand.on(source).packaged("-Xmx64m");
        for (long bytes : new long[] {100_000, 20_000_000, 45_000_000}) {
            killAfter(exporting.start(directory, "db", "export", "--file", file.toString()), bytes, () -> size(part));
            assertThat(file).doesNotExist();
        }
        JsonObject exported = BobbinCommand.on(source)
                .run("db", "export", "--file", file.toString(), "--json")
                .exits(0)
                .json();
        assertThat(exported.getBoolean("resumed")).isTrue();
        try (var lines = Files.lines(file)) {
            assertThat(lines.filter(line -> line.startsWith("{\"type\":\"item\""))
                            .count())
                    .isEqualTo(ITEMS);
        }
        BobbinCommand importing = BobbinCommand.on(target).packaged("-Xmx64m");
        for (long items : new long[] {1, 15_000, 40_000}) {
            killAfter(
                    importing.start(directory, "db", "import", "--file", file.toString()),
                    items,
                    () -> Long.parseLong(value(target, "select count(*) from thread_items")));
        }
        JsonObject imported = BobbinCommand.on(target)
                .run("db", "import", "--file", file.toString(), "--json")
                .exits(0)
                .json();
        long created = imported.getJsonObject("created").getLong("items");
        assertThat(created).isPositive();
        assertThat(imported.getJsonObject("same").getLong("items")).isEqualTo(ITEMS - created);
        assertThat(value(target, HASH)).isEqualTo(value(source, HASH));
    }

    private static void killAfter(Process process, long amount, LongSupplier reached) throws InterruptedException {
        while (reached.getAsLong() < amount && process.isAlive()) {
            Thread.sleep(2);
        }
        process.destroyForcibly();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as("it was killed").isEqualTo(137);
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String value(String url, String query) {
        try (Connection connection = TestDatabase.get().connect(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
