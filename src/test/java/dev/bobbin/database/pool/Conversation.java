package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.As;
import dev.bobbin.support.BobbinProcess;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A user's chat, which knows what must be found of it: each answer is compared with that, byte for byte, and
 * {@link #verify} compares everything. Of one thread of execution at a time.
 */
public final class Conversation {

    private static final String CREATED_AT = "2026-11-21T00:54:09.050329";

    private final BobbinProcess bobbin;
    private final String user;
    private final String path;

    /** The threads, items and attachments that are there, by their ids, in the order of their coming. */
    private final Map<String, String> threads = new LinkedHashMap<>();

    private final Map<String, String> items = new LinkedHashMap<>();
    private final Map<String, String> attachments = new LinkedHashMap<>();

    private int number;
    private int repeated;

    public Conversation(BobbinProcess bobbin, String user) {
        this.bobbin = bobbin;
        this.user = user;
        this.path = "/v1/threads/" + thread();
    }

    /** How many creations were answered as if what they brought had been there: by a second try, if nobody else wrote it. */
    int repeated() {
        return repeated;
    }

    /** How many rows of each table are its own. */
    public Map<String, Integer> rows() {
        return Map.of("threads", threads.size(), "thread_items", items.size(), "attachments", attachments.size());
    }

    /** The id of an item that is there. */
    String anItem() {
        return items.keySet().iterator().next();
    }

    /** The id of an attachment that is there. */
    String anAttachment() {
        return attachments.keySet().iterator().next();
    }

    /** Makes every call of the API at least once, and leaves the conversation longer than it was. */
    public void turn() {
        saveThread();
        String first = addItem();
        addItemWithoutId();
        List<String> batch = addBatch();
        saveItem(first);
        String attachment = saveAttachment();
        loadThread();
        loadItem(batch.get(1));
        loadItems();
        loadThreadWithItems();
        loadAttachment(attachment);
        addItem();
        deleteItemsAfter(batch.get(3));
        deleteItem(batch.get(2));
        String other = addThread();
        loadThreads();
        deleteThread(other);
        if (number % 3 == 0) {
            deleteAttachment(attachment);
        }
    }

    void saveThread() {
        String document = "{\"id\":%s,\"created_at\":\"%s\",\"title\":\"Title %d\"}"
                .formatted(As.quote(thread()), CREATED_AT, ++number);
        save(path, thread(), document, threads);
    }

    void loadThread() {
        is(200, threads.get(thread()), call("GET", path, null));
    }

    void loadThreadWithItems() {
        JsonObject answer = new JsonObject(withoutCursors(
                call("GET", path + "?include=items&order=asc&limit=3", null).body()));
        assertThat(answer.remove("items")).isEqualTo(new JsonObject(page(items, List.copyOf(items.keySet()), 0, 3)));
        assertThat(answer).isEqualTo(new JsonObject(threads.get(thread())));
    }

    /** Adds a thread beside the conversation's own, and answers its id. */
    String addThread() {
        String id = thread() + "_" + ++number;
        String document = "{\"id\":%s,\"created_at\":\"%s\"}".formatted(As.quote(id), CREATED_AT);
        stored(call("POST", "/v1/threads", document), true, document);
        threads.put(id, document);
        return id;
    }

    void deleteThread(String id) {
        is(204, "", call("DELETE", "/v1/threads/" + id, null));
        threads.remove(id);
    }

    void loadThreads() {
        pages("/v1/threads", "asc", 1, threads);
        pages("/v1/threads", "desc", 2, threads);
    }

    String addItem() {
        String id = nextItem();
        String document = item(id);
        stored(call("POST", path + "/items", document), true, document);
        items.put(id, document);
        return id;
    }

    /** Adds an item whose id the service makes: a second try that made another would double it. */
    void addItemWithoutId() {
        String content = "\"type\":\"widget\",\"created_at\":\"%s\",\"n\":%d".formatted(CREATED_AT, ++number);
        HttpResponse<String> answer = call("POST", path + "/items", "{" + content + "}");
        stored(answer, true, answer.body());
        assertThat(answer.body()).contains(content);
        String id = new JsonObject(answer.body()).getString("id");
        assertThat(items).doesNotContainKey(id);
        items.put(id, answer.body());
    }

    /** Adds five items at once, and answers their ids. */
    List<String> addBatch() {
        Map<String, String> batch = new LinkedHashMap<>();
        for (int i = 0; i < 5; i++) {
            String id = nextItem();
            batch.put(id, item(id));
        }
        String documents = "[" + String.join(",", batch.values()) + "]";
        stored(call("POST", path + "/items", documents), true, "{\"data\":" + documents + "}");
        items.putAll(batch);
        return List.copyOf(batch.keySet());
    }

    void saveItem(String id) {
        number++;
        save(path + "/items/" + id, id, item(id), items);
    }

    void loadItem(String id) {
        is(200, items.get(id), call("GET", path + "/items/" + id, null));
    }

    /** Loads the newest page of items. */
    void loadItems() {
        is(200, page(items, reversed(items.keySet()), 0, 20), call("GET", path + "/items", null));
    }

    void deleteItem(String id) {
        is(204, "", call("DELETE", path + "/items/" + id, null));
        items.remove(id);
    }

    void deleteItemsAfter(String id) {
        is(204, "", call("DELETE", path + "/items?after=" + id, null));
        List<String> ids = List.copyOf(items.keySet());
        ids.subList(ids.indexOf(id) + 1, ids.size()).forEach(items::remove);
    }

    public String saveAttachment() {
        String id = "atc_" + ++number % 5;
        String document =
                "{\"id\":\"%s\",\"type\":\"file\",\"name\":\"%d\",\"mime_type\":\"text/plain\"}".formatted(id, number);
        save(attachment(id), id, document, attachments);
        return id;
    }

    void loadAttachment(String id) {
        is(200, attachments.get(id), call("GET", attachment(id), null));
    }

    void deleteAttachment(String id) {
        is(204, "", call("DELETE", attachment(id), null));
        attachments.remove(id);
    }

    /** Reads everything back: nothing is missing, nothing is too much, and it stands in its order. */
    public void verify() {
        loadThreads();
        threads.forEach((id, document) -> is(200, document, call("GET", "/v1/threads/" + id, null)));
        pages(path + "/items", "asc", 7, items);
        pages(path + "/items", "desc", 100, items);
        loadItem(anItem());
        for (int i = 0; i < 5; i++) {
            String id = "atc_" + i;
            if (attachments.containsKey(id)) {
                loadAttachment(id);
            } else {
                is(404, call("GET", attachment(id), null));
            }
        }
    }

    private String thread() {
        return "thr_" + user;
    }

    private String nextItem() {
        return "msg_" + ++number;
    }

    private String item(String id) {
        return As.message(id, thread(), CREATED_AT, "What was said at " + number);
    }

    private static String attachment(String id) {
        return "/v1/attachments/" + id;
    }

    private void save(String where, String id, String document, Map<String, String> to) {
        stored(call("PUT", where, document), !to.containsKey(id), document);
        to.put(id, document);
    }

    /** All pages of a list, by their cursors. */
    private void pages(String list, String order, int limit, Map<String, String> documents) {
        List<String> ids = order.equals("asc") ? List.copyOf(documents.keySet()) : reversed(documents.keySet());
        String after = "";
        int from = 0;
        do {
            String query = "?order=" + order + "&limit=" + limit + after;
            is(200, page(documents, ids, from, limit), call("GET", list + query, null));
            from += limit;
            after = "&after=" + ids.get(Math.min(from, ids.size()) - 1);
        } while (from < ids.size());
    }

    private static String page(Map<String, String> documents, List<String> ids, int from, int limit) {
        int to = Math.min(from + limit, ids.size());
        boolean hasMore = to < ids.size();
        return "{\"data\":[%s],\"has_more\":%s,\"after\":%s}"
                .formatted(
                        String.join(
                                ",",
                                ids.subList(from, to).stream()
                                        .map(documents::get)
                                        .toList()),
                        hasMore,
                        hasMore ? As.quote(ids.get(to - 1)) : null);
    }

    private static List<String> reversed(Collection<String> ids) {
        List<String> reversed = new ArrayList<>(ids);
        Collections.reverse(reversed);
        return reversed;
    }

    private void stored(HttpResponse<String> answer, boolean isNew, String document) {
        if (isNew && answer.statusCode() == 200) {
            repeated++;
            is(200, document, answer);
        } else {
            is(isNew ? 201 : 200, document, answer);
        }
    }

    private static void is(int status, String body, HttpResponse<String> answer) {
        is(status, answer);
        assertThat(withoutCursors(answer.body())).as(answer.toString()).isEqualTo(body);
    }

    /** The order of insertion is in a page's cursors, and is unknown here. */
    private static String withoutCursors(String page) {
        return page.replaceAll(",\"(next|previous)\":\"[^\"]{24}\"", "");
    }

    private static void is(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as("%s: %s", answer, answer.body()).isEqualTo(status);
    }

    private HttpResponse<String> call(String method, String where, String body) {
        HttpRequest request = bobbin.request(where)
                .header("Content-Type", "application/json")
                .header("Bobbin-User", user)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return bobbin.client().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (Exception e) {
            throw new IllegalStateException(method + " " + where, e);
        }
    }
}
