package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.schema.Catalog;
import dev.bobbin.schema.DirectConnection;
import dev.bobbin.support.BobbinCommand;
import dev.bobbin.support.BobbinCommand.Result;
import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands, on databases of every kind. */
@Tag("postgres")
class DbCommandTest {

    private static final String MADE_BY_HAND =
            """
            create table threads (id varchar(100) primary key, created_at timestamptz not null default now(), metadata jsonb);
            create table thread_items (id varchar(100) primary key,
              thread_id varchar(100) not null references threads (id) on delete cascade, type varchar(20), role varchar(20),
              content text, created_at timestamptz not null default now());
            """;

    private static final String ROWS =
            """
            insert into threads (id, created_at, metadata) values ('thr_1', '2025-01-01 10:00:00+00', '{"title":"Old talk"}');
            insert into thread_items (id, thread_id, type, role, content, created_at) values
              ('msg_1', 'thr_1', 'message', 'user', 'Hello', '2025-01-01 10:00:01+00'),
              ('msg_2', 'thr_1', 'message', 'assistant', 'Hi', '2025-01-01 10:00:02+00');
            """;

    /** As a role without any other right than to its database, and with a password that nothing may print. */
    private final String url = ownDatabase();

    private final BobbinCommand bobbin = BobbinCommand.on(url);

    @Test
    void anEmptyDatabaseIsMigratedOnceAndThenIsFine() {
        Result info = bobbin.run("db", "info").exits(0);
        assertThat(info.out())
                .containsPattern("server version +1")
                .containsPattern("pooled +no")
                .contains("build version", "The schema is empty")
                .doesNotContain("schema version");
        assertThat(bobbin.run("db", "check").exits(4).out())
                .contains("owners and documents", "none of them destructive");
        assertThat(bobbin.run("db", "migrate").exits(0).out()).contains("migrations executed in");
        assertThat(bobbin.run("db", "migrate").exits(0).out()).startsWith("Nothing to do: the schema is at version");
        Result check = bobbin.run("db", "check").exits(0);
        assertThat(check.out()).isEqualToIgnoringNewLines("No database changes pending");
        assertThat(check.err()).isEmpty();
        assertThat(bobbin.run("db", "info").exits(0).out()).contains("History", "The schema is up to date.");
        assertThat(bobbin.run("db", "drift").exits(0).out()).startsWith("No drift");
        assertThat(bobbin.run("db", "repair").exits(0).out()).startsWith("Nothing to repair");
        assertThat(bobbin.run("db", "stamp").exits(1).err()).contains("has a history");
    }

    @Test
    void infoForMachinesHasTheFieldsThatAreDocumented() {
        execute("create schema beside; create table beside.notes (id int)");
        bobbin.run("db", "migrate").exits(0);
        JsonObject info = bobbin.run("db", "info", "--json").exits(0).json();
        assertThat(info.fieldNames())
                .containsExactly(
                        "exit_code",
                        "database",
                        "connection",
                        "state",
                        "schema_version",
                        "build_version",
                        "refusal",
                        "others",
                        "history",
                        "pending");
        assertThat(info.getString("state")).isEqualTo("up_to_date");
        assertThat(info.getInteger("schema_version")).isEqualTo(info.getInteger("build_version"));
        JsonObject database = info.getJsonObject("database");
        assertThat(database.getString("url")).doesNotContain("public").startsWith("postgresql://bobbin_it@127.0.0.1:");
        assertThat(database.getString("role")).isEqualTo("bobbin_it");
        assertThat(database.getString("schema")).isEqualTo("public");
        assertThat(database.getBoolean("pooled")).isFalse();
        assertThat(database.getJsonObject("tls").getBoolean("encrypted")).isFalse();
        JsonObject connection = info.getJsonObject("connection");
        assertThat(connection.fieldNames())
                .containsExactly("milliseconds", "attempts", "slow", "woke", "slept_milliseconds");
        assertThat(connection.getBoolean("woke")).isFalse();
        JsonObject first = info.getJsonArray("history").getJsonObject(0);
        assertThat(first.fieldNames())
                .containsExactly("version", "description", "type", "installed_on", "milliseconds", "success");
        assertThat(first.getString("installed_on")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d)?");
    }

    @Test
    void aPoolerAndTheWayPastItAreNamed() {
        BobbinCommand pooled = BobbinCommand.with(Map.of("DATABASE_URL", url + "?pgbouncer=true"));
        assertThat(pooled.run("db", "info").exits(0).out()).containsPattern("pooled +yes");
        assertThat(pooled.run("db", "migrate").exits(1).err()).contains("is a pooler", "DATABASE_DIRECT_URL");
        assertThat(pooled.run("db", "migrate", "--dry-run").exits(1).err()).contains("is a pooler");
        Result past = pooled.and("DATABASE_DIRECT_URL", url.replace("127.0.0.1", "localhost"))
                .run("db", "info")
                .exits(0);
        assertThat(past.out()).containsPattern("pooled +yes").contains("direct url", "@localhost:");
    }

    @Test
    void pendingMigrationsOfAMigratedDatabaseAreFound() {
        execute(MADE_BY_HAND);
        bobbin.run("db", "stamp").exits(0);
        JsonObject check = bobbin.run("db", "check", "--json").exits(4).json();
        assertThat(check.getString("state")).isEqualTo("pending");
        assertThat(check.getJsonArray("pending").getJsonObject(0).getInteger("version"))
                .isEqualTo(2);
        assertThat(check.getJsonArray("pending").getJsonObject(0).getBoolean("destructive"))
                .isFalse();
        assertThat(bobbin.run("db", "sync").exits(1).err()).contains("run `db migrate` first");
    }

    @Test
    void whatMigrationsDoToRowsIsToldWithTheSizeOfTheTable() {
        execute(MADE_BY_HAND);
        bobbin.run("db", "check").exits(4);
        execute(ROWS
                + "alter table threads add user_id int; update thread_items set content = '[{\"type\":\"input_text\",\"text\":\"Hello\"}]'"
                + " where id = 'msg_1'; update thread_items set content = '[1, 2] is a list' where id = 'msg_2'");
        Result check = bobbin.run("db", "check").exits(5);
        assertThat(check.out())
                .containsPattern("more of the kind +thread_items +2 +yes +\\d+ kB")
                .contains("destructive");
        assertThat(check.out().lines()).hasSizeLessThan(40);
        assertThat(check.out())
                .containsPattern("unpacked +1\\n +left as text +1\\n")
                .contains(
                        "bobbin.owner.adopt-as",
                        "If threads.user_id names the user",
                        "with moved as (update",
                        "after the migration");
        JsonObject json = bobbin.run("db", "check", "--json").exits(5).json();
        assertThat(json.fieldNames())
                .containsExactly(
                        "exit_code",
                        "state",
                        "schema_version",
                        "build_version",
                        "refusal",
                        "pending",
                        "adoption",
                        "foreign_tables",
                        "drift",
                        "row_security");
        assertThat(json.getJsonObject("adoption").fieldNames())
                .containsExactly("owner", "unpacked", "left_as_text", "other_columns", "division");
        JsonObject second = json.getJsonArray("pending").getJsonObject(0);
        assertThat(second.fieldNames()).containsExactly("version", "description", "destructive", "reason", "dangers");
        JsonObject danger = second.getJsonArray("dangers").stream()
                .map(JsonObject.class::cast)
                .filter(one -> "thread_items".equals(one.getString("table")))
                .findFirst()
                .orElseThrow();
        assertThat(danger.fieldNames()).containsExactly("kind", "words", "table", "rows", "rows_exact", "bytes");
        assertThat(danger.getLong("rows")).isEqualTo(2);
        assertThat(danger.getBoolean("rows_exact")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "drop index threads_order_idx|6|threads_order_idx",
                "alter table thread_items alter column content type varchar(4000)|6|character varying(4000)",
                "alter table threads add column tenant int not null|6|tenant",
                "create table alembic_version (version_num varchar(32))|7|alembic_version",
                "create table users (id int); drop index threads_order_idx|7|threads_order_idx",
                "update bobbin_schema_history set success = false where version = '2'|8|failed",
                "update bobbin_schema_history set checksum = 1 where version = '2'|8|had another text",
                "insert into bobbin_schema_history values (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'x', now(), 1, true)|8|version 99",
                "create index mine on threads (title)|0|No database changes pending",
                "create extension if not exists pg_stat_statements|0|No database changes pending",
            })
    void everyTroubleHasItsExitCode(String trouble, int exitCode, String words) {
        bobbin.run("db", "migrate").exits(0);
        TestDatabase.get().execute(url, trouble);
        Result check = bobbin.run("db", "check").exits(exitCode);
        assertThat(check.out()).contains(words);
        // what is found is left as it was
        assertThat(bobbin.run("db", "check", "--json").exits(exitCode).json().getInteger("build_version"))
                .isEqualTo(2);
    }

    @Test
    void anotherServicesDatabaseIsRefusedUnlessItIsMeant() {
        execute("create table django_migrations (id int); create table auth_user (id int)");
        assertThat(bobbin.run("db", "check").exits(7).out()).contains("Django", "auth_user", "BOBBIN_DATABASE_SCHEMA");
        assertThat(bobbin.run("db", "migrate").exits(1).err()).contains("Django");
        JsonObject refused = bobbin.run("db", "migrate", "--json").exits(1).json();
        assertThat(refused.fieldNames()).containsExactly("exit_code", "error");
        BobbinCommand shared = bobbin.and("BOBBIN_DATABASE_ALLOW_SHARED", "true");
        shared.run("db", "migrate").exits(0);
        shared.run("db", "check").exits(0);
        bobbin.run("db", "check").exits(7);
        // a schema of its own is another way
        BobbinCommand apart = bobbin.and("BOBBIN_DATABASE_SCHEMA", "chat");
        apart.run("db", "migrate").exits(0);
        apart.run("db", "check").exits(0);
        assertThat(apart.run("db", "stats").exits(0).out()).contains("Stored in schema chat");
    }

    @ParameterizedTest
    @ValueSource(strings = {"migrate", "stamp", "repair", "sync"})
    void aDryRunChangesNothing(String command) throws Exception {
        if (command.equals("sync")) {
            bobbin.run("db", "migrate").exits(0);
            execute("drop index threads_order_idx; alter table thread_items drop column role");
        } else if (command.equals("repair")) {
            bobbin.run("db", "migrate").exits(0);
            execute("update bobbin_schema_history set checksum = 7 where version = '2'");
        } else {
            execute(MADE_BY_HAND + ROWS);
        }
        Catalog before = catalog();
        List<String> rows = history();
        Result dry = bobbin.run("db", command, "--dry-run").exits(command.equals("sync") ? 6 : 0);
        assertThat(dry.out())
                .startsWith("-- This would be run. Nothing was changed.")
                .contains(";");
        assertThat(bobbin.run("db", command, "--dry-run", "--json").json().getBoolean("dry_run"))
                .isTrue();
        assertThat(catalog()).isEqualTo(before);
        assertThat(history()).isEqualTo(rows);
    }

    @Test
    void theScriptOfADryRunDoesWhatTheCommandDoes() throws Exception {
        theScriptDoesWhatTheCommandDoes(MADE_BY_HAND + ROWS);
    }

    @Test
    void theScriptOfADryRunMakesAnEmptyDatabaseOurs() throws Exception {
        theScriptDoesWhatTheCommandDoes("select 1");
    }

    private void theScriptDoesWhatTheCommandDoes(String before) throws Exception {
        execute(before);
        Result dry = bobbin.run("db", "migrate", "--dry-run").exits(0);
        execute(dry.out());
        Catalog byScript = catalog();
        String other = ownDatabase();
        execute(other, before);
        BobbinCommand.on(other).run("db", "migrate").exits(0);
        assertThat(byScript).isEqualTo(catalog(other));
        assertThat(bobbin.run("db", "migrate").exits(0).out()).startsWith("Nothing to do");
        bobbin.run("db", "check").exits(0);
    }

    @Test
    void tablesWithoutAHistoryAreStamped() {
        execute(MADE_BY_HAND);
        assertThat(bobbin.run("db", "stamp", "--version", "2").exits(1).err()).contains("is not at version 2");
        assertThat(bobbin.run("db", "stamp").exits(0).out()).contains("begins at version 1");
        assertThat(bobbin.run("db", "info").exits(0).out()).contains("BASELINE", "pending");
        // spelled in another way than version 1 of ours, which the next versions mend
        bobbin.run("db", "drift").exits(0);
        bobbin.run("db", "migrate").exits(0);
        bobbin.run("db", "check").exits(0);
    }

    @Test
    void aCopyOfOurTablesIsStampedWithItsOwnVersion() {
        bobbin.run("db", "migrate").exits(0);
        execute("drop table bobbin_schema_history");
        assertThat(bobbin.run("db", "check").exits(7).out())
                .contains("they are version 2 of Bobbin's", "db stamp")
                .doesNotContain("alter table");
        JsonObject stamped = bobbin.run("db", "stamp", "--json").exits(0).json();
        assertThat(stamped.getInteger("schema_version")).isEqualTo(2);
        bobbin.run("db", "check").exits(0);
    }

    @Test
    void aFailedMigrationIsRepairedAndGoesOn() {
        execute(MADE_BY_HAND);
        bobbin.run("db", "stamp").exits(0);
        execute("insert into bobbin_schema_history values (2, '2', 'owners and documents', 'SQL',"
                + " 'V2__owners_and_documents.sql', 1, 'x', now(), 1, false)");
        assertThat(bobbin.run("db", "migrate").exits(1).err()).contains("V2__owners_and_documents.sql failed");
        assertThat(bobbin.run("db", "repair").exits(0).out()).contains("delete from", "not success");
        assertThat(bobbin.run("db", "migrate").exits(0).out()).contains("1 migration executed");
        bobbin.run("db", "check").exits(0);
    }

    @Test
    void driftIsListedAndWhatIsMissingIsAddedOnce() {
        bobbin.run("db", "migrate").exits(0);
        execute("insert into threads (owner_id, id, document, created_at) values ('a/b', 'thr', '{}', now());"
                + " drop index threads_order_idx; alter table thread_items drop constraint thread_items_thread_fkey;"
                + " alter table threads alter column title type varchar(9); alter table threads add column note text");
        Result drift = bobbin.run("db", "drift").exits(6);
        assertThat(drift.out())
                .containsPattern("threads +index +threads_order_idx +missing")
                .contains("character varying(9)", "breaking", "harmless");
        JsonObject json = bobbin.run("db", "drift", "--json").exits(6).json();
        assertThat(json.fieldNames()).containsExactly("exit_code", "compared_version", "differences");
        assertThat(json.getJsonArray("differences")).hasSize(4);
        assertThat(json.getJsonArray("differences").getJsonObject(0).fieldNames())
                .containsExactly("table", "kind", "name", "change", "expected", "actual", "severity");
        Result sync = bobbin.run("db", "sync").exits(6);
        assertThat(sync.out())
                .containsPattern("fixed: .*threads_order_idx")
                .contains("needs operator: ", "1 breaking difference left");
        JsonObject again = bobbin.run("db", "sync", "--json").exits(6).json();
        assertThat(again.fieldNames()).containsExactly("exit_code", "dry_run", "steps", "left");
        assertThat(again.getJsonArray("steps")).hasSize(1);
        assertThat(again.getJsonArray("steps").getJsonObject(0).getString("result"))
                .isEqualTo("needs_operator");
        execute("alter table threads alter column title type text");
        assertThat(bobbin.run("db", "sync").exits(0).out()).startsWith("Nothing to add");
        bobbin.run("db", "check").exits(0);
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsGivenUpInTime() throws Exception {
        BobbinCommand nobody = BobbinCommand.on("postgresql://bobbin_it:" + BobbinCommand.PASSWORD + "@127.0.0.1:"
                        + BobbinProcess.freePort() + "/x")
                .and("BOBBIN_MIGRATE_TIMEOUT", "1s");
        Result refused = nobody.run("db", "info").exits(3);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("trying again", "Gave up after 1 s", "bobbin.migrate-timeout");
        assertThat(nobody.run("db", "check", "--json").exits(3).json().getString("error"))
                .contains("refuses the connection");
        // nor does a server that accepts, and then says nothing
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Result given = nobody.and(
                            "DATABASE_URL",
                            "postgresql://x:" + BobbinCommand.PASSWORD + "@127.0.0.1:" + silent.getLocalPort() + "/x")
                    .run("db", "info")
                    .exits(3);
            assertThat(given.err()).contains("does not answer", "Gave up after 1 s");
        }
        assertThat(BobbinCommand.on(url.replace("/test_", "/none_"))
                        .run("db", "info")
                        .exits(3)
                        .err())
                .contains("refuses", "does not exist");
    }

    @Test
    void settingsThatCannotBeUsedAreNamed() {
        Result none = BobbinCommand.with(Map.of()).run("db", "info").exits(2);
        assertThat(none.err()).startsWith("DATABASE_URL is not set. Set it").hasLineCount(1);
        assertThat(none.out()).isEmpty();
        assertThat(bobbin.and("BOBBIN_MIGRATE_TIMEOUT", "soon")
                        .run("db", "info")
                        .exits(2)
                        .err())
                .isEqualToIgnoringNewLines(
                        "bobbin.migrate-timeout (BOBBIN_MIGRATE_TIMEOUT) is 'soon': it must be a duration, such as 500ms, 30s or 5m");
        assertThat(bobbin.and("BOBBIN_DATABASE_ALLOW_SHARED", "maybe")
                        .run("db", "info", "--json")
                        .exits(2)
                        .json()
                        .getString("error"))
                .isEqualTo(
                        "bobbin.database.allow-shared (BOBBIN_DATABASE_ALLOW_SHARED) is 'maybe': it must be true or false");
        assertThat(bobbin.and("BOBBIN_MIGRATE_TIMEOUT", "PT-5S")
                        .run("db", "info")
                        .exits(2)
                        .err())
                .contains("bobbin.migrate-timeout");
        assertThat(bobbin.and("BOBBIN_OWNER_ADOPT_AS", "nobody")
                        .run("db", "info")
                        .exits(2)
                        .err())
                .contains("bobbin.owner.adopt-as (BOBBIN_OWNER_ADOPT_AS) is 'nobody'");
        // also settings of the service that no command reads, and names that nothing reads
        assertThat(bobbin.and("BOBBIN_POOL_MAX_SIZE", "many")
                        .run("db", "info")
                        .exits(2)
                        .err())
                .startsWith("bobbin.pool.max-size (BOBBIN_POOL_MAX_SIZE) is 'many'")
                .hasLineCount(1);
        assertThat(bobbin.and("BOBBIN_POOL_MAXSIZE", "7")
                        .run("db", "info")
                        .exits(2)
                        .err())
                .isEqualToIgnoringNewLines("BOBBIN_POOL_MAXSIZE is no setting. Did you mean BOBBIN_POOL_MAX_SIZE?");
    }

    @Test
    void aSlipInACommandStartsNoServer() {
        assertThat(bobbin.run("dbb", "info").exits(2).err()).contains("dbb", "bobbin db");
        assertThat(bobbin.run("db", "migrat").exits(2).err()).contains("migrat");
        assertThat(bobbin.run("db").exits(2).err()).contains("Missing required subcommand");
        assertThat(bobbin.run("db", "info", "--jsn").exits(2).err()).contains("--jsn");
        assertThat(bobbin.run("--version").exits(0).out()).matches("\\d+\\.\\d+\\.\\d+.*\\R");
        assertThat(bobbin.run("--help").exits(0).out()).contains("starts the service");
    }

    static String ownDatabase() {
        String fresh = TestDatabase.get().freshDatabase();
        String name = fresh.substring(fresh.lastIndexOf('/') + 1);
        String own = TestDatabase.get().as("bobbin_it", fresh);
        TestDatabase.get().execute("postgres", "alter database " + name + " owner to bobbin_it");
        return own;
    }

    private void execute(String sql) {
        execute(url, sql);
    }

    /** As the role that owns the database. */
    static void execute(String url, String sql) {
        TestDatabase.get().execute(url, "set role bobbin_it; " + sql);
    }

    private Catalog catalog() throws SQLException {
        return catalog(url);
    }

    private static Catalog catalog(String url) throws SQLException {
        try (Connection connection = TestDatabase.get().connect(url)) {
            return Catalog.read(new DirectConnection(connection, Duration.ZERO, 1), "public");
        }
    }

    private List<String> history() throws SQLException, IOException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = TestDatabase.get().connect(url);
                Statement statement = connection.createStatement()) {
            if (!connection
                    .getMetaData()
                    .getTables(null, "public", "bobbin_schema_history", null)
                    .next()) {
                return rows;
            }
            try (ResultSet result = statement.executeQuery("select h::text from bobbin_schema_history h order by 1")) {
                while (result.next()) {
                    rows.add(result.getString(1));
                }
            }
        }
        return rows;
    }
}
