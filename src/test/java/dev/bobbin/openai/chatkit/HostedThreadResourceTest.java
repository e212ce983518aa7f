package dev.bobbin.openai.chatkit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The threads that ChatKit has stored, as OpenAI's SDKs read them. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class HostedThreadResourceTest {

    private static final String THREADS = "/openai/v1/chatkit/threads";
    private static final String EMPTY =
            "{\"object\":\"list\",\"data\":[],\"first_id\":null,\"last_id\":null,\"has_more\":false}";

    private final As user = As.somebody();

    @Test
    void aThreadHasTheHostedForm() {
        thread(
                "thr_1",
                "\"title\":\"A \\u00e9\\\"\",\"status\":{\"type\":\"locked\",\"reason\":\"paid\"},\"metadata\":{\"a\":1}");
        user.get(THREADS + "/thr_1")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body(equalTo("{\"id\":\"thr_1\",\"object\":\"chatkit.thread\",\"created_at\":1767225601,"
                        + "\"title\":\"A \\u00e9\\\"\",\"status\":{\"type\":\"locked\",\"reason\":\"paid\"},\"user\":\""
                        + user.user() + "\"}"));
        thread("thr_2", "\"status\":{\"type\":\"closed\"}");
        user.get(THREADS + "/thr_2").then().body(containsString("{\"type\":\"closed\",\"reason\":null}"));
        thread("thr_3", "\"status\":{\"type\":\"new\"},\"title\":7");
        user.get(THREADS + "/thr_3").then().body(containsString("\"title\":null,\"status\":{\"type\":\"active\"},"));
        thread("a/b?c", "\"title\":null");
        user.get(THREADS + "/" + As.encode("a/b?c")).then().statusCode(200).body("id", equalTo("a/b?c"));
    }

    @Test
    void threadsAreListedBetweenTwoOthers() {
        for (int nr = 1; nr <= 5; nr++) {
            thread("thr_" + nr, "\"title\":null");
        }
        user.patch("/v1/threads/thr_2/state", "{\"archived\":true}").then().statusCode(200);
        list(THREADS, "thr_5", "thr_4", "thr_3", "thr_1").body("has_more", equalTo(false));
        list(THREADS + "?order=asc&limit=2", "thr_1", "thr_3").body("has_more", equalTo(true));
        list(THREADS + "?limit=0&order=", "thr_5", "thr_4", "thr_3", "thr_1");
        list(THREADS + "?limit=150", "thr_5", "thr_4", "thr_3", "thr_1");
        list(THREADS + "?after=thr_4&before=thr_1", "thr_3");
        list(THREADS + "?after=thr_1&before=thr_5&order=asc&limit=1", "thr_3").body("has_more", equalTo(true));
        list(THREADS + "?after=thr_3&before=thr_5&order=asc&limit=1", "thr_4").body("has_more", equalTo(false));
        list(THREADS + "?before=thr_4", "thr_5");
        list(THREADS + "?after=thr_2", "thr_1");
        user.get(THREADS + "?after=thr_1&before=thr_4").then().statusCode(200).body(equalTo(EMPTY));
        refused(user.get(THREADS + "?after=thr_none"), 404, "after", "Thread with id 'thr_none' not found.");
        refused(
                user.get(THREADS + "?after=thr_1&before=thr_none"),
                404,
                "before",
                "Thread with id 'thr_none' not found.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=-1", "limit=many", "order=up", "limit=1&limit=2"})
    void aListIsAskedForByNumbersAndWordsThatMeanSomething(String query) {
        thread("thr_1", "\"title\":null");
        for (String path : List.of(THREADS, THREADS + "/thr_1/items")) {
            user.get(path + "?" + query).then().statusCode(400).body("error.type", equalTo("invalid_request_error"));
        }
    }

    @Test
    void ofAUserThatTheCallerIsNotThereAreNoThreads() {
        thread("thr_1", "\"title\":null");
        list(THREADS + "?user=" + user.user(), "thr_1");
        list(THREADS + "?user=", "thr_1");
        user.get(THREADS + "?user=x&after=none&before=none")
                .then()
                .statusCode(200)
                .body(equalTo(EMPTY));

        withoutUser(As.ACME_KEY)
                .get(THREADS + "?user=" + user.user())
                .then()
                .statusCode(200)
                .body("data.id", contains("thr_1"));
        withoutUser(As.ACME_KEY)
                .get(THREADS + "?user=stranger&after=after&before=before&limit=0&order=asc")
                .then()
                .statusCode(200)
                .body(equalTo(EMPTY));
        withoutUser(As.ACME_KEY).get(THREADS).then().statusCode(400).body("error.param", equalTo("Bobbin-User"));
        withoutUser(As.ACME_KEY)
                .get(THREADS + "/thr_1?user=" + user.user())
                .then()
                .statusCode(400);
        withoutUser(As.BETA_KEY).get(THREADS + "?user=" + user.user()).then().body(equalTo(EMPTY));
    }

    @Test
    void itemsHaveTheHostedForm() {
        thread("thr_1", "\"title\":null");
        item("thr_1", 1, "user_message", "\"content\":[{\"type\":\"input_text\",\"text\":\"x\"}]");
        item(
                "thr_1",
                2,
                "client_tool_call",
                "\"status\":\"completed\",\"call_id\":\"c\",\"name\":\"n\","
                        + "\"arguments\":{ \"a\": 1.50 },\"output\":1E+2");
        user.get(THREADS + "/thr_1/items?order=asc")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body(equalTo("{\"object\":\"list\",\"data\":["
                        + "{\"id\":\"i1\",\"object\":\"chatkit.thread_item\",\"created_at\":1767225601,\"thread_id\":\"thr_1\","
                        + "\"type\":\"chatkit.user_message\",\"content\":[{\"type\":\"input_text\",\"text\":\"x\"}],"
                        + "\"attachments\":[],\"inference_options\":null},"
                        + "{\"id\":\"i2\",\"object\":\"chatkit.thread_item\",\"created_at\":1767225602,\"thread_id\":\"thr_1\","
                        + "\"type\":\"chatkit.client_tool_call\",\"status\":\"completed\",\"call_id\":\"c\",\"name\":\"n\","
                        + "\"arguments\":\"{\\\"a\\\":1.50}\",\"output\":\"1E+2\"}],"
                        + "\"first_id\":\"i1\",\"last_id\":\"i2\",\"has_more\":false}"));
    }

    /** Clients stop at a page that is empty, and take what is left out for the end. */
    @Test
    void pagesAreFullWhateverIsLeftOut() {
        thread("thr_1", "\"title\":null");
        String[] types = {
            "hidden_context_item",
            "end_of_turn",
            "assistant_message",
            "structured_input",
            "other",
            "sdk_hidden_context",
            "generated_image"
        };
        List<String> all = new ArrayList<>();
        for (int nr = 0; nr < 60; nr++) {
            String type = types[nr % types.length];
            item("thr_1", nr, type, "\"content\":\"secret\"");
            if (type.equals("assistant_message")) {
                all.add("i" + nr);
            }
        }
        List<String> found = new ArrayList<>();
        String after = "";
        boolean more = true;
        while (more) {
            Response page = user.get(THREADS + "/thr_1/items?order=asc&limit=4" + after);
            List<String> ids = page.path("data.id");
            assertThat(page.asString()).doesNotContain("secret", "hidden");
            found.addAll(ids);
            more = page.path("has_more");
            assertThat(ids).hasSize(more ? 4 : 1);
            assertThat((String) page.path("first_id")).isEqualTo(ids.get(0));
            after = "&after=" + page.path("last_id");
        }
        assertThat(found).isEqualTo(all);
        // what is left out has its place all the same
        list(THREADS + "/thr_1/items?after=i12&before=i0", "i9", "i2");
        list(THREADS + "/thr_1/items?order=asc&after=i3&before=i20", "i9", "i16");
        list(THREADS + "/thr_1/items?order=asc&after=i3&before=i17&limit=1", "i9")
                .body("has_more", equalTo(true));
        list(THREADS + "/thr_1/items?order=asc&before=i9", "i2").body("has_more", equalTo(false));
    }

    @Test
    void aBrokenDocumentDoesNotBreakItsPage() {
        thread("thr_1", "\"title\":null");
        item(
                "thr_1",
                1,
                "assistant_message",
                "\"content\":[{\"type\":\"output_text\",\"text\":\"x\",\"annotations\":[]}]");
        item("thr_1", 2, "assistant_message", "\"content\":7");
        item("thr_1", 3, "widget", "\"other\":7");
        item("thr_1", 4, "workflow", "\"workflow\":{}");
        item("thr_1", 5, "user_message", "\"content\":[]");
        String where = " where owner_id = 'acme/" + user.user() + "' and ";
        sql("update thread_items set document = '}{' " + where + "id = 'i5'");
        double before = incompleteDocuments();
        list(THREADS + "/thr_1/items?order=asc", "i1", "i2", "i3", "i4", "i5")
                .body("data[0].content[0].text", equalTo("x"))
                .body("data[1].content", empty())
                .body("data[2].widget", equalTo("{}"))
                .body("data[3].tasks", empty())
                .body("data[4].content", empty());
        assertThat(incompleteDocuments()).isEqualTo(before + 4);
        sql("update threads set document = '7' " + where + "id = 'thr_1'");
        list(THREADS, "thr_1").body("data[0].title", nullValue()).body("data[0].status.type", equalTo("active"));
    }

    @Test
    void largeDocumentsMakePagesShortAndNothingElse() {
        thread("thr_1", "\"title\":\"" + "t".repeat(300_000) + "\"");
        String text = "x".repeat(1_500_000) + "é";
        for (int nr = 0; nr < 7; nr++) {
            item("thr_1", nr, "user_message", "\"content\":[{\"type\":\"input_text\",\"text\":\"" + text + "\"}]");
        }
        assertThat((String) user.get(THREADS + "/thr_1").path("title")).hasSize(300_000);
        List<String> found = new ArrayList<>();
        String after = "";
        boolean more = true;
        while (more) {
            // parsed once, which takes seconds
            JsonPath page = user.get(THREADS + "/thr_1/items?limit=5" + after).jsonPath();
            List<String> ids = page.get("data.id");
            assertThat(ids).isNotEmpty();
            assertThat(page.getString("data[0].content[0].text")).isEqualTo(text);
            found.addAll(ids);
            more = page.getBoolean("has_more");
            after = "&after=" + page.getString("last_id");
        }
        assertThat(found).containsExactly("i6", "i5", "i4", "i3", "i2", "i1", "i0");
    }

    @Test
    void deletingAThreadDeletesItsItemsAndAttachmentRecords() {
        thread("thr_1", "\"title\":null");
        thread("thr_2", "\"title\":null");
        item("thr_1", 1, "widget", "\"widget\":{}");
        user.put("/v1/attachments/a1", "{\"thread_id\":\"thr_1\"}").then().statusCode(201);
        user.put("/v1/attachments/a2", "{\"thread_id\":\"thr_2\"}").then().statusCode(201);
        user.delete(THREADS + "/thr_1")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body(equalTo("{\"id\":\"thr_1\",\"object\":\"chatkit.thread.deleted\",\"deleted\":true}"));
        user.get("/v1/attachments").then().body("data", hasSize(1)).body("data[0].thread_id", equalTo("thr_2"));
        user.get("/v1/threads").then().body("data.id", contains("thr_2"));
        refused(user.get(THREADS + "/thr_1/items"), 404, null, "Thread with id 'thr_1' not found.");
        refused(user.delete(THREADS + "/thr_1"), 404, null, "Thread with id 'thr_1' not found.");
        user.request()
                .header("x-stainless-retry-count", "0")
                .delete(THREADS + "/thr_1")
                .then()
                .statusCode(404);
        user.request()
                .header("x-stainless-retry-count", "1")
                .delete(THREADS + "/thr_1")
                .then()
                .statusCode(200)
                .body("deleted", equalTo(true));
    }

    @Test
    void nothingOfAnotherOwnerIsReachable() {
        thread("thr_1", "\"title\":null");
        item("thr_1", 1, "widget", "\"widget\":{}");
        user.put("/v1/attachments/a1", "{\"thread_id\":\"thr_1\"}").then().statusCode(201);
        for (As stranger : List.of(As.somebody(), new As(As.BETA_KEY, user.user()))) {
            stranger.thread("thr_0");
            refused(stranger.get(THREADS + "/thr_1"), 404, null, "Thread with id 'thr_1' not found.");
            refused(stranger.get(THREADS + "/thr_1/items"), 404, null, "Thread with id 'thr_1' not found.");
            refused(stranger.get(THREADS + "/thr_0/items?after=i1"), 404, "after", "Item with id 'i1' not found.");
            refused(stranger.get(THREADS + "/thr_0/items?before=i1"), 404, "before", "Item with id 'i1' not found.");
            refused(stranger.get(THREADS + "?after=thr_1"), 404, "after", "Thread with id 'thr_1' not found.");
            refused(stranger.delete(THREADS + "/thr_1"), 404, null, "Thread with id 'thr_1' not found.");
            stranger.get(THREADS).then().body("data.id", contains("thr_0"));
        }
        user.get(THREADS + "/thr_1/items").then().body("data.id", contains("i1"));
        user.get("/v1/attachments").then().body("data", hasSize(1));
    }

    @Test
    void itemsOfAThreadWithoutAnyAreAnEmptyPage() {
        thread("thr_1", "\"title\":null");
        user.get(THREADS + "/thr_1/items").then().statusCode(200).body(equalTo(EMPTY));
        item("thr_1", 1, "hidden_context_item", "\"content\":7");
        user.get(THREADS + "/thr_1/items").then().statusCode(200).body(equalTo(EMPTY));
        As.somebody().get(THREADS).then().statusCode(200).body(equalTo(EMPTY));
        As.somebody()
                .get(THREADS + "?after=after&before=before")
                .then()
                .statusCode(200)
                .body(equalTo(EMPTY));
    }

    @Test
    void sessionsAreNotOffered() {
        refused(user.post("/openai/v1/chatkit/sessions", "{}"), 404, null, null)
                .body("error.code", equalTo("unknown_url"))
                .body("error.message", containsString("sessions"));
        user.post("/openai/v1/chatkit/sessions/s/cancel", "{}").then().statusCode(404);
    }

    private static RequestSpecification withoutUser(String key) {
        return given().header("Authorization", "Bearer " + key);
    }

    /** Half a second after a whole one of the number in its id. */
    private void thread(String id, String members) {
        String nr = id.matches("thr_\\d") ? id.substring(4) : "0";
        user.put(
                        "/v1/threads/" + As.encode(id),
                        "{\"id\":" + As.quote(id) + ",\"created_at\":\"2026-01-01T00:00:0" + nr + ".5\"," + members
                                + "}")
                .then()
                .statusCode(201);
    }

    private void item(String threadId, int nr, String type, String members) {
        user.put(
                        "/v1/threads/" + threadId + "/items/i" + nr,
                        "{\"created_at\":\"2026-01-01T00:00:%02d.9\",\"type\":\"%s\",%s}".formatted(nr, type, members))
                .then()
                .statusCode(201);
    }

    private static void sql(String statement) {
        TestDatabase.get().execute(TestEnvironment.databaseUrl(), statement);
    }

    private ValidatableResponse list(String path, String... ids) {
        return user.get(path)
                .then()
                .statusCode(200)
                .body("object", equalTo("list"))
                .body("data.id", contains(ids))
                .body("first_id", equalTo(ids[0]))
                .body("last_id", equalTo(ids[ids.length - 1]));
    }

    private static ValidatableResponse refused(Response answer, int status, String param, String message) {
        ValidatableResponse refused = answer.then().statusCode(status).body("error.param", equalTo(param));
        return message == null ? refused : refused.body("error.message", equalTo(message));
    }

    private static double incompleteDocuments() {
        return given().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("bobbin_openai_incomplete_documents_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
