package dev.bobbin.openai.conversation;

import static dev.bobbin.openai.OpenAiErrorTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ConversationResourceTest {

    private static final String CONVERSATIONS = "/openai/v1/conversations";
    private static final String KEY = "Idempotency-Key";
    private static final String RETRY = "x-stainless-retry-count";

    private final As user = As.somebody();

    // ---- conversations
    // -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"items\":[]}", "{\"items\":null,\"metadata\":null}", "{\"other\":[1]}"})
    void aConversationIsMadeOfNothing(String body) {
        Response made = user.post(CONVERSATIONS, body);
        assertThat(made.statusCode()).isEqualTo(200);
        assertThat(made.header("Content-Type")).startsWith("application/json");
        assertThat(made.asString())
                .matches(
                        "\\{\"id\":\"conv_[0-9a-f]{24}\",\"object\":\"conversation\",\"created_at\":\\d{10},\"metadata\":\\{}}");
        String conversation = CONVERSATIONS + "/" + made.path("id");
        user.get(conversation).then().statusCode(200).body(equalTo(made.asString()));
        user.get(conversation + "/items")
                .then()
                .statusCode(200)
                .body(equalTo(
                        "{\"object\":\"list\",\"data\":[],\"first_id\":\"\",\"last_id\":\"\",\"has_more\":false}"));
    }

    @Test
    void aBodyIsNotNeeded() {
        user.request()
                .noContentType()
                .post(CONVERSATIONS)
                .then()
                .statusCode(200)
                .body("metadata.size()", equalTo(0));
    }

    @Test
    void aConversationBringsItsItems() {
        Response made = user.post(
                CONVERSATIONS,
                "{\"items\":[{\"role\":\"user\",\"content\":\"a\"},{\"type\":\"reasoning\",\"id\":\"rs_1\"}],\"metadata\":{\"k\" : \"v\"}}");
        made.then().statusCode(200).body(containsString("\"metadata\":{\"k\" : \"v\"}"));
        list(CONVERSATIONS + "/" + made.path("id"), "?order=asc")
                .then()
                .body("data.type", contains("message", "reasoning"));
        refused(
                user.post(CONVERSATIONS, "{\"items\":[{\"type\":\"x\"},{\"role\":\"user\"}]}"),
                400,
                "items[1].content",
                "missing_required_parameter");
    }

    @Test
    void metadataIsReplacedAsAWhole() {
        String conversation = conversation("{\"metadata\":{\"a\":\"1\",\"b\":\"2\"}}");
        String before = user.get(conversation).asString();
        Response updated = user.post(conversation, "{\"metadata\":{\"c\":\"\\u0000 \\ud800\"}}");
        String expected = before.replaceFirst("\"metadata\":.*", "") + "\"metadata\":{\"c\":\"\\u0000 \\ud800\"}}";
        updated.then().statusCode(200).body(equalTo(expected));
        user.get(conversation).then().body(equalTo(expected));
        user.post(conversation, "{\"metadata\":null}").then().body("metadata.size()", equalTo(0));
        refused(user.post(conversation, "{}"), 400, "metadata", "missing_required_parameter");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"k\":7} | invalid_value",
                "{\"k\":null} | invalid_value",
                "[] | invalid_type",
                "\"text\" | invalid_type",
                "{\"$65\":\"v\"} | invalid_value",
                "{\"k\":\"$513\"} | invalid_value",
                "$17pairs | invalid_value"
            })
    void metadataHasRules(String metadata, String code) {
        String pairs = IntStream.range(0, 17)
                .mapToObj(n -> "\"" + n + "\":\"\"")
                .reduce((a, b) -> a + "," + b)
                .get();
        String body = "{\"metadata\":"
                + metadata.replace("$65", "x".repeat(65))
                        .replace("$513", "x".repeat(513))
                        .replace("$17pairs", "{" + pairs + "}")
                + "}";
        refused(user.post(CONVERSATIONS, body), 400, "metadata", code);
        refused(user.post(conversation("{}"), body), 400, "metadata", code);
        user.post(CONVERSATIONS, "{\"metadata\":{\"" + "x".repeat(64) + "\":\"" + "é".repeat(512) + "\"}}")
                .then()
                .statusCode(200);
    }

    @Test
    void aDeletedConversationIsGone() {
        String conversation = conversation("{\"items\":[{\"role\":\"user\",\"content\":\"a\"}]}");
        String id = conversation.substring(conversation.lastIndexOf('/') + 1);
        String deleted = "{\"id\":\"" + id + "\",\"object\":\"conversation.deleted\",\"deleted\":true}";
        user.delete(conversation).then().statusCode(200).body(equalTo(deleted));
        String message = "Conversation with id '" + id + "' not found.";
        refused(user.get(conversation), 404, null, null).body("error.message", equalTo(message));
        refused(user.post(conversation, "{\"metadata\":{}}"), 404, null, null);
        refused(user.get(conversation + "/items"), 404, null, null).body("error.message", equalTo(message));
        refused(add(conversation, "[]"), 404, null, null);
        refused(add(conversation, "[{\"role\":\"user\",\"content\":\"x\"}]"), 404, null, null);
        refused(
                user.request()
                        .header(RETRY, "1")
                        .body("{\"items\":[]}".getBytes())
                        .contentType("application/json")
                        .post(conversation + "/items"),
                404,
                null,
                null);
        refused(user.get(conversation + "/items/msg_1"), 404, null, null);
        refused(user.delete(conversation + "/items/msg_1"), 404, null, null);
        refused(user.delete(conversation), 404, null, null);
        refused(user.request().header(RETRY, "0").delete(conversation), 404, null, null);
        // the answer to the first call may have been lost
        user.request()
                .header(RETRY, "1")
                .delete(conversation)
                .then()
                .statusCode(200)
                .body(equalTo(deleted));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | body | invalid_type",
                "7 | body | invalid_type",
                "{ | | invalid_json",
                "{\"items\":7} | items | invalid_type"
            })
    void aBodyIsAnObject(String body, String param, String code) {
        refused(user.post(CONVERSATIONS, body), 400, param, code);
        refused(user.post(conversation("{}") + "/items", body), 400, param, code);
    }

    // ---- items
    // -------------------------------------------------------------------------------------------------------

    @Test
    void itemsComeBackAsTheyWereAnswered() {
        String conversation = conversation("{}");
        Response added = add(
                conversation,
                "[{\"role\":\"user\",\"content\":\"q\"},{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}]");
        added.then()
                .statusCode(200)
                .body("object", equalTo("list"))
                .body("has_more", equalTo(false))
                .body("data", hasSize(2));
        assertThat(added.<String>path("first_id"))
                .isEqualTo(added.path("data[0].id"))
                .startsWith("msg_");
        assertThat(added.<String>path("last_id"))
                .isEqualTo(added.path("data[1].id"))
                .startsWith("fc_");
        list(conversation, "?order=asc").then().body(equalTo(added.asString()));
        list(conversation, "").then().body("data.id", contains(added.<String>path("last_id"), added.path("first_id")));
        String item = "{\"id\":\"" + added.path("first_id") + "\",\"type\":\"message\",\"role\":\"user\","
                + "\"content\":[{\"type\":\"input_text\",\"text\":\"q\"}],\"status\":\"completed\"}";
        user.get(conversation + "/items/" + added.path("first_id") + "?include%5B%5D=a&include%5B%5D=b")
                .then()
                .statusCode(200)
                .body(equalTo(item));
        add(conversation, "[]").then().statusCode(200).body("data", empty()).body("first_id", equalTo(""));
    }

    @Test
    void aDeletedItemIsAnsweredWithItsConversation() {
        String conversation = conversation("{\"metadata\":{\"a\":\"b\"}}");
        String id = add(conversation, "[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"user\",\"content\":\"r\"}]")
                .path("first_id");
        String document = user.get(conversation).asString();
        user.delete(conversation + "/items/" + id).then().statusCode(200).body(equalTo(document));
        list(conversation, "").then().body("data", hasSize(1));
        refused(user.delete(conversation + "/items/" + id), 404, null, null)
                .body("error.message", equalTo("Item with id '" + id + "' not found."));
        refused(user.get(conversation + "/items/" + id), 404, null, null);
        user.request()
                .header(RETRY, "2")
                .delete(conversation + "/items/" + id)
                .then()
                .statusCode(200)
                .body(equalTo(document));
        list(conversation, "").then().body("data", hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 21, 45, 1_000})
    void aCallMayBringAllItemsOfATurn(int count) {
        String conversation = conversation("{}");
        String items = IntStream.range(0, count)
                .mapToObj(n -> "{\"role\":\"user\",\"content\":\"" + n + "\"}")
                .reduce((a, b) -> a + "," + b)
                .get();
        add(conversation, "[" + items + "]").then().statusCode(200).body("data", hasSize(count));
        for (String order : List.of("asc", "desc")) {
            List<String> texts = texts(conversation, order);
            assertThat(texts).hasSize(count);
            assertThat(texts.get(order.equals("asc") ? 0 : count - 1)).isEqualTo("0");
            assertThat(texts.get(1)).isEqualTo(String.valueOf(order.equals("asc") ? 1 : count - 2));
        }
    }

    @Test
    void moreItemsThanTheLimitAreRefused() {
        String items = "[" + "{\"type\":\"x\"},".repeat(1_000) + "{\"type\":\"x\"}]";
        refused(add(conversation("{}"), items), 400, "items", "array_above_max_length")
                .body(
                        "error.message",
                        equalTo("Invalid 'items': array too long. Expected an array with maximum length 1000, but"
                                + " got an array with length 1001 instead."));
    }

    @ParameterizedTest
    @CsvSource({"?limit=0,20", "?limit=,20", "'',20", "?limit=150,45", "?limit=7,7", "?limit=20&after=,20"})
    void aLimitIsBroughtIntoItsRange(String query, int expected) {
        String conversation = conversation("{}");
        add(conversation, "[" + "{\"type\":\"x\"},".repeat(44) + "{\"type\":\"x\"}]");
        list(conversation, query)
                .then()
                .statusCode(200)
                .body("data", hasSize(expected))
                .body("has_more", equalTo(expected < 45));
        refused(list(conversation, "?limit=-1"), 400, null, null);
        refused(list(conversation, "?limit=many"), 400, null, null);
        refused(list(conversation, "?order=up"), 400, null, null);
    }

    @Test
    void anUnknownPlaceIsNotFound() {
        String conversation = conversation("{}");
        refused(list(conversation, "?after=msg_1"), 404, "after", null);
        String id = add(conversation, "[{\"type\":\"x\"}]").path("first_id");
        list(conversation, "?after=" + id)
                .then()
                .statusCode(200)
                .body("data", empty())
                .body("has_more", equalTo(false));
        String another = add(conversation("{}"), "[{\"type\":\"x\"}]").path("first_id");
        refused(list(conversation, "?after=" + another), 404, "after", null);
    }

    @Test
    void unknownParametersAreIgnored() {
        list(conversation("{}"), "?include=a&include=b&include%5B%5D=c&new=1")
                .then()
                .statusCode(200);
    }

    // ---- repeated calls
    // ----------------------------------------------------------------------------------------------

    @Test
    void aRepeatedCallFindsWhatTheFirstOneStored() {
        String conversation = conversation("{}");
        add(conversation, "[{\"role\":\"user\",\"content\":\"before\"}]");
        String turn =
                "[{\"role\":\"user\",\"content\":\"q\"},{\"type\":\"reasoning\",\"id\":\"rs_1\"},{\"role\":\"assistant\",\"content\":\"a\"}]";
        String first = add(conversation, turn).asString();
        addAgain(conversation, turn).then().statusCode(200).body(equalTo(first));
        list(conversation, "").then().body("data", hasSize(4));
        // without the header it is said twice on purpose
        add(conversation, "[{\"role\":\"user\",\"content\":\"ok\"}]");
        add(conversation, "[{\"role\":\"user\",\"content\":\"ok\"}]");
        list(conversation, "").then().body("data", hasSize(6));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"role\":\"user\",\"content\":\"q\"}]",
                "[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"user\",\"content\":\"b\"}]",
                "[{\"role\":\"user\",\"content\":\"b\"},{\"role\":\"user\",\"content\":\"q\"}]",
                "[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"user\",\"content\":\"c\"}]",
                "[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"user\",\"content\":\"b\",\"id\":\"msg_new\"}]"
            })
    void aCallThatWasNotDoneIsDone(String items) {
        String conversation = conversation("{}");
        add(conversation, "[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"user\",\"content\":\"b\"}]");
        int count =
                addAgain(conversation, items).then().statusCode(200).extract().path("data.size()");
        assertThat(texts(conversation, "asc")).hasSize(2 + count);
    }

    @Test
    void anIdempotencyKeyMakesACallRepeatable() {
        String turn =
                "{\"items\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"user\",\"content\":\"r\"}],\"metadata\":{\"a\":\"b\"}}";
        Response made = user.json(turn).header("Idempotency-Key", "k1").post(CONVERSATIONS);
        user.json(turn)
                .header("Idempotency-Key", "k1")
                .post(CONVERSATIONS)
                .then()
                .statusCode(200)
                .body(equalTo(made.asString()));
        String conversation = CONVERSATIONS + "/" + made.path("id");
        assertThat(texts(conversation, "asc")).containsExactly("q", "r");
        refused(
                user.json("{}").header("Idempotency-Key", "k1").post(CONVERSATIONS),
                400,
                "Idempotency-Key",
                "invalid_value");
        String first = user.json(turn)
                .header("Idempotency-Key", "k2")
                .post(conversation + "/items")
                .asString();
        add(conversation, "[{\"role\":\"user\",\"content\":\"s\"}]");
        user.json(turn)
                .header("Idempotency-Key", "k2")
                .header(RETRY, "1")
                .post(conversation + "/items")
                .then()
                .statusCode(200)
                .body(equalTo(first));
        assertThat(texts(conversation, "asc")).containsExactly("q", "r", "q", "r", "s");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$a,$b,$c",
                "$a",
                "$b",
                "$b,$a",
                "$a,$c",
                "{\"type\":\"reasoning\"}",
                "{\"type\":\"reasoning\"},$b",
                "{\"type\":\"reasoning\",\"id\":\"rs_9\"}",
                "$a,$b,{\"type\":\"reasoning\",\"id\":\"rs_9\"}"
            })
    void anIdempotencyKeyIsOfOneBody(String other) {
        String sent = "{\"items\":[" + named("$a,$b") + "]}";
        String another = "{\"items\":[" + named(other) + "]}";
        Response made = user.json(sent).header("Idempotency-Key", "k1").post(CONVERSATIONS);
        String conversation = CONVERSATIONS + "/" + made.path("id");
        String items = conversation + "/items";
        String first =
                user.json(sent).header("Idempotency-Key", "k2").post(items).asString();
        add(conversation, "[{\"role\":\"user\",\"content\":\"c\"}]");
        String before = list(conversation, "").asString();
        for (String body : List.of(another, "{\"items\":[]}")) {
            refused(user.json(body).header("Idempotency-Key", "k1").post(CONVERSATIONS), 400, KEY, "invalid_value");
            refused(user.json(body).header("Idempotency-Key", "k2").post(items), 400, KEY, "invalid_value");
        }
        list(conversation, "").then().body(equalTo(before));
        user.json(sent).header(KEY, "k1").post(CONVERSATIONS).then().body(equalTo(made.asString()));
        user.json(sent).header(KEY, "k2").post(items).then().body(equalTo(first));
        list(conversation, "").then().body(equalTo(before));
    }

    @Test
    void aKeyedCallWithAnIdOfItsOwnIsRepeatable() {
        String conversation = conversation("{\"items\":[{\"type\":\"reasoning\",\"id\":\"rs_1\"}]}");
        String turn =
                "{\"items\":[{\"type\":\"reasoning\",\"id\":\"rs_1\"},{\"type\":\"x\"},{\"type\":\"x\",\"id\":\"item_1\"}]}";
        Response first = user.json(turn).header(KEY, "k").post(conversation + "/items");
        assertThat(first.statusCode()).isEqualTo(200);
        user.json(turn).header(KEY, "k").post(conversation + "/items").then().body(equalTo(first.asString()));
        list(conversation, "").then().body("data", hasSize(3));
    }

    private static String named(String items) {
        String message = "{\"role\":\"user\",\"content\":\"%s\"}";
        return items.replace("$a", message.formatted("a"))
                .replace("$b", message.formatted("b"))
                .replace("$c", message.formatted("c"));
    }

    @Test
    void anIdIsTakenOnce() {
        String conversation = conversation("{}");
        String one = "{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[]}";
        String first = add(conversation, "[" + one + "]").asString();
        add(conversation, "[" + one + "]").then().statusCode(200).body(equalTo(first));
        String other = "[{\"type\":\"x\"},{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[1]}]";
        refused(add(conversation, other), 400, "items[1].id", "duplicate_item");
        refused(add(conversation, "[" + one + "," + one + "]"), 400, "items[1].id", "duplicate_item");
        list(conversation, "").then().body("data", hasSize(1));
        // an id is of its conversation
        add(conversation("{}"), "[{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[2]}]")
                .then()
                .statusCode(200);
    }

    // ---- order
    // -------------------------------------------------------------------------------------------------------

    @Test
    void callsAtTheSameTimeDoNotMix() {
        String conversation = conversation("{}");
        int calls = 8;
        int size = 10;
        ExecutorService threads = Executors.newFixedThreadPool(calls);
        try {
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int call = 0; call < calls; call++) {
                String text = "{\"role\":\"user\",\"content\":\"" + call + "\"";
                // half of them with ids of the client, which makes them transactions
                String items = call % 2 == 0
                        ? (text + "},").repeat(size - 1) + text + "}"
                        : (text + "},").repeat(size - 1) + text + ",\"id\":\"msg_" + call + "\"}";
                all.add(CompletableFuture.supplyAsync(
                        () -> add(conversation, "[" + items + "]").statusCode(), threads));
            }
            assertThat(all).extracting(CompletableFuture::join).containsOnly(200);
        } finally {
            threads.shutdown();
        }
        List<String> texts = texts(conversation, "asc");
        assertThat(texts).hasSize(calls * size);
        for (int i = 0; i < texts.size(); i += size) {
            assertThat(texts.subList(i, i + size)).containsOnly(texts.get(i));
        }
    }

    @Test
    void itemsComeAfterOnesOfALaterTime() {
        String conversation = conversation("{}");
        String id = conversation.substring(conversation.lastIndexOf('/') + 1);
        user.put(
                        "/v1/threads/" + id + "/items/msg_late",
                        "{\"id\":\"msg_late\",\"type\":\"message\",\"created_at\":\"2999-01-01T00:00:00\"}")
                .then()
                .statusCode(201);
        String added = add(conversation, "[{\"type\":\"x\"},{\"type\":\"y\"}]").path("last_id");
        list(conversation, "?limit=1").then().body("data.id", contains(added));
        list(conversation, "?order=asc").then().body("data.type", contains("message", "x", "y"));
    }

    // ---- kinds and owners
    // --------------------------------------------------------------------------------------------

    @Test
    void aConversationIsInNoListButThatOfItsKind() {
        String conversation = conversation("{}");
        String id = conversation.substring(conversation.lastIndexOf('/') + 1);
        user.get("/v1/threads").then().body("data", empty());
        user.get("/v1/threads?kind=conversation").then().body("data.id", contains(id));
        user.get("/openai/v1/chatkit/threads").then().body("data", empty());
        refused(user.get("/openai/v1/chatkit/threads/" + id), 404, null, null);
    }

    @Test
    void aThreadOfChatKitIsOnlyRead() {
        user.thread("thr_1");
        user.post("/v1/threads/thr_1/items", As.message("msg_1", "thr_1", "2026-01-01T00:00:01", "hello"));
        String thread = CONVERSATIONS + "/thr_1";
        user.get(thread).then().statusCode(200).body("object", equalTo("conversation"));
        list(thread, "").then().statusCode(200).body("data.content[0].text", contains("hello"));
        user.get(thread + "/items/msg_1").then().statusCode(200).body("role", equalTo("user"));
        String message = "This is a ChatKit thread; it is read-only here";
        refused(add(thread, "[{\"type\":\"x\"}]"), 400, null, null).body("error.message", equalTo(message));
        refused(addAgain(thread, "[{\"type\":\"x\"}]"), 400, null, null).body("error.message", equalTo(message));
        refused(user.post(thread, "{\"metadata\":{}}"), 400, null, null).body("error.message", equalTo(message));
        refused(user.delete(thread), 400, null, null).body("error.message", equalTo(message));
        refused(user.delete(thread + "/items/msg_1"), 400, null, null).body("error.message", equalTo(message));
        user.get("/v1/threads/thr_1/items").then().body("data", hasSize(1));
    }

    @Test
    void aThreadOfAnotherKindIsNoConversation() {
        user.put("/v1/threads/s?kind=session", "{\"id\":\"s\"}").then().statusCode(201);
        refused(user.get(CONVERSATIONS + "/s"), 404, null, null);
        refused(list(CONVERSATIONS + "/s", ""), 404, null, null);
        refused(add(CONVERSATIONS + "/s", "[{\"type\":\"x\"}]"), 404, null, null);
        refused(user.delete(CONVERSATIONS + "/s"), 404, null, null);
        user.get("/v1/threads/s").then().statusCode(200);
    }

    @Test
    void nothingOfAnotherOwnerIsReachable() {
        String conversation = conversation("{\"metadata\":{\"a\":\"b\"}}");
        String item = add(conversation, "[{\"id\":\"msg_1\",\"role\":\"user\",\"content\":\"secret\"}]")
                .path("first_id");
        String before = user.get(conversation).asString();
        for (As other : List.of(As.somebody(), new As(As.BETA_KEY, user.user()))) {
            refused(other.get(conversation), 404, null, null);
            refused(other.post(conversation, "{\"metadata\":{}}"), 404, null, null);
            refused(other.get(conversation + "/items"), 404, null, null);
            refused(other.get(conversation + "/items/" + item), 404, null, null);
            refused(other.post(conversation + "/items", "{\"items\":[{\"type\":\"x\"}]}"), 404, null, null);
            refused(other.delete(conversation + "/items/" + item), 404, null, null);
            refused(other.delete(conversation), 404, null, null);
            other.request().header(RETRY, "1").delete(conversation).then().statusCode(200);
            String own = CONVERSATIONS + "/" + other.post(CONVERSATIONS, "{}").path("id");
            refused(other.get(own + "/items?after=" + item), 404, "after", null);
            refused(
                    other.post(own + "/items", "{\"items\":[{\"id\":\"" + item + "\"}]}"),
                    400,
                    "items[0]",
                    "invalid_value");
        }
        user.get(conversation).then().statusCode(200).body(equalTo(before));
        list(conversation, "").then().body("data", hasSize(1));
    }

    @Test
    void idsOfAnyFormAreServed() {
        String conversation = conversation("{}");
        String item = "{\"id\":\"a/b?é\",\"type\":\"x\"}";
        user.put(conversation.replace(CONVERSATIONS, "/v1/threads") + "/items/a%2Fb%3F%C3%A9", item)
                .then()
                .statusCode(201);
        user.get(conversation + "/items/a%2Fb%3F%C3%A9").then().statusCode(200).body("id", equalTo("a/b?é"));
        add(conversation, "[{\"type\":\"y\"}]").then().statusCode(200);
        list(conversation, "?order=asc&after=a%2Fb%3F%C3%A9").then().body("data.type", contains("y"));
        user.delete(conversation + "/items/a%2Fb%3F%C3%A9").then().statusCode(200);
        list(conversation, "").then().body("data.type", contains("y"));
        refused(user.get(CONVERSATIONS + "/a%2Fb%3F%C3%A9"), 404, null, null);
    }

    private String conversation(String body) {
        return CONVERSATIONS + "/"
                + user.post(CONVERSATIONS, body)
                        .then()
                        .statusCode(200)
                        .extract()
                        .path("id");
    }

    private Response add(String conversation, String items) {
        return user.post(conversation + "/items", "{\"items\":" + items + "}");
    }

    private Response addAgain(String conversation, String items) {
        return user.json("{\"items\":" + items + "}").header(RETRY, "1").post(conversation + "/items");
    }

    private Response list(String conversation, String query) {
        return user.get(conversation + "/items" + query);
    }

    /** The texts of all messages, page by page as the SDKs read them. */
    private List<String> texts(String conversation, String order) {
        List<String> texts = new ArrayList<>();
        String after = "";
        boolean more = true;
        while (more) {
            Response page = list(conversation, "?limit=100&order=" + order + "&after=" + after);
            page.<List<List<String>>>path("data.content.text")
                    .forEach(parts -> texts.add(parts == null ? null : parts.get(0)));
            more = page.path("has_more");
            after = page.path("last_id");
        }
        return texts;
    }
}
