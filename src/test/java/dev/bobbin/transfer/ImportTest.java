package dev.bobbin.transfer;

import static dev.bobbin.transfer.Streams.counts;
import static dev.bobbin.transfer.Streams.export;
import static dev.bobbin.transfer.Streams.imported;
import static dev.bobbin.transfer.Streams.report;
import static dev.bobbin.transfer.Streams.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that are not, or not only, what an export has sent. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ImportTest {

    private static final String THREAD = "{\"type\":\"thread\",\"document\":{\"id\":\"t\",\"title\":\"one\"}}";

    private final As user = As.somebody();

    private static String item(String id, String x) {
        return "{\"type\":\"item\",\"thread_id\":\"t\",\"created_at\":\"2026-01-01T00:00:00Z\",\"document\":{\"id\":\""
                + id + "\",\"type\":\"widget\",\"x\":\"" + x + "\"}}";
    }

    private static void refused(Response answer, int status, String beginning, String end) {
        answer.then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("detail", startsWith(beginning))
                .body("detail", endsWith(end));
    }

    @Test
    void rowsOfOneTimeKeepTheOrderOfTheStream() {
        List<String> lines = new ArrayList<>(List.of(THREAD));
        IntStream.range(0, 2_500).forEach(i -> lines.add(item("m" + (i * 7 % 2_500), "x".repeat(200))));
        assertThat(report(user, lines, "").getJsonObject("created")).isEqualTo(counts(1, 2_500, 0));
        List<String> ids = rows(export(user)).stream()
                .map(JsonObject::new)
                .filter(line -> line.getString("type").equals("item"))
                .map(line -> line.getString("id"))
                .toList();
        assertThat(ids)
                .isEqualTo(IntStream.range(0, 2_500)
                        .mapToObj(i -> "m" + (i * 7 % 2_500))
                        .toList());
    }

    @Test
    void aConflictIsKeptReplacedOrStopsTheImport() {
        report(user, List.of(THREAD, item("a", "1"), item("b", "1"), item("c", "1")), "");
        List<String> changed =
                List.of(THREAD.replace("one", "two"), item("a", "1"), item("b", "2"), item("d", "2"), item("c", "2"));
        List<String> before = rows(export(user));

        JsonObject kept = report(user, changed.subList(0, 3), "");
        assertThat(kept.getJsonObject("conflicting")).isEqualTo(counts(1, 1, 0));
        assertThat(kept.getJsonObject("same")).isEqualTo(counts(0, 1, 0));
        assertThat(rows(export(user))).isEqualTo(before);

        refused(
                imported(user, changed.subList(1, 5), "?on_conflict=fail"),
                409,
                "Line 2: its id is stored with another document",
                "The lines before it are stored: go on from there, or send all of them again");
        assertThat(rows(export(user))).isEqualTo(before);
        refused(
                imported(user, List.of(item("d", "1"), item("c", "2"), item("e", "1")), "?on_conflict=fail"),
                409,
                "Line 2: its id is",
                "again");
        user.get("/v1/threads/t/items/d").then().statusCode(200);
        user.get("/v1/threads/t/items/e").then().statusCode(404);

        JsonObject replaced = report(user, changed, "?on_conflict=replace");
        assertThat(replaced.getJsonObject("replaced")).isEqualTo(counts(1, 3, 0));
        assertThat(replaced.getJsonObject("same")).isEqualTo(counts(0, 1, 0));
        user.get("/v1/threads?title=two").then().body("data[0].id", equalTo("t"));
        user.get("/v1/threads/t/items?order=asc")
                .then()
                .body("data.id", equalTo(List.of("a", "b", "c", "d")))
                .body("data.x", equalTo(List.of("1", "2", "2", "2")));
    }

    @Test
    void anAttachmentAndAnArchivedThreadConflictToo() {
        String attachment = "{\"type\":\"attachment\",\"id\":\"a\",\"document\":{\"name\":\"one\"}}";
        report(user, List.of(THREAD, attachment), "");
        List<String> changed = List.of(
                THREAD.replace("\"thread\",", "\"thread\",\"archived\":true,"), attachment.replace("one", "two"));
        assertThat(report(user, changed, "").getJsonObject("conflicting")).isEqualTo(counts(1, 0, 1));
        assertThat(report(user, changed, "?on_conflict=replace").getJsonObject("replaced"))
                .isEqualTo(counts(1, 0, 1));
        user.get("/v1/threads/t/state").then().body("archived", equalTo(true));
        user.get("/v1/attachments/a").then().body(equalTo("{\"name\":\"two\"}"));
    }

    @Test
    void anItemWithoutItsThreadIsAConflict() {
        JsonObject report = report(user, List.of(item("a", "1"), THREAD, item("b", "1")), "");
        assertThat(report.getJsonObject("conflicting")).isEqualTo(counts(0, 1, 0));
        assertThat(report.getJsonObject("created")).isEqualTo(counts(1, 1, 0));
        refused(
                imported(user, List.of(item("b", "1"), item("c", "1").replace("\"t\"", "\"u\"")), "?on_conflict=fail"),
                409,
                "Line 2:",
                "again");
        String conversation = THREAD.replace("\"thread\",", "\"thread\",\"kind\":\"conversation\",");
        String of = item("z", "1").replace("\"item\",", "\"item\",\"kind\":\"conversation\",");
        JsonObject kinds = report(user, List.of(conversation, of), "?on_conflict=replace");
        assertThat(kinds.getJsonObject("conflicting")).isEqualTo(counts(1, 1, 0));
    }

    @Test
    void anotherOwnersRowsAreOutOfReach() {
        As other = As.somebody();
        report(other, List.of(THREAD, item("a", "1")), "");
        List<String> before = export(other);
        assertThat(report(user, List.of(item("a", "2"), item("b", "2")), "?on_conflict=replace")
                        .getJsonObject("conflicting"))
                .isEqualTo(counts(0, 2, 0));
        List<String> lines = new ArrayList<>(before);
        lines.set(1, lines.get(1).replace("one", "mine"));
        assertThat(report(user, lines, "?on_conflict=replace").getJsonObject("created"))
                .isEqualTo(counts(1, 1, 0));
        assertThat(rows(export(other))).isEqualTo(rows(before));
        lines.addAll(export(user));
        refused(
                imported(user, lines, ""),
                400,
                "Line " + (before.size() + 1) + ": here begins the export of another owner",
                "again");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"type":"item","thread_id":"t","document":{"id":"b","type":"x" | Line 3: Column
                    {"type":"item","thread_id":"t","id":"a\\u0000b","document":{"type":"x"}} | Line 3: id must not contain
                    {"type":"item","thread_id":"t\\u0000","id":"a","document":{"type":"x"}} | Line 3: thread_id must not contain
                    {"type":"item","thread_id":"t","id":"b","document":{"type":"x"}}{} | Line 3: Column
                    {"type":"item","thread_id":"t","role":"a\\u0000b","document":{"id":"b","type":"x"}} | Line 3: its role must not contain
                    {"type":"item","thread_id":"t","role":1,"document":{"id":"b","type":"x"}} | Line 3: its role must be a string
                    {"type":"folder"} | Line 3: its type must be
                    [] | Line 3: it must be a JSON object
                    '' | Line 3: it is empty
                    """)
    void whatComesBeforeAMalformedLineIsStored(String line, String reason) {
        refused(imported(user, List.of(THREAD, item("a", "1"), line, item("z", "1")), ""), 400, reason, "again");
        user.get("/v1/threads/t/items").then().body("data.id", equalTo(List.of("a")));
        JsonObject again = report(user, List.of(THREAD, item("a", "1"), item("z", "1")), "");
        assertThat(again.getJsonObject("same")).isEqualTo(counts(1, 1, 0));
        assertThat(again.getJsonObject("created")).isEqualTo(counts(0, 1, 0));
    }

    @Test
    void aFirstLineThatIsMalformedStoresNothing() {
        refused(imported(user, List.of("x"), ""), 400, "Line 1: Column", "Nothing was stored");
        refused(
                imported(user, List.of("{\"bobbin_export\":2}", THREAD), ""),
                400,
                "Line 1: version 1 of the format",
                "Nothing was stored");
        assertThat(export(user)).hasSize(2);
        imported(user, new byte[0], "").then().statusCode(200).body("complete", equalTo(false));
    }

    @Test
    void aLineMustBeUtf8() {
        byte[] line = (THREAD + "\n" + item("a", "1") + "\n" + item("b", "?")).getBytes(StandardCharsets.UTF_8);
        line[line.length - 4] = (byte) 0xFF;
        refused(imported(user, line, ""), 400, "Line 3: The body is not valid UTF-8", "again");
        user.get("/v1/threads/t/items").then().body("data.id", equalTo(List.of("a")));
    }

    @Test
    void theLastLineNeedsNoLineBreakAndALineMayEndLikeThoseOfWindows() {
        byte[] body = (THREAD + "\r\n" + item("a", "1")).getBytes(StandardCharsets.UTF_8);
        imported(user, body, "").then().statusCode(200).body("created.items", equalTo(1));
        byte[] half = Arrays.copyOf(body, body.length - 5);
        refused(imported(user, half, ""), 400, "Line 2: Column", "again");
    }

    @Test
    void aRowMayComeTwiceInAStream() {
        List<String> lines = new ArrayList<>(List.of(THREAD, THREAD, item("a", "1"), item("a", "2"), THREAD));
        JsonObject report = report(user, lines, "");
        assertThat(report.getJsonObject("created")).isEqualTo(counts(1, 1, 0));
        assertThat(report.getJsonObject("same")).isEqualTo(counts(2, 0, 0));
        assertThat(report.getJsonObject("conflicting")).isEqualTo(counts(0, 1, 0));
    }

    @Test
    void aLineIsBoundedAsADocumentIs() {
        String large = item("large", "é".repeat(4_500_000));
        imported(user, List.of(THREAD, large, item("b", "1")), "")
                .then()
                .statusCode(200)
                .body("created.items", equalTo(2));
        List<String> lines = export(user);
        assertThat(lines).hasSize(5);
        assertThat(lines.get(2)).hasSizeGreaterThan(4_500_000);
        As other = As.somebody();
        assertThat(report(other, lines, "").getJsonObject("created")).isEqualTo(counts(1, 2, 0));
        assertThat(rows(export(other))).isEqualTo(rows(lines));
        refused(
                imported(user, List.of(THREAD, item("c", "1"), item("huge", "x".repeat(17_000_000))), ""),
                413,
                "Line 3: The body is larger than the 16777216 bytes",
                "again");
        refused(
                imported(user, List.of(THREAD, item("c", "1"), item("huge", "x".repeat(26_000_000))), ""),
                413,
                "Line 3: The line is longer than",
                "again");
        user.get("/v1/threads/t/items/c").then().statusCode(200);
    }

    @Test
    void bothWaysMayBeCompressed() throws IOException {
        List<String> lines = new ArrayList<>(List.of(THREAD));
        IntStream.range(0, 300).forEach(i -> lines.add(item("m" + i, "x".repeat(i * 10))));
        byte[] plain = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        compressed(gzip(plain)).then().statusCode(200).body("created.items", equalTo(300));
        // two files in one, which gzip allows
        byte[] first = gzip(Arrays.copyOf(plain, 1_000));
        byte[] second = gzip(Arrays.copyOfRange(plain, 1_000, plain.length));
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        compressed(both).then().statusCode(200).body("same.items", equalTo(300));

        Response answer = user.request()
                .config(io.restassured.RestAssured.config()
                        .decoderConfig(io.restassured.config.DecoderConfig.decoderConfig()
                                .noContentDecoders()))
                .header("Accept-Encoding", "br, gzip;q=0.5")
                .get("/v1/export");
        answer.then()
                .statusCode(200)
                .header("Content-Encoding", "gzip")
                .header("Vary", containsString("Accept-Encoding"));
        assertThat(answer.asByteArray().length).isLessThan(plain.length / 5);
        String text = new String(
                new GZIPInputStream(new ByteArrayInputStream(answer.asByteArray())).readAllBytes(),
                StandardCharsets.UTF_8);
        assertThat(rows(List.of(text.split("\n")))).isEqualTo(rows(export(user)));
    }

    @Test
    void whatACompressedStreamUnpacksToIsBounded() throws IOException {
        byte[] line = new byte[1 << 20];
        Arrays.fill(line, (byte) ' ');
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write((THREAD + "\n").getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 200; i++) {
                gzip.write(line);
            }
        }
        assertThat(bomb.size()).isLessThan(300_000);
        refused(compressed(bomb.toByteArray()), 413, "Line 2: The line is longer than", "again");
        Arrays.fill(line, (byte) '\n');
        refused(compressed(gzip(line)), 400, "Line 1: it is empty", "Nothing was stored");
        refused(compressed(line), 400, "Line 1: The body is no gzip", "Nothing was stored");
        user.request()
                .header("Content-Encoding", "br")
                .contentType("application/x-ndjson")
                .body(line)
                .post("/v1/import")
                .then()
                .statusCode(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"threads", "thread_items", "attachments"})
    void whatATriggerRefusesIsNotCountedAsStored(String table) {
        report(user, List.of(THREAD), "");
        String sql = "create function refuse() returns trigger language plpgsql as 'begin return null; end';"
                + "create trigger rule before insert on %1$s for each row when (new.owner_id = 'acme/%2$s')"
                + " execute function refuse()";
        TestDatabase.get().execute(TestEnvironment.databaseUrl(), sql.formatted(table, user.user()));
        try {
            String line =
                    switch (table) {
                        case "threads" -> THREAD.replace("\"t\"", "\"u\"");
                        case "thread_items" -> item("a", "1");
                        default -> "{\"type\":\"attachment\",\"id\":\"a\",\"document\":{}}";
                    };
            refused(imported(user, List.of(THREAD, line), ""), 422, "Line ", "");
        } finally {
            TestDatabase.get().execute(TestEnvironment.databaseUrl(), "drop function refuse() cascade");
        }
    }

    private Response compressed(byte[] body) {
        return user.request()
                .header("Content-Encoding", "gzip")
                .contentType("application/x-ndjson")
                .body(body)
                .post("/v1/import");
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        }
        return compressed.toByteArray();
    }
}
