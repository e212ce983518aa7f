package dev.bobbin.transfer;

import static dev.bobbin.transfer.Streams.counts;
import static dev.bobbin.transfer.Streams.cursor;
import static dev.bobbin.transfer.Streams.export;
import static dev.bobbin.transfer.Streams.exportAfter;
import static dev.bobbin.transfer.Streams.imported;
import static dev.bobbin.transfer.Streams.report;
import static dev.bobbin.transfer.Streams.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class TransferResourceTest {

    private static final String PRETTY =
            "{\n  \"id\" : \"thr_b\",\r\n  \"title\": \"a \\\"b\\\" \\n é\", \"n\": 1.50\n}\n";

    private final As user = As.somebody();
    private final As other = As.somebody();

    /** Threads of three kinds, items of one time, an item that was forked, and attachments. */
    private void fill(As owner) {
        owner.put("/v1/threads/thr_b", PRETTY).then().statusCode(201);
        owner.thread("thr_a");
        owner.patch("/v1/threads/thr_a/state", "{\"archived\":true}").then().statusCode(200);
        owner.put("/v1/threads/notes?kind=notes", "{\"metadata\":{\"project\":\"x\"}}")
                .then()
                .statusCode(201);
        StringBuilder items = new StringBuilder();
        for (String id : List.of("m_3", "m_1", "m_2")) {
            items.append(items.isEmpty() ? '[' : ',')
                    .append(As.message(id, "thr_a", "2026-03-01T00:00:00", "hello " + id));
        }
        owner.post("/v1/threads/thr_a/items", items.append(']').toString())
                .then()
                .statusCode(201);
        owner.put("/v1/threads/thr_b/items/other", "{\"type\" : \"widget\",\n \"x\":\"\\u0000\\ud800\u2028\"}")
                .then()
                .statusCode(201);
        owner.post("/v1/threads/thr_a/fork", "{\"id\":\"thr_fork\",\"after\":\"m_1\"}")
                .then()
                .statusCode(201);
        String conversation = owner.post(
                        "/openai/v1/conversations",
                        "{\"metadata\":{\"a\":\"b\"},\"items\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"hi\"},"
                                + "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}]}")
                .path("id");
        assertThat(conversation).startsWith("conv_");
        owner.put("/v1/attachments/atc_z", "{\"id\":\"atc_z\",\"name\":\"z.png\",\"thread_id\":\"thr_a\"}");
        owner.put("/v1/attachments/atc_a", "{}");
    }

    @Test
    void anExportHasAllThatTheOwnerHasAndNothingElse() {
        fill(user);
        List<String> lines = export(user);
        JsonObject header = new JsonObject(lines.get(0));
        assertThat(header.getInteger("bobbin_export")).isEqualTo(1);
        assertThat(header.getString("tenant")).isEqualTo("acme");
        assertThat(header.getString("user")).isEqualTo(user.user());
        assertThat(rows(lines).stream()
                        .map(JsonObject::new)
                        .map(line -> line.getString("type") + " " + line.getString("kind", "-") + " "
                                + line.getString("id", "-").replaceFirst("_[0-9a-f]{20,}", "_*"))
                        .toList())
                .containsExactlyInAnyOrder(
                        "thread chatkit thr_a",
                        "thread chatkit thr_b",
                        "thread chatkit thr_fork",
                        "thread conversation conv_*",
                        "thread notes notes",
                        "item conversation msg_*",
                        "item conversation fc_*",
                        "item chatkit m_3",
                        "item chatkit m_1",
                        "item chatkit m_2",
                        "item chatkit other",
                        "item chatkit m_3",
                        "item chatkit m_1",
                        "attachment - atc_z",
                        "attachment - atc_a",
                        "end - -");
        assertThat(lines.get(lines.size() - 1))
                .isEqualTo("{\"type\":\"end\",\"threads\":5,\"items\":8,\"attachments\":2}");
        JsonObject pretty = line(lines, "thr_b");
        assertThat(pretty.getString("text")).isEqualTo(PRETTY);
        assertThat(pretty.containsKey("document")).isFalse();
        assertThat(line(lines, "thr_a").getBoolean("archived")).isTrue();
        assertThat(lines).anySatisfy(line -> assertThat(line)
                .endsWith(",\"document\":{\"id\":\"atc_z\",\"name\":\"z.png\",\"thread_id\":\"thr_a\"}}"));
        assertThat(export(other))
                .hasSize(2)
                .last()
                .isEqualTo("{\"type\":\"end\",\"threads\":0,\"items\":0,\"attachments\":0}");
    }

    @Test
    void anImportedExportIsTheSameExport() {
        fill(user);
        List<String> lines = export(user);
        JsonObject all = counts(5, 8, 2);
        JsonObject none = counts(0, 0, 0);
        assertThat(report(other, lines, ""))
                .isEqualTo(JsonObject.of(
                        "created", all, "same", none, "conflicting", none, "replaced", none, "complete", true));
        assertThat(rows(export(other))).isEqualTo(rows(lines));
        for (String how : List.of("", "?on_conflict=keep", "?on_conflict=replace", "?on_conflict=fail")) {
            assertThat(report(other, lines, how))
                    .as(how)
                    .isEqualTo(JsonObject.of(
                            "created", none, "same", all, "conflicting", none, "replaced", none, "complete", true));
        }
        assertThat(rows(export(other))).isEqualTo(rows(lines));
    }

    @Test
    void everyCallAnswersTheSameForTheImportedRows() {
        fill(user);
        report(other, export(user), "");
        String conversation = line(export(user), "conversation").getString("id");
        for (String path : List.of(
                "/v1/threads?count=true",
                "/v1/threads?sort=active_at&include=last_item",
                "/v1/threads?archived=true&sort=active_at",
                "/v1/threads?kind=notes&metadata.project=x",
                "/v1/threads?title=a%20%22b",
                "/v1/threads/thr_a?include=items",
                "/v1/threads/thr_a/items?order=asc",
                "/v1/threads/thr_fork/items?order=asc",
                "/v1/threads/thr_b/items/other",
                "/v1/threads/thr_a/state",
                "/v1/threads/thr_b/state",
                "/v1/attachments",
                "/v1/attachments?thread_id=thr_a",
                "/v1/search?q=hello",
                "/v1/usage",
                "/openai/v1/conversations/" + conversation,
                "/openai/v1/conversations/" + conversation + "/items")) {
            String expected = user.get(path).asString();
            assertThat(expected).as(path).isNotEmpty();
            assertThat(withoutCursors(other.get(path).asString())).as(path).isEqualTo(withoutCursors(expected));
        }
        assertThat(columns(other)).isEqualTo(columns(user)).isNotEmpty();
    }

    /** A search's and a page's cursors have the sequence of insertion. */
    private static String withoutCursors(String page) {
        return page.replaceAll("\"(next|previous)\":\"[^\"]*\"", "");
    }

    /** All that is stored, but for the owner and the sequence of insertion. */
    private static List<String> columns(As owner) {
        List<String> rows = new ArrayList<>();
        for (String table : List.of("threads", "thread_items", "attachments")) {
            try (Connection connection = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(
                            """
                            select (to_jsonb(t) - '{owner_id,seq,search_from}'::text[])::text
                            from %s t where owner_id = 'acme/%s'
                            order by seq"""
                                    .formatted(table, owner.user()))) {
                while (result.next()) {
                    rows.add(result.getString(1));
                }
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        Collections.sort(rows);
        return rows;
    }

    @Test
    void anExportGoesOnAfterAnyOfItsLines() {
        fill(user);
        List<String> lines = export(user);
        for (int i = 1; i < lines.size() - 1; i++) {
            List<String> rest = exportAfter(user, cursor(lines.get(i)));
            assertThat(rest.get(0)).startsWith("{\"bobbin_export\"");
            assertThat(rest.subList(1, rest.size() - 1)).isEqualTo(lines.subList(i + 1, lines.size() - 1));
        }
    }

    @Test
    void aCursorOutlivesItsRow() {
        fill(user);
        List<String> lines = export(user);
        String last = lines.stream()
                .filter(line -> line.contains("\"id\":\"m_1\""))
                .findFirst()
                .orElseThrow();
        user.delete("/v1/threads/thr_a/items/m_1").then().statusCode(204);
        List<String> rest = exportAfter(user, cursor(last));
        assertThat(rest.subList(1, rest.size() - 1))
                .isEqualTo(lines.subList(lines.indexOf(last) + 1, lines.size() - 1));
    }

    @Test
    void aResumedPartHasItsOwnCounts() {
        fill(user);
        List<String> lines = export(user);
        List<String> whole = new ArrayList<>(lines.subList(0, 4));
        whole.addAll(exportAfter(user, cursor(lines.get(3))));
        JsonObject report = report(other, whole, "");
        assertThat(report.getBoolean("complete")).isTrue();
        assertThat(report.getJsonObject("created")).isEqualTo(counts(5, 8, 2));
        assertThat(report(other, lines.subList(0, 4), "").getBoolean("complete"))
                .isFalse();
        List<String> gap = new ArrayList<>(lines);
        gap.remove(4);
        assertThat(report(other, gap, "").getBoolean("complete")).isFalse();
    }

    @Test
    void headAndParametersAreThoseOfAnyCall() {
        fill(user);
        user.request()
                .head("/v1/export")
                .then()
                .statusCode(200)
                .contentType("application/x-ndjson")
                .header("Content-Disposition", equalTo("attachment; filename=\"bobbin-export.ndjson\""))
                .body(equalTo(""));
        user.get("/v1/export?after=x").then().statusCode(400).body("detail", startsWith("after must be the cursor"));
        user.get("/v1/export?limit=1").then().statusCode(400);
        user.get("/v1/export?after=").then().statusCode(200);
        user.delete("/v1/owner?dry_run=yes").then().statusCode(400);
        user.delete("/v1/owner?dryrun=true").then().statusCode(400);
        imported(user, List.of(), "?on_conflict=skip").then().statusCode(400);
        user.post("/v1/import", "{}").then().statusCode(415);
        user.get("/v1/import").then().statusCode(405);
        user.request()
                .header("Accept", "application/json")
                .get("/v1/export")
                .then()
                .statusCode(406);
    }

    @Test
    void anErasureLeavesNothingOfTheOwner() throws Exception {
        fill(user);
        fill(other);
        user.get("/v1/search?q=hello").then().statusCode(200);
        List<String> others = export(other);
        user.delete("/v1/owner?dry_run=true")
                .then()
                .body(equalTo("{\"threads\":5,\"items\":8,\"attachments\":2,\"dry_run\":true}"));
        assertThat(export(user)).hasSize(17);
        user.delete("/v1/owner")
                .then()
                .statusCode(200)
                .body(equalTo("{\"threads\":5,\"items\":8,\"attachments\":2,\"dry_run\":false}"));
        assertThat(export(user)).hasSize(2);
        try (Connection connection = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                Statement statement = connection.createStatement()) {
            for (String table : List.of("threads", "thread_items", "attachments", "search_texts")) {
                ResultSet found = statement.executeQuery(
                        "select count(*) from " + table + " where owner_id = 'acme/" + user.user() + "'");
                found.next();
                assertThat(found.getInt(1)).as(table).isZero();
            }
        }
        assertThat(rows(export(other))).isEqualTo(rows(others));
        user.delete("/v1/owner")
                .then()
                .body(equalTo("{\"threads\":0,\"items\":0,\"attachments\":0,\"dry_run\":false}"));
    }

    /** More than a statement deletes at once, of one thread and of several. */
    @ParameterizedTest
    @ValueSource(ints = {499, 500, 501, 1_203})
    void anErasureOfAnyNumberOfRowsIsWhole(int items) {
        String sql =
                """
                insert into threads (owner_id, id, document, created_at)
                select 'acme/%1$s', 't' || n, '{}', '2026-01-01' from generate_series(1, %2$d) n;
                insert into thread_items (owner_id, thread_id, id, document, created_at, type)
                select 'acme/%1$s', case when n > 700 then 't1' else 't' || n end, 'm' || n, '{}', '2026-01-01', 'x'
                from generate_series(1, %2$d) n;
                insert into attachments (owner_id, id, document)
                select 'acme/%1$s', 'a' || n, '{}' from generate_series(1, %2$d) n"""
                        .formatted(user.user(), items);
        TestDatabase.get().execute(TestEnvironment.databaseUrl(), sql);
        String counts = "{\"threads\":%1$d,\"items\":%1$d,\"attachments\":%1$d,\"dry_run\":false}".formatted(items);
        user.delete("/v1/owner").then().statusCode(200).body(equalTo(counts));
        assertThat(export(user)).hasSize(2);
    }

    @Test
    void usageIsWhatTheExportHas() {
        user.get("/v1/usage")
                .then()
                .body("threads", equalTo(0))
                .body("bytes", equalTo(0))
                .body("last_active_at", nullValue());
        fill(user);
        JsonObject usage = new JsonObject(user.get("/v1/usage").asString());
        int bytes = rows(export(user)).stream()
                .map(JsonObject::new)
                .filter(line -> !line.getString("type").equals("end"))
                .mapToInt(line -> length(line))
                .sum();
        assertThat(usage.getInteger("threads")).isEqualTo(5);
        assertThat(usage.getInteger("items")).isEqualTo(8);
        assertThat(usage.getInteger("attachments")).isEqualTo(2);
        assertThat(usage.getInteger("bytes")).isEqualTo(bytes);
        assertThat(usage.getString("last_active_at")).startsWith("20").endsWith("Z");
    }

    private int length(JsonObject line) {
        String path =
                switch (line.getString("type")) {
                    case "thread" -> "/v1/threads/" + line.getString("id");
                    case "item" -> "/v1/threads/" + line.getString("thread_id") + "/items/" + line.getString("id");
                    default -> "/v1/attachments/" + line.getString("id");
                };
        return user.get(path).asByteArray().length;
    }

    private static JsonObject line(List<String> lines, String text) {
        return lines.stream()
                .filter(line -> line.contains("\"" + text + "\""))
                .map(JsonObject::new)
                .findFirst()
                .orElseThrow();
    }
}
