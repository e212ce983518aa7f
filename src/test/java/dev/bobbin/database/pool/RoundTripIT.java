package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call costs on the wire to the database, counted there. docs/round-trips.md is this table. */
class RoundTripIT {

    private static final int CALLS = 20;
    private static final String HOSTED = "/openai/v1/chatkit/threads";
    private static final String CONVERSATIONS = "/openai/v1/conversations";

    /** The connection has prepared each statement after a few calls; one connection, so that one is all. */
    private static final Map<String, String> ONE_CONNECTION =
            Map.of("BOBBIN_POOL_MAX_SIZE", "1", "BOBBIN_POOL_PRE_PING_AFTER", "60s");

    private static final Map<String, Double> EXPECTED = new TreeMap<>(Map.ofEntries(
            Map.entry("GET thread", 1.0),
            Map.entry("PUT thread", 1.0),
            Map.entry("POST thread", 1.0),
            Map.entry("GET threads", 1.0),
            Map.entry("GET threads after", 1.0),
            Map.entry("GET threads before", 1.0),
            Map.entry("GET threads by activity, filtered, counted, with items", 1.0),
            Map.entry("GET threads by activity, at a cursor", 1.0),
            Map.entry("DELETE threads", 1.0),
            Map.entry("GET items around", 1.0),
            Map.entry("GET attachments", 1.0),
            Map.entry("GET attachments of a thread", 1.0),
            Map.entry("GET thread with items", 1.0),
            Map.entry("GET items", 1.0),
            Map.entry("GET items after", 1.0),
            Map.entry("POST item", 1.0),
            Map.entry("PUT item", 1.0),
            Map.entry("GET item", 1.0),
            Map.entry("DELETE item", 1.0),
            Map.entry("DELETE items after", 1.0),
            Map.entry("POST pop", 1.0),
            Map.entry("DELETE thread", 1.0),
            Map.entry("GET search", 1.0),
            Map.entry("GET usage", 1.0),
            Map.entry("PUT attachment", 1.0),
            Map.entry("GET attachment", 1.0),
            Map.entry("DELETE attachment", 1.0),
            Map.entry("PUT thread if it matches", 1.0),
            Map.entry("PUT new thread if there is none", 1.0),
            Map.entry("DELETE thread if it matches", 1.0),
            Map.entry("DELETE thread with attachments", 1.0),
            Map.entry("PUT item if it matches", 1.0),
            Map.entry("PUT new item if there is none", 1.0),
            Map.entry("DELETE item if it matches", 1.0),
            Map.entry("PUT attachment if it matches", 1.0),
            Map.entry("DELETE attachment if it matches", 1.0),
            Map.entry("GET state", 1.0),
            Map.entry("PATCH state", 1.0),
            Map.entry("GET hosted threads", 1.0),
            Map.entry("GET hosted threads between two", 1.0),
            Map.entry("GET hosted thread", 1.0),
            Map.entry("GET hosted items", 1.0),
            Map.entry("GET hosted items between two", 1.0),
            Map.entry("DELETE hosted thread", 1.0),
            Map.entry("POST conversation", 1.0),
            Map.entry("GET conversation", 1.0),
            Map.entry("POST conversation's metadata", 1.0),
            Map.entry("DELETE conversation", 1.0),
            Map.entry("GET conversation's items", 1.0),
            Map.entry("GET conversation's items after", 1.0),
            Map.entry("POST conversation's items", 1.0),
            Map.entry("GET conversation's item", 1.0),
            Map.entry("DELETE conversation's item", 1.0),
            // what kind of thread it is, and the thread or its items
            Map.entry("GET thread as a conversation", 2.0),
            Map.entry("GET thread's items as a conversation's", 2.0),
            // BEGIN, the insert, COMMIT
            Map.entry("POST conversation's items with an id", 3.0),
            // BEGIN, the insert, what an earlier call with the key has stored, COMMIT
            Map.entry("POST conversation's items with a key", 4.0),
            // BEGIN, the conversation, COMMIT
            Map.entry("POST conversation with a key", 3.0),
            // BEGIN, the conversation, its items, COMMIT
            Map.entry("POST conversation with items", 4.0),
            // BEGIN, the conversation's lock, its newest items, COMMIT
            Map.entry("POST conversation's items again", 4.0),
            // BEGIN, the locked document, the update, COMMIT
            Map.entry("PATCH thread", 4.0),
            Map.entry("PATCH item", 4.0),
            // BEGIN, the thread, its items, COMMIT
            Map.entry("POST thread with items", 4.0),
            // BEGIN, the thread's lock, the item, COMMIT
            Map.entry("POST item, enforcing the status", 4.0),
            // BEGIN, the thread's lock, the delete, the insert, COMMIT
            Map.entry("PUT items", 5.0),
            // BEGIN, the source, the thread, its items, COMMIT
            Map.entry("POST fork", 5.0),
            // BEGIN, the insert, COMMIT
            Map.entry("POST several items", 3.0),
            Map.entry("POST several items, replacing", 1.0)));

    private static String conversation;
    private static String cursor;

    /** With {@code prepare} the transactions name their owners, as row-level security needs it. */
    @ParameterizedTest
    @ValueSource(strings = {"false", "prepare"})
    void eachStoreCallIsOneRoundTrip(String rowSecurity) throws Exception {
        Map<String, String> settings = new HashMap<>(ONE_CONNECTION);
        settings.put("BOBBIN_DATABASE_ROW_SECURITY", rowSecurity);
        try (BobbinOnNeon service = BobbinOnNeon.start(true, settings)) {
            Map<String, Double> counted = new TreeMap<>();
            for (int pass = 0; pass < 2; pass++) {
                // the first time, statements are prepared
                for (String call : EXPECTED.keySet()) {
                    service.send("PUT", "/v1/threads/t", "{}").join();
                    service.send("PUT", "/v1/threads/t/items/c", BobbinOnNeon.item("t", "c"))
                            .join();
                    String made =
                            service.send("POST", CONVERSATIONS, "{}").join().body();
                    // after {"id":"
                    conversation = CONVERSATIONS + "/" + made.substring(7, made.indexOf('"', 7));
                    service.send("POST", conversation + "/items", "{\"items\":[{\"type\":\"x\",\"id\":\"item_c\"}]}")
                            .join();
                    service.send("POST", conversation + "/items", "{\"items\":[{\"type\":\"last\"}]}")
                            .join();
                    service.send("PUT", "/v1/attachments/a", "{}").join();
                    service.send("PUT", "/v1/threads/other", "{}").join();
                    cursor = new JsonObject(service.get("/v1/threads?sort=active_at&limit=1")
                                    .join()
                                    .body())
                            .getString("next");
                    // so that there is nothing to prepare
                    service.get("/v1/search?q=none").join();
                    service.neon.resetMeters();
                    for (int nr = 0; nr < CALLS; nr++) {
                        call(service, call, pass + "_" + nr);
                    }
                    counted.put(call, (double) service.neon.meters().roundTrips() / CALLS);
                }
            }
            assertThat(counted).isEqualTo(EXPECTED);
        }
    }

    private static void call(BobbinOnNeon service, String call, String nr) throws Exception {
        String thread = "/v1/threads/t";
        String id = "m" + nr;
        var answer =
                switch (call) {
                    case "GET thread" -> service.get(thread);
                    case "PUT thread" -> service.send("PUT", thread, "{}");
                    case "POST thread" -> service.send("POST", "/v1/threads", "{}");
                    case "GET threads" -> service.get("/v1/threads");
                    case "GET threads after" -> service.get("/v1/threads?after=t");
                    case "GET threads before" -> service.get("/v1/threads?before=t");
                    case "GET threads by activity, filtered, counted, with items" ->
                        service.get("/v1/threads?sort=active_at&include=last_item&count=true&metadata.a=b&title=x");
                    case "GET threads by activity, at a cursor" -> service.get("/v1/threads?cursor=" + cursor);
                    case "DELETE threads" -> service.send("DELETE", "/v1/threads?title=none&confirm=0", "");
                    case "GET items around" -> service.get(thread + "/items?around=c");
                    case "GET attachments" -> service.get("/v1/attachments");
                    case "GET attachments of a thread" -> service.get("/v1/attachments?thread_id=t");
                    case "GET thread with items" -> service.get(thread + "?include=items");
                    case "GET items" -> service.get(thread + "/items");
                    case "GET items after" -> service.get(thread + "/items?after=c");
                    case "POST item" -> service.send("POST", thread + "/items", BobbinOnNeon.item("t", "p" + id));
                    case "PUT item" -> service.send("PUT", thread + "/items/" + id, BobbinOnNeon.item("t", id));
                    case "GET item" -> service.get(thread + "/items/c");
                    case "DELETE item" -> service.send("DELETE", thread + "/items/" + id, "");
                    case "DELETE items after" -> service.send("DELETE", thread + "/items?after=c", "");
                    case "POST pop" -> service.send("POST", thread + "/items/pop", "");
                    case "DELETE thread" -> service.send("DELETE", "/v1/threads/none", "");
                    case "GET usage" -> service.get("/v1/usage");
                    case "GET search" -> service.get("/v1/search?q=none");
                    case "PUT attachment" -> service.send("PUT", "/v1/attachments/a", "{}");
                    case "GET attachment" -> service.get("/v1/attachments/a");
                    case "DELETE attachment" -> service.send("DELETE", "/v1/attachments/none", "");
                    case "PUT thread if it matches" -> service.send("PUT", thread, "{}", "If-Match", "*");
                    case "PUT new thread if there is none" ->
                        service.send("PUT", thread + "n" + nr, "{}", "If-None-Match", "*");
                    case "DELETE thread if it matches" ->
                        service.send("DELETE", "/v1/threads/none", "", "If-None-Match", "*");
                    case "DELETE thread with attachments" ->
                        service.send("DELETE", "/v1/threads/none?attachments=delete", "");
                    case "PUT item if it matches" ->
                        service.send("PUT", thread + "/items/c", BobbinOnNeon.item("t", "c"), "If-Match", "*");
                    case "PUT new item if there is none" ->
                        service.send(
                                "PUT",
                                thread + "/items/n" + id,
                                BobbinOnNeon.item("t", "n" + id),
                                "If-None-Match",
                                "*");
                    case "DELETE item if it matches" ->
                        service.send("DELETE", thread + "/items/none", "", "If-None-Match", "*");
                    case "PUT attachment if it matches" ->
                        service.send("PUT", "/v1/attachments/a", "{}", "If-Match", "*");
                    case "DELETE attachment if it matches" ->
                        service.send("DELETE", "/v1/attachments/none", "", "If-None-Match", "*");
                    case "GET state" -> service.get(thread + "/state");
                    case "PATCH state" -> service.send("PATCH", thread + "/state", "{\"archived\":true}");
                    case "GET hosted threads" -> service.get(HOSTED);
                    case "GET hosted threads between two" -> service.get(HOSTED + "?after=t&before=t");
                    case "GET hosted thread" -> service.get(HOSTED + "/t");
                    case "GET hosted items" -> service.get(HOSTED + "/t/items");
                    case "GET hosted items between two" -> service.get(HOSTED + "/t/items?after=c&before=c");
                    case "DELETE hosted thread" ->
                        service.send("DELETE", HOSTED + "/none", "", "x-stainless-retry-count", "1");
                    case "POST conversation" -> service.send("POST", CONVERSATIONS, "{}");
                    case "GET conversation" -> service.get(conversation);
                    case "POST conversation's metadata" ->
                        service.send("POST", conversation, "{\"metadata\":{\"a\":\"" + nr + "\"}}");
                    case "DELETE conversation" ->
                        service.send("DELETE", CONVERSATIONS + "/none", "", "x-stainless-retry-count", "1");
                    case "GET conversation's items" -> service.get(conversation + "/items");
                    case "GET conversation's items after" -> service.get(conversation + "/items?after=item_c");
                    case "POST conversation's items" ->
                        service.send(
                                "POST", conversation + "/items", "{\"items\":[{\"type\":\"x\"},{\"type\":\"y\"}]}");
                    case "GET conversation's item" -> service.get(conversation + "/items/item_c");
                    case "DELETE conversation's item" ->
                        service.send("DELETE", conversation + "/items/none", "", "x-stainless-retry-count", "1");
                    case "GET thread as a conversation" -> service.get(CONVERSATIONS + "/t");
                    case "GET thread's items as a conversation's" -> service.get(CONVERSATIONS + "/t/items");
                    case "POST conversation's items with an id" ->
                        service.send(
                                "POST",
                                conversation + "/items",
                                "{\"items\":[{\"type\":\"x\"},{\"type\":\"x\",\"id\":\"item_" + id + "\"}]}");
                    case "POST conversation's items with a key" ->
                        service.send(
                                "POST",
                                conversation + "/items",
                                "{\"items\":[{\"type\":\"x\"}]}",
                                "Idempotency-Key",
                                nr);
                    case "POST conversation with a key" ->
                        service.send("POST", CONVERSATIONS, "{}", "Idempotency-Key", nr);
                    case "POST conversation with items" ->
                        service.send("POST", CONVERSATIONS, "{\"items\":[{\"type\":\"x\"}]}");
                    case "POST conversation's items again" ->
                        service.send(
                                "POST",
                                conversation + "/items",
                                "{\"items\":[{\"type\":\"last\"}]}",
                                "x-stainless-retry-count",
                                "1");
                    case "PATCH thread" -> service.send("PATCH", thread, "{\"title\":\"" + nr + "\"}");
                    case "PATCH item" -> service.send("PATCH", thread + "/items/c", "{\"x\":\"" + nr + "\"}");
                    case "POST thread with items" ->
                        service.send("POST", "/v1/threads", "{\"items\":" + several("w" + id) + "}");
                    case "POST item, enforcing the status" ->
                        service.send("POST", thread + "/items?enforce_status=true", BobbinOnNeon.item("t", "e" + id));
                    case "PUT items" -> service.send("PUT", thread + "/items", several("a" + id));
                    case "POST fork" -> service.send("POST", thread + "/fork", "");
                    case "POST several items" -> service.send("POST", thread + "/items", several("b" + id));
                    case "POST several items, replacing" ->
                        service.send("POST", thread + "/items?on_conflict=replace", several("r" + id));
                    default -> throw new AssertionError(call);
                };
        assertThat(answer.join().statusCode())
                .as(call + " " + answer.join().body())
                .isBetween(200, 299);
    }

    private static String several(String id) {
        return "[" + BobbinOnNeon.item("t", id + "_1") + "," + BobbinOnNeon.item("t", id + "_2") + "]";
    }
}
