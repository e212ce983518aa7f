package dev.bobbin.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database from before Bobbin comes across with its rows. */
class HandMadeDatabaseIT {

    private static final String ROWS =
            """
            insert into threads values
              ('thr_1', '2025-01-01 10:00:00', '{"title":"Old talk","k":[1,2]}'),
              ('thr_2', '2025-01-02 10:00:00.123456', null),
              ('thr_3', '2025-01-03 10:00:00', '{}');
            insert into thread_items (id, thread_id, type, role, content, created_at) values
              ('msg_1', 'thr_1', 'message', 'user', E'Hello "there"\\n😀', '2025-01-01 10:00:01'),
              ('msg_2', 'thr_1', 'message', 'assistant', 'Hi', '2025-01-01 10:00:02'),
              ('msg_3', 'thr_1', 'user_message', null, null, '2025-01-01 10:00:02'),
              ('msg_4', 'thr_1', 'message', 'system', 'You are kind', '2025-01-01 10:00:02'),
              ('msg_5', 'thr_1', null, null, 'Who said that?', '2025-01-01 10:00:03'),
              ('msg_6', 'thr_2', 'assistant_message', 'assistant', 'Second', '2025-01-02 10:00:01')""";

    @Test
    void rowsOfV1BecomeChatKitDocumentsOfTheAdoptingOwner() throws Exception {
        String url = TestDatabase.get().freshDatabase();
        TestDatabase.get().execute(url, v1());
        TestDatabase.get().execute(url, ROWS);
        Map<String, String> environment = BobbinProcess.open(url);
        try (BobbinProcess bobbin = BobbinProcess.start(environment)) {
            bobbin.awaitReady();
            assertRows(bobbin);
        }
        // and a second start finds nothing to do
        try (BobbinProcess bobbin = BobbinProcess.serving(url)) {
            assertRows(bobbin);
            assertThat(bobbin.output()).contains("0 migrations executed now");
        }
    }

    /** As SQLAlchemy and tutorials make them: times without a zone, names of one's own, no defaults, more columns. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                create table threads (id varchar(100) not null, created_at timestamp, metadata jsonb, constraint my_key primary key (id));
                create table thread_items (id varchar(100), thread_id varchar(100) not null, type varchar(20), role varchar(20),
                  content text, created_at timestamp default now(), primary key (id), constraint my_link foreign key (thread_id) references threads);
                create index my_index on thread_items (thread_id, created_at)""",
                """
                create table threads (id varchar(100) primary key, created_at timestamptz default current_timestamp, metadata json, note text default 'x');
                create table thread_items (id varchar(100) primary key, thread_id varchar(100) references threads (id) on delete cascade,
                  type varchar(20) not null default 'message', role varchar(20), content text, created_at timestamptz)"""
            })
    void tablesOfOtherHandsComeAcrossAsWell(String tables) throws Exception {
        String url = TestDatabase.get().freshDatabase();
        TestDatabase.get().execute(url, "set timezone = 'UTC'; " + tables);
        TestDatabase.get()
                .execute(
                        url,
                        "set timezone = 'UTC'; "
                                + ROWS.replace(
                                                "insert into threads values",
                                                "insert into threads (id, created_at, metadata) values")
                                        .replace("('msg_5', 'thr_1', null,", "('msg_5', 'thr_1', 'message',"));
        try (BobbinProcess bobbin = BobbinProcess.serving(url)) {
            assertRows(bobbin);
        }
    }

    @Test
    void itemsWithoutAThreadGetOneAndJsonOfChatKitsIsUnpacked() throws Exception {
        String url = TestDatabase.get().freshDatabase();
        TestDatabase.get()
                .execute(
                        url,
                        """
                        create table threads (id varchar(100) primary key, created_at timestamptz default now(), metadata jsonb);
                        create table thread_items (id varchar(100) primary key, thread_id varchar(100), type varchar(20),
                          role varchar(20), content text, created_at timestamptz default now());
                        insert into threads (id, metadata) values ('thr_1', '[1]'), ('thr_2', null);
                        insert into thread_items (id, thread_id, role, content) values
                          ('json', 'thr_2', 'user', '[{"type":"input_text","text":"Hello"}]'), ('text', 'thr_2', 'user', '[1, 2] is a list'),
                          ('card', 'thr_2', 'assistant', '{"type":"Card","children":[]}');
                        insert into thread_items (id, thread_id, role) values ('a', 'thr_1', 'user'), ('b', 'thr_gone', 'user'), ('c', null, 'user')""");
        try (BobbinProcess bobbin = BobbinProcess.serving(url)) {
            assertThat(ids(bobbin, "/v1/threads/thr_1/items")).containsExactly("a");
            assertThat(ids(bobbin, "/v1/threads/thr_gone/items")).containsExactly("b");
            assertThat(ids(bobbin, "/v1/threads/thr_without_a_thread/items")).containsExactly("c");
            assertThat(bobbin.get("/v1/threads/thr_1").body()).contains("{\"value\": [1]}");
            assertThat(bobbin.get("/v1/threads/thr_2/items/json").body())
                    .contains("[{\"type\":\"input_text\",\"text\":\"Hello\"}]");
            assertThat(bobbin.get("/v1/threads/thr_2/items/text").body()).contains("\"[1, 2] is a list\"");
            assertThat(bobbin.get("/v1/threads/thr_2/items/card").body())
                    .contains("\"widget\" : {\"type\":\"Card\",\"children\":[]}");
        }
    }

    /** What else can be in the way, and that the tables stay as they are then, is tested by MigratorTest and others. */
    @Test
    void theStatementThatARefusalPrintsMakesTheNextStartSucceed() throws Exception {
        String url = TestDatabase.get().freshDatabase();
        TestDatabase.get().execute(url, v1() + "create table attachments (id serial primary key, name text)");
        String statement;
        try (BobbinProcess bobbin = BobbinProcess.start(BobbinProcess.open(url))) {
            assertThat(bobbin.awaitExit()).isNotZero();
            assertThat(bobbin.output()).contains("Nothing was changed").doesNotContain("\tat ");
            Matcher printed = Pattern.compile("move it to another schema: (.*)").matcher(bobbin.output());
            assertThat(printed.find()).isTrue();
            statement = printed.group(1);
        }
        // what the old application writes in between is adopted, too
        TestDatabase.get().execute(url, statement + ";" + ROWS);
        try (BobbinProcess bobbin = BobbinProcess.serving(url)) {
            assertRows(bobbin);
        }
    }

    @Test
    void theAdoptingOwnerCanBeChosen() throws Exception {
        String url = TestDatabase.get().freshDatabase();
        TestDatabase.get().execute(url, v1());
        TestDatabase.get().execute(url, ROWS);
        Map<String, String> environment = BobbinProcess.open(url);
        environment.put("BOBBIN_OWNER_ADOPT_AS", "local/o'brien");
        try (BobbinProcess bobbin = BobbinProcess.start(environment)) {
            bobbin.awaitReady();
            assertThat(bobbin.get("/v1/threads/thr_1").statusCode()).isEqualTo(404);
            assertThat(bobbin.client()
                            .send(
                                    bobbin.request("/v1/threads/thr_1")
                                            .header("Bobbin-User", "o'brien")
                                            .build(),
                                    java.net.http.HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private static void assertRows(BobbinProcess bobbin) throws Exception {
        assertThat(new JsonObject(bobbin.get("/v1/threads/thr_1").body()))
                .isEqualTo(
                        new JsonObject(
                                """
                        {"id":"thr_1","created_at":"2025-01-01T10:00:00.000000Z","title":"Old talk","status":{"type":"active"},
                         "metadata":{"title":"Old talk","k":[1,2]}}"""));
        assertThat(new JsonObject(bobbin.get("/v1/threads/thr_2").body()).getString("created_at"))
                .isEqualTo("2025-01-02T10:00:00.123456Z");
        assertThat(ids(bobbin, "/v1/threads?order=asc")).containsExactly("thr_1", "thr_2", "thr_3");
        assertThat(ids(bobbin, "/v1/threads/thr_1/items?order=asc"))
                .containsExactly("msg_1", "msg_2", "msg_3", "msg_4", "msg_5");
        assertThat(new JsonObject(bobbin.get("/v1/threads/thr_1/items/msg_1").body()))
                .isEqualTo(
                        new JsonObject(
                                """
                        {"id":"msg_1","thread_id":"thr_1","created_at":"2025-01-01T10:00:01.000000Z","type":"user_message",
                         "content":[{"type":"input_text","text":"Hello \\"there\\"\\n😀"}],"attachments":[],"quoted_text":null,
                         "inference_options":{}}"""));
        assertThat(new JsonObject(bobbin.get("/v1/threads/thr_1/items/msg_2").body()))
                .isEqualTo(
                        new JsonObject(
                                """
                        {"id":"msg_2","thread_id":"thr_1","created_at":"2025-01-01T10:00:02.000000Z","type":"assistant_message",
                         "content":[{"type":"output_text","text":"Hi","annotations":[]}]}"""));
        assertThat(type(bobbin, "thr_1", "msg_3")).isEqualTo("user_message");
        assertThat(type(bobbin, "thr_1", "msg_4")).isEqualTo("hidden_context_item");
        assertThat(type(bobbin, "thr_1", "msg_5")).isEqualTo("assistant_message");
        assertThat(type(bobbin, "thr_2", "msg_6")).isEqualTo("assistant_message");
    }

    private static String type(BobbinProcess bobbin, String thread, String item) throws Exception {
        return new JsonObject(
                        bobbin.get("/v1/threads/" + thread + "/items/" + item).body())
                .getString("type");
    }

    private static List<String> ids(BobbinProcess bobbin, String path) throws Exception {
        return new JsonObject(bobbin.get(path).body())
                .getJsonArray("data").stream()
                        .map(o -> ((JsonObject) o).getString("id"))
                        .toList();
    }

    private static String v1() throws Exception {
        return Files.readString(Path.of("src/main/resources/db/migration/V1__chatkit_tables_as_made_by_hand.sql"));
    }
}
