package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinCommand;
import dev.bobbin.support.BobbinCommand.Result;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is different where a command is a process of its own: streams, exit codes, settings; and all that a native image has to know. */
class DbCommandIT {

    private final String url = DbCommandTest.ownDatabase();

    private final BobbinCommand bobbin = BobbinCommand.on(url).packaged();

    @Test
    void everyCommandWorksAsAProcess() {
        Result pending = bobbin.run("db", "check", "--json").exits(4);
        assertThat(pending.json().getString("state")).isEqualTo("empty");
        assertThat(pending.err()).isEmpty();
        Result migrated = bobbin.run("db", "migrate").exits(0);
        assertThat(migrated.out()).contains("migrations executed in");
        execute("update bobbin_schema_history set checksum = 7 where version = '2'");
        assertThat(bobbin.run("db", "repair", "--json").exits(0).json().getBoolean("dry_run"))
                .isFalse();
        execute("drop index threads_order_idx");
        JsonObject drift = bobbin.run("db", "drift", "--json").exits(6).json();
        assertThat(drift.getJsonArray("differences")).hasSize(1);
        JsonObject synced = bobbin.run("db", "sync", "--json").exits(0).json();
        assertThat(synced.getJsonArray("steps")).hasSize(1);
        execute("drop table bobbin_schema_history");
        JsonObject stamped = bobbin.run("db", "stamp", "--json").exits(0).json();
        assertThat(bobbin.run("db", "info", "--json").exits(0).json().getInteger("schema_version"))
                .isEqualTo(stamped.getInteger("schema_version"));
    }

    @Test
    void figuresAreTheSameInALanguageWithOtherDigits() {
        bobbin.run("db", "migrate").exits(0);
        execute(
                "insert into threads (owner_id, id, document, created_at) values ('a/b', 'thr', '{}', '2026-01-02 00:00Z')");
        BobbinCommand arabic = bobbin.packaged("-Duser.language=ar", "-Duser.region=EG");
        JsonObject stats = arabic.run("db", "stats", "--json").exits(0).json();
        assertThat(stats.getLong("threads")).isEqualTo(1);
        assertThat(stats.getJsonObject("thread_times").getString("oldest")).isEqualTo("2026-01-02T00:00:00.000000Z");
        assertThat(arabic.run("db", "stats").exits(0).out())
                .contains("2026-01-02")
                .doesNotContainPattern("[\u0660-\u0669\u001b]");
    }

    @Test
    void settingsComeFromWhereTheServiceHasThem() throws Exception {
        BobbinCommand bare = BobbinCommand.with(Map.of()).packaged("-Dbobbin.database.schema=elsewhere");
        Result none = bare.run("db", "info").exits(2);
        assertThat(none.err()).startsWith("DATABASE_URL is not set. Set it").hasLineCount(1);
        assertThat(none.out()).isEmpty();
        Path directory = Files.createTempDirectory("bobbin-command");
        Files.writeString(directory.resolve(".env"), "DATABASE_URL=" + url + "\n");
        assertThat(bare.run(directory, "db", "info").exits(0).out())
                .containsPattern("schema +elsewhere\\n +schema exists +no");
    }

    @Test
    void aSlipInACommandStartsNoServer() {
        assertThat(bobbin.run("dbb", "info").exits(2).err()).contains("dbb", "bobbin db");
        assertThat(bobbin.run("--version").exits(0).out()).matches("\\d+\\.\\d+\\.\\d+.*\\R");
    }

    private void execute(String sql) {
        DbCommandTest.execute(url, sql);
    }
}
