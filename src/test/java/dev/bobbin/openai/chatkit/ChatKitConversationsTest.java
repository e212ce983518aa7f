package dev.bobbin.openai.chatkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** ChatKit's threads, as conversations that can only be read. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ChatKitConversationsTest {

    private static final String PATH = "/openai/v1/conversations/";

    private static final List<String> ITEMS =
            List.of("msg_u1", "fc_tc_2", "fco_tc_2", "fc_3", "fco_fc_3", "fc_tc_5", "msg_6", "fc_-YSBi", "fco_-YSBi");

    private final As user = As.somebody();
    private final String thread = PATH + "thr_1";
    private final String items = thread + "/items";

    @BeforeEach
    void aThreadWithToolsAndHiddenContext() {
        user.put(
                        "/v1/threads/thr_1",
                        "{\"created_at\":\"2026-01-01T00:00:01.5\",\"title\":\"x\",\"metadata\":{\"a\":\"secret\"}}")
                .then()
                .statusCode(201);
        String call =
                "\"status\":\"completed\",\"call_id\":\"c\",\"name\":\"n\",\"arguments\":{\"a\":1.50},\"output\":1E2";
        String text = "\"content\":[{\"type\":\"%s\",\"text\":\"hi\"}]";
        item(0, "hidden_context_item", "h", "\"content\":\"secret\"");
        item(1, "user_message", "u1", text.formatted("input_text"));
        item(2, "client_tool_call", "tc_2", call);
        item(3, "client_tool_call", "fc_3", call);
        item(4, "widget", "w", "\"widget\":{\"type\":\"Card\",\"secret\":1}");
        item(5, "client_tool_call", "tc_5", call.replace("completed", "pending"));
        item(6, "assistant_message", "msg_6", text.formatted("output_text"));
        item(7, "client_tool_call", "a b", call);
        item(8, "sdk_hidden_context", "s", "\"content\":\"secret\"");
    }

    @Test
    void theThreadIsAConversation() {
        user.get(thread)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body(equalTo(
                        "{\"id\":\"thr_1\",\"object\":\"conversation\",\"created_at\":1767225601,\"metadata\":{}}"));
    }

    @Test
    void itsItemsArePagedWhateverTheCutsBetweenACallAndItsOutput() {
        List<String> backwards = new ArrayList<>(ITEMS);
        Collections.reverse(backwards);
        for (int limit = 1; limit <= ITEMS.size() + 1; limit++) {
            assertThat(all("order=asc&limit=" + limit)).isEqualTo(ITEMS);
            assertThat(all("limit=" + limit)).isEqualTo(backwards);
        }
        assertThat(user.get(items + "?limit=100").asString()).doesNotContain("secret", "hidden");
        // as the JavaScript session would read them, whatever else it sends
        user.get(items + "?include[]=a&include[]=b&order=asc").then().body("data.size()", equalTo(ITEMS.size()));
    }

    @Test
    void anItemIsTheOneThatTheListHas() {
        for (String id : ITEMS) {
            String item =
                    user.get(items + "/" + id).then().statusCode(200).extract().asString();
            assertThat(user.get(items + "?limit=100").asString()).contains(item);
        }
        for (String id : List.of("fco_tc_5", "msg_tc_2", "fc_u1", "h", "msg_h", "w", "none", "fc_-YQ", "tc_2")) {
            user.get(items + "/" + id)
                    .then()
                    .statusCode(404)
                    .body("error.message", equalTo("Item with id '" + id + "' not found."))
                    .body("error.param", equalTo(null));
        }
        user.get(items + "?after=none").then().statusCode(404).body("error.param", equalTo("after"));
    }

    @Test
    void nothingIsWritten() {
        String item = "{\"items\":[{\"role\":\"user\",\"content\":\"x\"}]}";
        for (Response answer : List.of(
                user.post(thread, "{\"metadata\":{}}"),
                user.delete(thread),
                user.post(items, item),
                user.delete(items + "/msg_6"))) {
            answer.then()
                    .statusCode(400)
                    .body("error.message", equalTo("This is a ChatKit thread; it is read-only here"));
        }
        assertThat(all("order=asc")).isEqualTo(ITEMS);
    }

    @Test
    void threadsOfOtherKindsAndOwnersAreNoConversations() {
        user.put("/v1/threads/thr_s?kind=session", "{}").then().statusCode(201);
        As stranger = As.somebody();
        for (Response answer : List.of(
                user.get(PATH + "thr_s"),
                user.get(PATH + "thr_s/items"),
                user.delete(PATH + "thr_s"),
                stranger.get(thread),
                stranger.get(items),
                stranger.get(items + "/msg_6"),
                stranger.delete(thread),
                stranger.post(items, "{\"items\":[]}"))) {
            answer.then().statusCode(404).body("error.message", containsString("Conversation with id '"));
        }
        String conversation = user.post("/openai/v1/conversations", "{}").path("id");
        user.get("/openai/v1/chatkit/threads/" + conversation).then().statusCode(404);
        user.get("/openai/v1/chatkit/threads/" + conversation + "/items").then().statusCode(404);
        user.delete("/openai/v1/chatkit/threads/" + conversation).then().statusCode(404);
        user.get("/openai/v1/chatkit/threads").then().body("data.id", equalTo(List.of("thr_1")));
        user.get("/openai/v1/chatkit/threads?after=" + conversation).then().statusCode(404);
    }

    private List<String> all(String query) {
        List<String> found = new ArrayList<>();
        String after = "";
        boolean more = true;
        while (more) {
            Response page = user.get(items + "?" + query + after);
            List<String> ids = page.path("data.id");
            assertThat(ids).isNotEmpty();
            assertThat((String) page.path("last_id")).isEqualTo(ids.get(ids.size() - 1));
            found.addAll(ids);
            more = page.path("has_more");
            after = "&after=" + page.path("last_id");
        }
        return found;
    }

    private void item(int second, String type, String id, String members) {
        user.put(
                        "/v1/threads/thr_1/items/" + As.encode(id),
                        "{\"created_at\":\"2026-01-01T00:00:0%d\",\"type\":\"%s\",%s}".formatted(second, type, members))
                .then()
                .statusCode(201);
    }
}
