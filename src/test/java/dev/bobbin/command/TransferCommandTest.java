package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bobbin.support.BobbinCommand;
import dev.bobbin.support.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code db export} and {@code db import}: what comes back is what was there. */
@Tag("postgres")
class TransferCommandTest {

    /** All that an export has to keep, in its order. */
    private static final String ROWS =
            """
            select line from (
              select owner_id, 0 part, '' as grp, created_at, seq, concat_ws(' ', 'thread', id, kind, archived, title, status,
                metadata, created_at, updated_at, document) as line from threads
              union all
              select owner_id, 1, thread_id, created_at, seq, concat_ws(' ', 'item', thread_id, id, type, role, content,
                created_at, updated_at, document) from thread_items
              union all
              select owner_id, 2, '', created_at, seq, concat_ws(' ', 'attachment', id, type, name, mime_type, thread_id,
                created_at, updated_at, document) from attachments) rows
            %s order by owner_id, part, grp, created_at, seq""";

    private static String empty;
    private static String filled;
    private static List<String> rows;

    @TempDir
    private Path directory;

    @BeforeAll
    static void fill() throws SQLException {
        empty = DbCommandTest.ownDatabase();
        BobbinCommand.on(empty).run("db", "migrate").exits(0);
        filled = copy(empty);
        execute(
                filled,
                """
                insert into threads (owner_id, id, document, created_at, active_at, updated_at, title, archived, kind)
                select owner, 'thr_' || n, '{"id": "thr_' || n || '",' || chr(10) || ' "title" : "Ü", "created_at":"2026-01-01T00:00:00Z"}',
                  '2026-01-01 00:00Z', '2026-01-01 00:00Z', '2026-02-01 10:00:00.123456Z', 'Ü', n % 2 = 0, 'chatkit'
                from unnest(array['acme/ann', 'acme/bob', 'a%2Fb/x y']) owner, generate_series(1, 3) n;
                insert into thread_items (owner_id, thread_id, id, document, type, role, content, created_at, updated_at)
                select owner, 'thr_' || n, 'msg_' || m, '{"id":"msg_' || m || '","thread_id":"thr_' || n
                    || '","type":"user_message","n":1.50,"content":[{"type":"input_text","text":"' || repeat('x', m % 50)
                    || '"}],"created_at":"2026-01-01T00:00:00.' || lpad(n::text, 6, '0') || 'Z"}', 'user_message', 'user',
                  nullif(repeat('x', m % 50), ''), '2026-01-01 00:00Z'::timestamptz + n * interval '1 microsecond', '2026-03-01 00:00Z'
                from unnest(array['acme/ann', 'acme/bob', 'a%2Fb/x y']) owner, generate_series(1, 3) n,
                  generate_series(1, 700) m;
                insert into thread_items (owner_id, thread_id, id, document, type, created_at)
                values ('acme/ann', 'thr_2', 'large', '{"type":"task","id":"large","thread_id":"thr_2","x":"' || repeat('ü', 1500000)
                  || '","created_at":"2026-01-02T00:00:00Z"}', 'task', '2026-01-02 00:00Z');
                update thread_items set role = 'assistant' where id = 'large';
                update threads set active_at = (select max(created_at) from thread_items i
                  where i.owner_id = threads.owner_id and i.thread_id = threads.id);
                insert into attachments (owner_id, id, document, type, name, mime_type, thread_id, created_at, updated_at)
                select 'acme/bob', 'atc_' || n, '{"id":"atc_' || n || '","type":"file","name":"a\\u00fc","mime_type":"text/plain",'
                  || '"thread_id":"thr_1"}', 'file', 'aü', 'text/plain', 'thr_1', '2026-01-01 00:00Z', '2026-01-03 00:00Z'
                from generate_series(1, 3) n""");
        rows = rows(filled, "");
    }

    @Test
    void whatIsExportedAndImportedIsWhatWasThere() throws Exception {
        Path file = directory.resolve("all.ndjson");
        JsonObject exported = export(filled, file).json();
        assertThat(exported.getLong("items")).isEqualTo(6301);
        assertThat(exported.getBoolean("resumed")).isFalse();
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
        String target = copy(empty);
        JsonObject imported = BobbinCommand.on(target)
                .run("db", "import", "--file", file.toString(), "--json")
                .exits(0)
                .json();
        assertThat(imported.getJsonObject("created"))
                .isEqualTo(new JsonObject("{\"threads\":9,\"items\":6301,\"attachments\":3}"));
        same(rows(target, ""), rows);
        Path again = directory.resolve("again.ndjson");
        export(target, again);
        same(withoutPlaces(again), withoutPlaces(file));
        // compressed, and all of it for the second time
        Path compressed = directory.resolve("all.ndjson.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            Files.copy(file, out);
        }
        JsonObject repeated = BobbinCommand.on(target)
                .run("db", "import", "--file", compressed.toString(), "--json")
                .exits(0)
                .json();
        assertThat(repeated.getJsonObject("same")).isEqualTo(imported.getJsonObject("created"));
        same(rows(target, ""), rows);
    }

    /** V2 keeps roles that its documents do not have. */
    @Test
    void adoptedItemsKeepTheirRoles() throws Exception {
        String source = DbCommandTest.ownDatabase();
        execute(
                source,
                """
                create table threads (id varchar(100) primary key, created_at timestamptz not null default now(), metadata jsonb);
                create table thread_items (id varchar(100) primary key, thread_id varchar(100) not null references threads on delete cascade,
                  type varchar(20), role varchar(20), content text, created_at timestamptz not null default now());
                insert into threads values ('thr_1', '2026-01-01', '{"title":"x","a":"b"}');
                insert into thread_items
                select 'i' || row_number() over (), 'thr_1', type, role, 'text', '2025-01-01'
                from unnest(array['message', 'tool', 'developer', 'user_message', null]) type,
                  unnest(array['user', 'ai', 'tool', 'critic', '', null]) role""");
        BobbinCommand.on(source)
                .and("BOBBIN_OWNER_ADOPT_AS", "acme/ann")
                .run("db", "migrate")
                .exits(0);
        assertThat(value(source, "select string_agg(distinct role, ' ' order by role) from thread_items"))
                .isEqualTo("assistant critic system tool user");
        Path file = directory.resolve("adopted.ndjson");
        export(source, file);
        String target = copy(empty);
        BobbinCommand.on(target).run("db", "import", "--file", file.toString()).exits(0);
        String columns = "select string_agg(concat_ws(' ', id, type, role, created_at, updated_at, document), chr(10)"
                + " order by created_at, seq) from thread_items";
        assertThat(value(target, columns)).isEqualTo(value(source, columns));
        columns =
                "select concat_ws(' ', id, kind, title, status, metadata, archived, created_at, active_at, updated_at, document)"
                        + " from threads";
        assertThat(value(target, columns)).isEqualTo(value(source, columns));
    }

    @Test
    void anExportGoesOnWhereItWasInterrupted() throws Exception {
        Path whole = directory.resolve("whole");
        export(filled, whole);
        byte[] bytes = Files.readAllBytes(whole);
        String text = new String(bytes, StandardCharsets.UTF_8);
        List<Integer> cuts = new Random(1).ints(5, 0, bytes.length).boxed().collect(Collectors.toList());
        // within the first header, after it, after the end of an owner, after the header of the next, and in the last
        // line
        int end = text.indexOf("{\"type\":\"end\"");
        int before = text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
        int after = before + text.substring(end, text.indexOf('\n', end) + 1).length();
        int header = after
                + text.substring(text.indexOf('\n', end) + 1, text.indexOf('\n', text.indexOf('\n', end) + 1) + 1)
                        .length();
        cuts.addAll(List.of(0, 5, text.indexOf('\n'), text.indexOf('\n') + 1, before, after, header, bytes.length - 1));
        for (int cut : cuts) {
            Path file = directory.resolve("cut_" + cut);
            Files.write(directory.resolve("cut_" + cut + ".part"), java.util.Arrays.copyOf(bytes, cut));
            export(filled, file);
            same(rowsOf(file), rowsOf(whole));
            if (cut == cuts.get(0) || cut == after) {
                String target = copy(empty);
                BobbinCommand.on(target)
                        .run("db", "import", "--file", file.toString())
                        .exits(0);
                same(rows(target, ""), rows);
            }
        }
    }

    @Test
    void whatIsNoUnfinishedExportIsLeftAlone() throws Exception {
        Path file = directory.resolve("notes");
        Files.writeString(file, "mine");
        assertThat(bobbin().run("db", "export", "--file", file.toString())
                        .exits(2)
                        .err())
                .contains("notes exists. Name another file with --file, or delete it first");
        Path part = directory.resolve("other.part");
        Files.writeString(part, "mine\n");
        assertThat(bobbin().run(
                                "db",
                                "export",
                                "--file",
                                directory.resolve("other").toString())
                        .exits(2)
                        .err())
                .contains("holds something else than an export");
        assertThat(part).hasContent("mine");
        Files.writeString(part, "{\"bobbin_export\":1,\"tenant\":\"beta\",\"user\":\"x\"}\n");
        assertThat(bobbin().run(
                                "db",
                                "export",
                                "--tenant",
                                "acme",
                                "--file",
                                directory.resolve("other").toString())
                        .exits(2)
                        .err())
                .contains("is the export of other owners");
        assertThat(bobbin().run("db", "export", "--json").exits(2).err()).contains("--json needs --file");
    }

    @Test
    void anOwnerCanBecomeAnother() throws Exception {
        Path file = directory.resolve("bob");
        JsonObject exported = bobbin().run(
                        "db", "export", "--tenant", "acme", "--user", "bob", "--file", file.toString(), "--json")
                .exits(0)
                .json();
        assertThat(exported.getLong("attachments")).isEqualTo(3);
        String target = copy(filled);
        BobbinCommand.on(target)
                .run("db", "import", "--tenant", "new/one", "--user", "robert", "--file", file.toString())
                .exits(0);
        same(rows(target, "where owner_id = 'new%2Fone/robert'"), rows(filled, "where owner_id = 'acme/bob'"));
        BobbinCommand.on(target)
                .run("db", "import", "--tenant", "third", "--file", file.toString())
                .exits(0);
        assertThat(rows(target, "where owner_id = 'third/bob'")).hasSize(3 + 2100 + 3);
        same(rows(target, "where owner_id not like 'new%' and owner_id not like 'third%'"), rows);
        Path all = directory.resolve("all");
        export(filled, all);
        assertThat(BobbinCommand.on(copy(empty))
                        .run("db", "import", "--tenant", "x", "--user", "y", "--file", all.toString())
                        .exits(2)
                        .err())
                .contains("The file has what several users have. Leave out --user");
    }

    @ParameterizedTest
    @CsvSource({"keep, 0, conflicting", "replace, 0, replaced", "fail, 1, ''"})
    void aConflictIsDecidedAsItIsAskedFor(String mode, int exitCode, String outcome) throws Exception {
        Path file = directory.resolve("ann");
        bobbin().run("db", "export", "--tenant", "acme", "--user", "ann", "--file", file.toString())
                .exits(0);
        String target = copy(filled);
        execute(
                target,
                "update thread_items set document = '{\"mine\":1}' where owner_id = 'acme/ann' and thread_id = 'thr_2'"
                        + " and id = 'msg_650'; delete from thread_items where owner_id = 'acme/ann' and thread_id = 'thr_3'");
        BobbinCommand.Result result = BobbinCommand.on(target)
                .run("db", "import", "--file", file.toString(), "--on-conflict", mode, "--json")
                .exits(exitCode);
        String mine = "where owner_id = 'acme/ann' and line like '%\"mine\"%'";
        assertThat(rows(target, mine)).hasSize(mode.equals("replace") ? 0 : 1);
        if (exitCode == 1) {
            // the third thread's items come later
            assertThat(rows(target, "where owner_id = 'acme/ann' and grp = 'thr_3'"))
                    .isEmpty();
            assertThat(result.err())
                    .containsPattern(
                            "Line 1354 cannot be imported: its id is stored with another document.* What is before"
                                    + " line \\d+ is stored");
        } else {
            assertThat(result.json().getJsonObject(outcome).getLong("items")).isEqualTo(1);
            assertThat(result.json().getJsonObject("created").getLong("items")).isEqualTo(700);
            same(
                    rows(target, "where owner_id = 'acme/ann' and grp = 'thr_3'"),
                    rows(filled, "where owner_id = 'acme/ann' and grp = 'thr_3'"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"thread\"}|Line 3 cannot be imported: it has neither a document nor a text. All lines before it are stored",
                "nonsense|Line 3 cannot be imported: ",
                "[]|Line 3 cannot be imported: it must be a JSON object",
                "{\"bobbin_export\":2}|Line 3 cannot be imported: version 1 of the format",
            })
    void aMalformedLineIsNamed(String line, String message) throws Exception {
        Path file = directory.resolve("lines");
        Files.writeString(
                file,
                "{\"bobbin_export\":1,\"tenant\":\"t\",\"user\":\"u\"}\n{\"type\":\"thread\",\"document\":{\"id\":\"thr_a\"}}\n"
                        + line + "\n");
        String target = copy(empty);
        assertThat(BobbinCommand.on(target)
                        .run("db", "import", "--file", file.toString())
                        .exits(1)
                        .err())
                .contains(message);
    }

    @Test
    void anExportWithoutItsEndIsImportedAndReportedAsIncomplete() throws Exception {
        Path file = directory.resolve("whole");
        export(filled, file);
        List<String> lines = Files.readAllLines(file);
        Path cut = directory.resolve("cut");
        Files.write(cut, lines.subList(0, lines.size() - 5));
        String target = copy(empty);
        BobbinCommand.Result result = BobbinCommand.on(target)
                .run("db", "import", "--file", cut.toString(), "--json")
                .exits(1);
        assertThat(result.json().getBoolean("complete")).isFalse();
        assertThat(result.json().getJsonObject("created").getLong("threads")).isEqualTo(9);
        // a line in the middle is missing
        lines.remove(20);
        Files.write(cut, lines);
        assertThat(BobbinCommand.on(target)
                        .run("db", "import", "--file", cut.toString())
                        .exits(1)
                        .out())
                .contains("lines are missing: the export was not complete");
        Files.writeString(cut, "");
        BobbinCommand.on(target).run("db", "import", "--file", cut.toString()).exits(1);
        assertThat(rows(target, "")).hasSizeGreaterThan(6000);
    }

    @Test
    void theStoreOfChatKitsSamplesIsImported() throws Exception {
        Path file = directory.resolve("chatkit.db");
        sqlite(
                file,
                """
                create table items (id text primary key, thread_id text not null, user_id text not null, created_at text not null, data text not null);
                create table threads (id text primary key, user_id text not null, created_at text not null, data text not null);
                create table files (id text primary key, user_id text not null, data text not null);
                create table sample_widgets (id text primary key, user_id text not null, data text not null);
                insert into threads values ('thr_1', 'ann', '2025-11-01T10:00:00', '{"thread":{"title":"Ünï \\u0041","id":"thr_1","created_at":"2025-11-01T10:00:00","status":{"type":"active"},"metadata":{"n":1.0}}}'),
                  ('thr_2', 'bob', '2025-11-02T10:00:00+00:00', '{"thread":{"title":null,"id":"thr_2","created_at":"2025-11-02T10:00:00Z","status":{"type":"active"},"metadata":{}}}');
                insert into items values ('msg_2', 'thr_1', 'ann', '2025-11-01T10:00:02.500000', '{"item":{"id":"msg_2","thread_id":"thr_1","created_at":"2025-11-01T10:00:02.500000","type":"assistant_message","content":[{"annotations":[],"text":"Hi","type":"output_text"}]}}'),
                  ('msg_1', 'thr_1', 'ann', '2025-11-01T10:00:02', '{"item":{"id":"msg_1","thread_id":"thr_1","created_at":"2025-11-01T10:00:02","type":"user_message","content":[{"type":"input_text","text":"Hello\\nthere"}],"attachments":[],"quoted_text":null,"inference_options":{}}}');
                insert into files values ('atc_1', 'ann', '{"attachment":{"id":"atc_1","name":"a.txt","mime_type":"text/plain","upload_descriptor":null,"thread_id":"thr_1","type":"file"}}')""");
        String target = copy(empty);
        String[] command = {
            "db", "import", "--from", "chatkit-sqlite", "--tenant", "acme", "--file", file.toString(), "--json"
        };
        JsonObject imported = BobbinCommand.on(target).run(command).exits(0).json();
        assertThat(imported.getJsonObject("created"))
                .isEqualTo(new JsonObject("{\"threads\":2,\"items\":2,\"attachments\":1}"));
        assertThat(value(target, "select string_agg(owner_id || ' ' || id, ', ' order by id) from threads"))
                .isEqualTo("acme/ann thr_1, acme/bob thr_2");
        assertThat(value(target, "select document from threads where id = 'thr_1'"))
                .isEqualTo("{\"title\":\"Ünï \\u0041\",\"id\":\"thr_1\",\"created_at\":\"2025-11-01T10:00:00\","
                        + "\"status\":{\"type\":\"active\"},\"metadata\":{\"n\":1.0}}");
        assertThat(value(
                        target,
                        "select string_agg(id || ' ' || content, ', ' order by created_at, seq) from thread_items"))
                .isEqualTo("msg_1 Hello\nthere, msg_2 Hi");
        JsonObject repeated = BobbinCommand.on(target).run(command).exits(0).json();
        assertThat(repeated.getJsonObject("same")).isEqualTo(imported.getJsonObject("created"));
        Files.writeString(directory.resolve("none.db"), "no database");
        assertThat(BobbinCommand.on(target)
                        .run(
                                "db",
                                "import",
                                "--from",
                                "chatkit-sqlite",
                                "--tenant",
                                "acme",
                                "--file",
                                directory.resolve("none.db").toString())
                        .exits(1)
                        .err())
                .contains("is it of ChatKit's sample store?");
    }

    @Test
    void conversationsOfTheSdkAreStoredAsACallWouldStoreThem() throws Exception {
        Path file = directory.resolve("conversations.ndjson");
        Files.writeString(
                file,
                """
                {"id":"conv_a1b2c3d4e5f6a1b2c3d4e5f6","created_at":1767225600,"metadata":{"topic":"x"},"object":"conversation"}
                {"id":"msg_a1b2c3d4e5f6a1b2c3d4e5f6","content":[{"text":"Hello","type":"input_text"}],"role":"user","status":"completed","type":"message"}
                {"role":"assistant","content":"Hi","type":"message"}
                {"id":"fc_a1b2c3d4e5f6a1b2c3d4e5f6","arguments":"{}","call_id":"call_1","name":"f","type":"function_call","status":"completed"}
                {"id":"conv_b1b2c3d4e5f6a1b2c3d4e5f6","created_at":1767225601.0,"metadata":null,"object":"conversation"}
                """);
        String target = copy(empty);
        String[] command = {
            "db",
            "import",
            "--from",
            "openai-conversations",
            "--tenant",
            "acme",
            "--user",
            "ann",
            "--file",
            file.toString(),
            "--json"
        };
        JsonObject imported = BobbinCommand.on(target).run(command).exits(0).json();
        assertThat(imported.getJsonObject("created"))
                .isEqualTo(new JsonObject("{\"threads\":2,\"items\":3,\"attachments\":0}"));
        assertThat(value(target, "select document from threads where id like 'conv_a%' and kind = 'conversation'"))
                .isEqualTo(
                        "{\"id\":\"conv_a1b2c3d4e5f6a1b2c3d4e5f6\",\"object\":\"conversation\",\"created_at\":1767225600,"
                                + "\"metadata\":{\"topic\":\"x\"}}");
        assertThat(value(
                        target,
                        "select string_agg(type || ' ' || coalesce(role, '') || ' ' || coalesce(content, ''), ', '"
                                + " order by created_at, seq) from thread_items"))
                .isEqualTo("message user Hello, message assistant Hi, function_call  ");
        assertThat(value(target, "select document from thread_items where role = 'assistant'"))
                .contains(
                        "\"content\":[{\"type\":\"output_text\",\"text\":\"Hi\",\"annotations\":[]}]",
                        "\"status\":\"completed\"");
        JsonObject repeated = BobbinCommand.on(target).run(command).exits(0).json();
        assertThat(repeated.getJsonObject("same")).isEqualTo(imported.getJsonObject("created"));
        Files.writeString(file, "{\"role\":\"assistant\",\"content\":\"Hi\"}\n");
        assertThat(BobbinCommand.on(target).run(command).exits(1).err())
                .contains("Line 1 cannot be imported", "the first line must be a conversation");
    }

    /** Of many and long rows it says only which the first one is that differs. */
    private static void same(List<String> actual, List<String> expected) {
        for (int i = 0; i < Math.min(actual.size(), expected.size()); i++) {
            if (!actual.get(i).equals(expected.get(i))) {
                assertThat(start(actual.get(i))).as("row " + i).isEqualTo(start(expected.get(i)));
                throw new AssertionError("row " + i + " differs after its first characters");
            }
        }
        assertThat(actual.size()).isEqualTo(expected.size());
    }

    private static String start(String row) {
        return row.substring(0, Math.min(400, row.length()));
    }

    private static BobbinCommand bobbin() {
        return BobbinCommand.on(filled);
    }

    private static BobbinCommand.Result export(String url, Path file) {
        return BobbinCommand.on(url)
                .run("db", "export", "--file", file.toString(), "--json")
                .exits(0);
    }

    private static void sqlite(Path file, String sql) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("sqlite3", file.toString(), sql)
                    .inheritIO()
                    .start();
        } catch (IOException missing) {
            assumeTrue(false, "the program sqlite3 is missing");
            return;
        }
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    /** The lines that have rows. */
    private static List<String> rowsOf(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.contains("\"cursor\""))
                .toList();
    }

    private static List<String> withoutPlaces(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line ->
                        line.replaceFirst("\"cursor\":\"[^\"]*\",", "").replaceFirst(",\"exported_at\":\"[^\"]*\"", ""))
                .toList();
    }

    private static String copy(String url) {
        return TestDatabase.get().copyOf(url).replaceFirst("//[^@]*@", "//bobbin_it:" + BobbinCommand.PASSWORD + "@");
    }

    private static void execute(String url, String sql) {
        DbCommandTest.execute(url, sql);
    }

    private static List<String> rows(String url, String where) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = TestDatabase.get().connect(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(ROWS.formatted(where))) {
            while (result.next()) {
                found.add(result.getString(1));
            }
        }
        return found;
    }

    private static String value(String url, String query) throws SQLException {
        try (Connection connection = TestDatabase.get().connect(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return String.valueOf(result.getString(1));
        }
    }
}
