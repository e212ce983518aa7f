package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.database.Sql;
import dev.bobbin.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What V2 makes of rows from before Bobbin, and what it says while it does. */
@Tag("postgres")
class OldRowsTest {

    private static final String OWNER = "a$$b/$sql$ o'brien %s %";

    /** Every kind of old item, and texts that JSON has to escape. */
    private static final String ITEMS =
            """
            insert into threads (id, metadata) values ('t"1', '{"title": "A \\"b\\" \\u00e4", "k": [1, null]}'), ('t2', null),
              ('t3', 'null'), ('t4', '[1]'), ('t5', '"x"'), ('t6', '{}'), ('t7', '{"title": 7}');
            insert into thread_items (id, thread_id, type, role, content, created_at)
            select 'i\\' || row_number() over (), 't"1', type, role, content, timestamptz '2025-01-01 10:00:00.000001+02'
            from unnest(array['user_message', 'assistant_message', 'hidden_context_item', 'sdk_hidden_context', 'message', null,
                'system', 'System_Message', 'developer', 'tool', 'User', 'ai', 'strange', '']) type,
              unnest(array['user', 'Human', 'assistant', 'AI', 'model', 'system', 'tool', '', null]) role,
              unnest(array['Hi', '', null, E'"q" \\\\ / \\n\\t\\x01\\x7f \\u2028 é 😀 </script>', '{"a" : 1}']) content""";

    /** What each pair of a type and a role is, said in another way than V2 does: from the end backwards, the later wins. */
    private static final String KINDS =
            """
            create table kinds as select distinct type, role, 'hidden_context_item' kind from thread_items;
            update kinds set kind = 'assistant_message'
              where coalesce(role, '') = '' and (type is null or type in ('message', 'ai', ''));
            update kinds set kind = 'user_message' where coalesce(role, '') = '' and type = 'User';
            update kinds set kind = 'user_message' where role in ('user', 'Human');
            update kinds set kind = 'assistant_message' where role in ('assistant', 'AI', 'model');
            update kinds set kind = type where type in ('user_message', 'assistant_message');
            update kinds set kind = 'hidden_context_item' where type in
              ('hidden_context_item', 'sdk_hidden_context', 'system', 'System_Message', 'developer', 'tool')""";

    /** The documents, said in another way than V2 does. */
    private static final String DOCUMENTS =
            """
            select json_build_object('id', id, 'thread_id', thread_id, 'created_at', '2025-01-01T08:00:00.000001Z', 'type', kind,
              'content', case kind
                when 'user_message' then json_build_array(json_build_object('type', 'input_text', 'text', coalesce(content, '')))
                when 'assistant_message' then json_build_array(json_build_object(
                  'type', 'output_text', 'text', coalesce(content, ''), 'annotations', json_build_array()))
                else to_json(coalesce(content, '')) end)::text
            from (select i.*, kind from thread_items i join kinds k
              on k.type is not distinct from i.type and k.role is not distinct from i.role) i
            order by id""";

    private String url;

    @BeforeEach
    void tablesMadeByHand() {
        url = TestDatabase.get().freshDatabase();
        TestDatabase.get().execute(url, Migrations.ours().get(0).sql());
    }

    @Test
    void documentsAreThoseOfJsonBuildObject() throws Exception {
        TestDatabase.get().execute(url, ITEMS);
        TestDatabase.get().execute(url, KINDS);
        try (Connection connection = TestDatabase.get().connect(url)) {
            List<String> documents = strings(connection, DOCUMENTS).stream()
                    .map(document -> document.contains("\"type\" : \"user_message\"")
                            ? document.replaceFirst(
                                    "}$", ", \"attachments\" : [], \"quoted_text\" : null, \"inference_options\" : {}}")
                            : document)
                    .toList();
            migrate(connection);
            assertThat(documents).hasSize(14 * 9 * 5);
            assertThat(strings(connection, "select document from thread_items order by id"))
                    .isEqualTo(documents);
            assertThat(strings(
                            connection,
                            "select distinct concat_ws(' ', type, role) from thread_items where type ="
                                    + " document::json ->> 'type' order by 1"))
                    .containsExactly(
                            "assistant_message assistant",
                            "hidden_context_item system",
                            "hidden_context_item tool",
                            "user_message user");
            assertThat(strings(connection, "select count(*) from thread_items where updated_at <> created_at"))
                    .containsExactly("0");
            assertThat(strings(
                            connection,
                            "select distinct owner_id from thread_items union select owner_id from threads"))
                    .containsExactly(OWNER);
            assertThat(strings(connection, "select (document::jsonb -> 'metadata')::text from threads order by id"))
                    .containsExactly(
                            "{\"k\": [1, null], \"title\": \"A \\\"b\\\" ä\"}",
                            "{}",
                            "{}",
                            "{\"value\": [1]}",
                            "{\"value\": \"x\"}",
                            "{}",
                            "{\"title\": 7}");
            assertThat(strings(
                            connection,
                            "select coalesce(title, document::jsonb ->> 'title', '-') from threads order by id"))
                    .containsExactly("A \"b\" ä", "-", "-", "-", "-", "-", "-");
        }
    }

    /** What content holds, and what becomes of it: type, role and a part of the document, or nothing where it is text. */
    @Test
    void jsonOfChatKitsIsUnpackedAndWhatLooksLikeItIsNot() throws Exception {
        TestDatabase.get()
                .execute(
                        url,
                        """
                        create table told (id text, type text, role text, content text, becomes text, speaker text, holds jsonb);
                        insert into told values
                          ('parts', 'message', 'user', ' [{"type":"input_text","text":"a"},{"type":"input_tag","id":"1","text":"@b","data":{}}]',
                            'user_message', 'user', '{"content":[{"type":"input_text","text":"a"},{"type":"input_tag","id":"1","text":"@b","data":{}}],"attachments":[]}'),
                          ('output', 'message', 'AI', E'\\n[{"type":"output_text","text":"a","annotations":[]}]',
                            'assistant_message', 'assistant', '{"content":[{"type":"output_text","text":"a","annotations":[]}]}'),
                          ('nobody', null, '', '[{"type":"input_text","text":"a"}]',
                            'user_message', 'user', '{"content":[{"type":"input_text","text":"a"}]}'),
                          ('card', 'message', 'assistant', '{"type":"Card","children":[{"type":"Text","value":"x"}]}',
                            'widget', 'assistant', '{"widget":{"type":"Card","children":[{"type":"Text","value":"x"}]},"copy_text":null}'),
                          ('basic', 'widget', null, '{"type":"Basic","children":{"type":"Text"}}',
                            'widget', 'assistant', '{"widget":{"type":"Basic","children":{"type":"Text"}}}'),
                          ('whole', 'message', 'user', '{"id":"x","thread_id":"y","created_at":"z","type":"user_message","content":[],"attachments":[{"id":"1"}]}',
                            'user_message', 'user', '{"id":"whole","thread_id":"t","content":[],"attachments":[{"id":"1"}],"inference_options":{}}'),
                          ('call', 'client_tool_call', 'tool', '{"type":"client_tool_call","id":"x","call_id":"c","name":"n","arguments":{"n":1.50}}',
                            'client_tool_call', 'tool', '{"arguments":{"n":1.50}}'),
                          ('end', 'end_of_turn', null, '{"id":"x","type":"end_of_turn"}', 'end_of_turn', 'assistant', '{"type":"end_of_turn"}'),
                          ('hidden', 'message', null, '{"id":"x","type":"hidden_context_item","content":{"a":1}}',
                            'hidden_context_item', 'system', '{"content":{"a":1}}');
                        insert into told select 'text ' || n, 'message', role, content, role || '_message', role
                        from unnest(array['user', 'assistant']) role, unnest(array['[1, 2] is a list', '[1, 2]', '[]', '{}', '{"type":"input_text"}',
                          '[{"type":"input_text"}]', '[{"type":"text","text":"a"}]', '[[{"type":"input_text","text":"a"}]]',
                          '[{"type":["output_text"],"text":"a"}]', '[{"type":"output_text","text":["a"]}]', '[{"type":"output_text","text":"a"},1]',
                          '[{"type":"input_tag","text":"a"}]', '{"type":"Card"}', '{"type":"widget","id":"x"}', '{"id":"x","type":"other"}',
                          '[{"type":"output_text","text":"\\u0000"}]', '[{"type":"output_text","text":"\\ud83d"}]', '[1e400000]',
                          '[{"type":"output_text","text":"a","annotations":{}}]', repeat('[', 100000), '{"a":' , '[{"type":"output_text","text":NaN}]',
                          '[{"type":"output_text","text":"' || repeat('x', 8388608) || '"}]']) with ordinality as one (content, n);
                        insert into told values
                          ('spoofed', 'message', 'user', '{"id":"x","type":"assistant_message","content":[]}', 'user_message', 'user'),
                          ('drawn', 'message', 'user', '{"type":"Card","children":[]}', 'user_message', 'user'),
                          ('kept', 'system', 'assistant', '{"id":"x","type":"assistant_message","content":[]}', 'hidden_context_item', 'system'),
                          ('result', 'message', 'tool', '{"id":"x","type":"widget","widget":{"type":"Card"}}', 'hidden_context_item', 'tool');
                        insert into threads (id) values ('t');
                        insert into thread_items (id, thread_id, type, role, content) select id || coalesce(' ' || role, ''), 't', type, role, content from told;
                        update told set id = id || coalesce(' ' || role, ''); update told set holds = jsonb_set(holds, '{id}', to_jsonb(id)) where holds ? 'id'""");
        Adoption told = Adoption.of(Schemas.target(url), Migrations.ours(), progress -> {});
        assertThat(told.unpacked()).isEqualTo(9);
        // but for the two that are hidden anyhow
        assertThat(told.leftAsText()).isEqualTo(2 * 23 + 2);
        try (Connection connection = TestDatabase.get().connect(url)) {
            migrate(connection);
            assertThat(
                            strings(
                                    connection,
                                    """
                            select i.id || ': ' || left(i.document, 300) from thread_items i join told using (id)
                            where i.type <> becomes or i.role <> speaker or i.content <> told.content or case when holds is null
                              then i.document::json #>> '{}' is null or left(i.document::json #>> case becomes
                                when 'hidden_context_item' then '{content}' else '{content,0,text}' end::text[], 9000) <> left(told.content, 9000)
                              else not i.document::jsonb @> (holds || jsonb_build_object('id', i.id, 'thread_id', 't', 'type', becomes)) end"""))
                    .isEmpty();
            assertThat(strings(connection, "select proname from pg_proc where proname like 'bobbin%'"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"threads add user_id int", "thread_items add \"User\" text"})
    void rowsOfSeveralOwnersAreDividedByOneStatement(String column) throws Exception {
        String name = column.substring(column.indexOf("add ") + 4, column.lastIndexOf(' '));
        String table = column.substring(0, column.indexOf(' '));
        TestDatabase.get()
                .execute(
                        url,
                        "alter table " + column + ", add note text;"
                                + """
                                insert into threads (id) select 't' || i from generate_series(1, 3) i;
                                insert into thread_items (id, thread_id) select 'i' || i, 't' || i from generate_series(1, 3) i;"""
                                + "update " + table + " set " + name + " = right(id, 1)::int where right(id, 1) < '3'");
        Adoption told = Adoption.of(Schemas.target(url), Migrations.ours(), progress -> {});
        assertThat(told.otherColumns()).containsExactly(table + "." + name.replace("\"", ""), table + ".note");
        Schemas.migrator(Schemas.target(url)).migrate();
        TestDatabase.get().execute(url, String.valueOf(told.division()));
        try (Connection connection = TestDatabase.get().connect(url)) {
            assertThat(strings(
                            connection,
                            "select concat_ws(' ', t.owner_id, t.id, i.id) from threads t join thread_items i on"
                                    + " (i.owner_id, i.thread_id) = (t.owner_id, t.id) order by t.id"))
                    .containsExactly("local/1 t1 i1", "local/2 t2 i2", "local/local t3 i3");
        }
    }

    @Test
    void anotherSessionSeesHowFarItIs() throws Exception {
        TestDatabase.get()
                .execute(
                        url,
                        """
                        insert into threads (id) values ('t');
                        insert into thread_items (id, thread_id, role, content)
                        select i, 't', 'user', repeat('x', 200) from generate_series(1, 60000) i""");
        try (Connection connection = TestDatabase.get().connect(url);
                Connection other = TestDatabase.get().connect(url)) {
            connection.createStatement().execute("set application_name = 'before'");
            int process = Integer.parseInt(
                    strings(connection, "select pg_backend_pid()").get(0));
            CompletableFuture<Void> migrated = CompletableFuture.runAsync(() -> {
                try {
                    migrate(connection);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            Set<String> names = new LinkedHashSet<>();
            while (!migrated.isDone()) {
                names.addAll(strings(other, "select application_name from pg_stat_activity where pid = " + process));
            }
            migrated.join();
            List<Integer> items = names.stream()
                    .filter(name -> name.startsWith("bobbin-migrations: items "))
                    .map(name -> name.replaceAll(".* ([0-9]+)/60000", "$1"))
                    .map(Integer::valueOf)
                    .toList();
            assertThat(items).hasSizeGreaterThan(5).isSorted().allMatch(item -> item < 60_000);
            assertThat(names).allMatch(name -> name.length() <= 63).contains("bobbin-migrations: keys and indexes");
            assertThat(strings(connection, "show application_name")).containsExactly("before");
            // rows keep the order in which they were stored
            assertThat(strings(connection, "select count(*) from thread_items where seq = id::int"))
                    .containsExactly("60000");
        }
    }

    private static void migrate(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("select set_config('bobbin.adopting_owner', " + Sql.literal(OWNER) + ", false)");
            for (Migration migration : Migrations.ours()) {
                statement.execute(migration.sql());
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    private static List<String> strings(Connection connection, String query) throws SQLException {
        List<String> strings = new ArrayList<>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                strings.add(rows.getString(1));
            }
        }
        return strings;
    }
}
