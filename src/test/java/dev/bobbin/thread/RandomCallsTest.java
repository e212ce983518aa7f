package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import dev.bobbin.thread.ChatModel.ChatThread;
import dev.bobbin.thread.ChatModel.Key;
import dev.bobbin.thread.ChatModel.Row;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Random calls of three owners, each answered as by {@link ChatModel}. The failure names the seed and the call; another seed and
 * number of calls by {@code -Drandom.seed=… -Drandom.calls=…}. After a change of paging or writes run it with 20,000 calls, which
 * take a minute.
 */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class RandomCallsTest {

    private static final int CALLS = Integer.getInteger("random.calls", 8_000);
    private static final long SEED = Long.getLong("random.seed", 13);
    private static final long START = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
    private static final List<String> TYPES =
            List.of("user_message", "assistant_message", "widget", "hidden_context_item", "sdk_hidden_context", "x");
    private static final List<String> TITLES = List.of("Alpha one", "alpha two", "Beta", "%_\\", "Ünder");
    private static final List<String> TEXTS = List.of("red fox", "Blue fox, redder", "the one", "fox", "");
    private static final String MERGE_PATCH = "application/merge-patch+json";

    @TestHTTPResource
    URI service;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Random random = new Random(SEED);
    private final List<Owner> owners = List.of(new Owner(), new Owner(), new Owner());

    /** A list that was asked for, and how to ask for what comes before or after a row of it. */
    private record Cursor(Listing listing, String text, Walk walk) {}

    /** Where a page begins, and of a list by activity, the newest first, what the pages before it have seen. */
    private record Walk(Key at, Moves moves, boolean backwards) {}

    /** A page of the list, and from what time on threads may move later. */
    private record Seen(long call, long floor) {
        boolean before(ChatThread thread, long changed) {
            return changed > call && thread.activity().micros() > floor;
        }
    }

    /** What the latest page has seen; below a place threads are still to come that moved after another one. */
    private record Moves(Seen seen, Key below, Seen rest) {
        boolean has(ChatThread thread, long changed) {
            return seen.before(thread, changed)
                    || below != null && thread.activity().compareTo(below) < 0 && rest.before(thread, changed);
        }

        static Moves after(Moves moves, long call, Key newest, Key last) {
            long floor = newest == null ? Long.MIN_VALUE : newest.micros() - 60_000_000;
            if (moves == null) {
                return new Moves(new Seen(call, floor), null, null);
            }
            Seen seen = new Seen(call, Math.max(floor, moves.seen.floor));
            return last == null
                    ? new Moves(seen, null, null)
                    : new Moves(seen, last, moves.below == null ? moves.seen : moves.rest);
        }
    }

    /** A list: its path, the query without the page, and what it has at present. */
    private record Listing(
            String path,
            String filters,
            boolean ascending,
            Function<Row, Key> key,
            Supplier<List<Row>> rows,
            Function<Row, String> shown,
            boolean count) {

        boolean byActivity() {
            return filters.contains("sort=active_at&");
        }
    }

    private static final class Owner {
        final As user = As.somebody();
        final ChatModel model = new ChatModel();
        final List<Cursor> cursors = new ArrayList<>();
    }

    @Test
    void everyCallAnswersAsTheModelDoes() throws Exception {
        for (int call = 0; call < CALLS; call++) {
            Owner owner = owners.get(random.nextInt(3));
            owner.model.call++;
            try {
                step(owner);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + SEED + ", call " + call + ": " + e.getMessage(), e);
            }
        }
    }

    private void step(Owner owner) throws Exception {
        switch (random.nextInt(25)) {
            case 0, 1, 2 -> saveThread(owner);
            case 3 -> addThreadWithItems(owner);
            case 4, 5 -> addItems(owner);
            case 6, 7 -> saveItem(owner);
            case 8 -> deleteItem(owner);
            case 9 -> deleteAtTheEnd(owner);
            case 10 -> deleteThread(owner);
            case 11 -> load(owner);
            case 12, 13 -> patch(owner);
            case 14 -> state(owner);
            case 15 -> replaceAll(owner);
            case 16 -> fork(owner);
            case 17, 18 -> listThreads(owner);
            case 19 -> listItems(owner);
            case 20, 21 -> followCursor(owner);
            case 22 -> attachment(owner);
            case 23 -> search(owner);
            default -> deleteMatching(owner);
        }
    }

    // ---- Writes of threads
    // ------------------------------------------------------------------------------------------------

    private void saveThread(Owner owner) throws Exception {
        String id = threadId();
        String document = threadDocument(id);
        ChatThread stored = owner.model.threads.get(id);
        Precondition precondition = precondition(stored);
        HttpResponse<String> answer = call(owner, "PUT", "/v1/threads/" + id, document, precondition.headers());
        if (!precondition.holds()) {
            assertPreconditionFailed(answer, stored);
            return;
        }
        assertStored(answer, stored == null ? 201 : 200, document);
        owner.model.putThread(id, document);
    }

    private void addThreadWithItems(Owner owner) throws Exception {
        String id = threadId();
        String thread = threadDocument(id);
        List<String> items = itemDocuments(id, random.nextInt(4));
        String sent = thread.substring(0, thread.length() - 1) + ",\"items\":"
                + (random.nextBoolean() ? array(items) : "{\"data\":" + array(items) + ",\"has_more\":false}") + "}";
        HttpResponse<String> answer = call(owner, "POST", "/v1/threads", sent, Map.of());
        ChatThread stored = owner.model.threads.get(id);
        boolean conflict = stored != null
                && (!stored.document.equals(thread) || items.stream().anyMatch(item -> conflicts(stored, item)));
        if (conflict) {
            assertThat(answer.statusCode()).as(sent).isEqualTo(409);
            return;
        }
        assertStored(answer, stored == null ? 201 : 200, thread);
        addAll(owner, owner.model.putThread(id, thread), items);
    }

    private void deleteThread(Owner owner) throws Exception {
        String id = threadId();
        boolean attachments = random.nextBoolean();
        ChatThread stored = owner.model.threads.get(id);
        Precondition precondition = precondition(stored);
        HttpResponse<String> answer = call(
                owner,
                "DELETE",
                "/v1/threads/" + id + (attachments ? "?attachments=delete" : ""),
                null,
                precondition.headers());
        if (!precondition.holds()) {
            assertPreconditionFailed(answer, stored);
            return;
        }
        assertThat(answer.statusCode()).isEqualTo(204);
        // a precondition that no document holds for deletes nothing
        delete(
                owner,
                id,
                attachments && (stored != null || precondition.headers().isEmpty()));
    }

    private void delete(Owner owner, String id, boolean attachments) {
        owner.model.threads.remove(id);
        if (attachments) {
            owner.model
                    .attachments
                    .values()
                    .removeIf(row -> id.equals(row.json().path("thread_id").asText(null)));
        }
    }

    private void patch(Owner owner) throws Exception {
        ChatThread thread = owner.model.threads.get(threadId());
        boolean ofItem = random.nextBoolean();
        String threadId = thread == null ? "none" : thread.id;
        String itemId = itemId();
        Row stored = !ofItem || thread == null ? thread : thread.items.get(itemId);
        boolean enforce = ofItem && random.nextInt(4) == 0;
        String patch = random.nextBoolean()
                ? "{\"title\":" + As.quote(pick(TITLES)) + ",\"n\":" + random.nextInt(5) + "}"
                : "{\"metadata\":{\"k\":" + pick(List.of("null", "\"v1\"", "\"v2\"", "{\"a\":1}"))
                        + "},\"n\":null,\"ü\": [1]}";
        Precondition precondition = precondition(stored);
        if (stored == null && !precondition.headers().containsKey("If-Match")) {
            precondition = new Precondition(Map.of(), true);
        }
        Map<String, String> headers = new HashMap<>(precondition.headers());
        headers.put("Content-Type", MERGE_PATCH);
        String path = "/v1/threads/" + threadId + (ofItem ? "/items/" + itemId : "");
        HttpResponse<String> answer =
                call(owner, "PATCH", path + (enforce ? "?enforce_status=true" : ""), patch, headers);
        if (enforce && thread != null && thread.closed() && stored != null && precondition.holds()) {
            assertProblem(answer, 409, "thread-locked");
            return;
        }
        if (enforce && thread != null && thread.closed()) {
            assertThat(answer.statusCode()).isIn(404, 409, 412);
            return;
        }
        if (!precondition.holds()) {
            assertPreconditionFailed(answer, stored);
            return;
        }
        if (stored == null) {
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            return;
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(ChatModel.json(answer.body()))
                .as("%s patched by %s", stored.document, patch)
                .isEqualTo(ChatModel.merge(stored.json(), ChatModel.json(patch)));
        assertThat(etag(answer)).isEqualTo(ChatModel.etag(answer.body()));
        stored.document = answer.body();
        stored.written = owner.model.call;
    }

    private void state(Owner owner) throws Exception {
        String id = threadId();
        ChatThread thread = owner.model.threads.get(id);
        boolean archived = random.nextBoolean();
        HttpResponse<String> answer = random.nextBoolean()
                ? call(owner, "GET", "/v1/threads/" + id + "/state", null, Map.of())
                : call(
                        owner,
                        "PATCH",
                        "/v1/threads/" + id + "/state",
                        "{\"archived\":" + archived + "}",
                        Map.of("Content-Type", MERGE_PATCH));
        if (thread == null) {
            assertThat(answer.statusCode()).isEqualTo(404);
            return;
        }
        if (answer.request().method().equals("PATCH")) {
            thread.archived = archived;
            thread.written = owner.model.call;
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode state = ChatModel.json(answer.body());
        assertThat(state.get("archived").asBoolean()).isEqualTo(thread.archived);
        assertThat(ChatModel.micros(state.get("active_at").asText()))
                .isEqualTo(thread.activity().micros());
        assertThat(ChatModel.micros(state.get("created_at").asText())).isEqualTo(thread.key.micros());
    }

    private void fork(Owner owner) throws Exception {
        String id = threadId();
        ChatThread source = owner.model.threads.get(id);
        String after = random.nextBoolean() ? itemId() : null;
        String copy = threadId();
        String body = "{\"id\":" + As.quote(copy) + (after == null ? "" : ",\"after\":" + As.quote(after))
                + ",\"metadata\":{\"fork\":\"yes\"}}";
        HttpResponse<String> answer = call(owner, "POST", "/v1/threads/" + id + "/fork", body, Map.of());
        ChatThread taken = owner.model.threads.get(copy);
        if (source == null || after != null && !source.items.containsKey(after)) {
            assertThat(answer.statusCode()).as(body).isIn(404, source != null && taken != null ? 409 : 404);
            return;
        }
        if (answer.statusCode() == 200 && taken != null) {
            taken.touched = owner.model.call;
            assertThat(answer.body()).as("the same copy again").isEqualTo(taken.document);
            return;
        }
        if (taken != null) {
            assertThat(answer.statusCode()).as(body).isEqualTo(409);
            return;
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode forked = ChatModel.json(answer.body());
        assertThat(forked.at("/metadata/forked_from/thread_id").asText()).isEqualTo(id);
        assertThat(forked.at("/metadata/forked_from/item_id").asText(null)).isEqualTo(after);
        assertThat(forked.at("/metadata/fork").asText()).isEqualTo("yes");
        assertThat(forked.get("id").asText()).isEqualTo(copy);
        ChatThread created = owner.model.putThread(copy, answer.body());
        for (Row item : ChatModel.sorted(source.items.values(), row -> row.key, true)) {
            owner.model.copyItem(created, item);
            if (item.id.equals(after)) {
                break;
            }
        }
    }

    private void deleteMatching(Owner owner) throws Exception {
        if (random.nextInt(4) > 0) {
            return;
        }
        Listing list = threadListing(owner, true);
        List<Row> matching = list.rows().get();
        int count = matching.size() - (random.nextInt(3) == 0 ? 1 : 0);
        if (count < 0 || matching.size() > 12) {
            return;
        }
        HttpResponse<String> answer =
                call(owner, "DELETE", "/v1/threads?" + list.filters() + "confirm=" + count, null, Map.of());
        if (count != matching.size()) {
            assertProblem(answer, 409, "count-changed");
            return;
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"deleted\":" + count + "}");
        matching.forEach(thread -> delete(owner, thread.id, false));
    }

    // ---- Writes of items
    // --------------------------------------------------------------------------------------------------

    private void addItems(Owner owner) throws Exception {
        String id = threadId();
        ChatThread thread = owner.model.threads.get(id);
        List<String> items = itemDocuments(id, 1 + random.nextInt(4));
        boolean single = items.size() == 1;
        boolean replace = random.nextBoolean();
        boolean enforce = random.nextInt(4) == 0;
        HttpResponse<String> answer = call(
                owner,
                "POST",
                "/v1/threads/" + id + "/items?on_conflict=" + (replace ? "replace" : "")
                        + (enforce ? "&enforce_status=true" : ""),
                single ? items.get(0) : array(items),
                Map.of());
        if (thread == null) {
            assertThat(answer.statusCode()).isEqualTo(404);
        } else if (enforce && thread.closed()) {
            assertProblem(answer, 409, "thread-locked");
        } else if (!replace && items.stream().anyMatch(item -> conflicts(thread, item))) {
            assertThat(answer.statusCode()).isEqualTo(409);
        } else {
            boolean created = items.stream().anyMatch(item -> !thread.items.containsKey(idOf(item)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(created ? 201 : 200);
            assertThat(answer.body()).isEqualTo(single ? items.get(0) : "{\"data\":" + array(items) + "}");
            addAll(owner, thread, items);
        }
    }

    private void addAll(Owner owner, ChatThread thread, List<String> items) {
        items.forEach(item -> owner.model.putItem(thread, idOf(item), item));
    }

    private static boolean conflicts(ChatThread thread, String item) {
        Row stored = thread.items.get(idOf(item));
        return stored != null && !stored.document.equals(item);
    }

    private void saveItem(Owner owner) throws Exception {
        String id = threadId();
        ChatThread thread = owner.model.threads.get(id);
        String document = itemDocument(id, itemId());
        Row stored = thread == null ? null : thread.items.get(idOf(document));
        Precondition precondition = thread == null ? new Precondition(Map.of(), true) : precondition(stored);
        HttpResponse<String> answer =
                call(owner, "PUT", "/v1/threads/" + id + "/items/" + idOf(document), document, precondition.headers());
        if (thread == null) {
            assertThat(answer.statusCode()).isEqualTo(404);
        } else if (!precondition.holds()) {
            assertPreconditionFailed(answer, stored);
        } else {
            assertStored(answer, stored == null ? 201 : 200, document);
            owner.model.putItem(thread, idOf(document), document);
        }
    }

    private void replaceAll(Owner owner) throws Exception {
        if (random.nextBoolean()) {
            return;
        }
        String id = threadId();
        List<String> items = itemDocuments(id, random.nextInt(5));
        ChatThread thread = owner.model.threads.get(id);
        HttpResponse<String> answer = call(owner, "PUT", "/v1/threads/" + id + "/items", array(items), Map.of());
        if (thread == null) {
            assertThat(answer.statusCode()).isEqualTo(404);
            return;
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"data\":" + array(items) + "}");
        thread.items.clear();
        addAll(owner, thread, items);
    }

    private void deleteItem(Owner owner) throws Exception {
        String id = threadId();
        String itemId = itemId();
        ChatThread thread = owner.model.threads.get(id);
        Row stored = thread == null ? null : thread.items.get(itemId);
        Precondition precondition = precondition(stored);
        HttpResponse<String> answer =
                call(owner, "DELETE", "/v1/threads/" + id + "/items/" + itemId, null, precondition.headers());
        if (!precondition.holds()) {
            assertPreconditionFailed(answer, stored);
            return;
        }
        assertThat(answer.statusCode()).isEqualTo(204);
        if (thread != null) {
            thread.items.remove(itemId);
        }
    }

    private void deleteAtTheEnd(Owner owner) throws Exception {
        if (random.nextBoolean()) {
            pop(owner);
        } else {
            deleteAfter(owner);
        }
    }

    private void pop(Owner owner) throws Exception {
        String id = threadId();
        ChatThread thread = owner.model.threads.get(id);
        boolean enforce = random.nextInt(4) == 0;
        HttpResponse<String> answer = call(
                owner,
                "POST",
                "/v1/threads/" + id + "/items/pop" + (enforce ? "?enforce_status=true" : ""),
                null,
                Map.of());
        if (thread == null) {
            assertThat(answer.statusCode()).isEqualTo(404);
        } else if (enforce && thread.closed()) {
            assertProblem(answer, 409, "thread-locked");
        } else {
            Row newest = thread.newest(item -> true).orElse(null);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(newest == null ? 204 : 200);
            assertThat(answer.body()).isEqualTo(newest == null ? "" : newest.document);
            if (newest != null) {
                thread.items.remove(newest.id);
            }
        }
    }

    private void deleteAfter(Owner owner) throws Exception {
        String id = threadId();
        String itemId = itemId();
        ChatThread thread = owner.model.threads.get(id);
        Row last = thread == null ? null : thread.items.get(itemId);
        HttpResponse<String> answer =
                call(owner, "DELETE", "/v1/threads/" + id + "/items?after=" + itemId, null, Map.of());
        assertThat(answer.statusCode()).isEqualTo(last == null ? 404 : 204);
        if (last != null) {
            thread.items.values().removeIf(item -> item.key.compareTo(last.key) > 0);
        }
    }

    private void attachment(Owner owner) throws Exception {
        String id = "a" + random.nextInt(15);
        if (random.nextInt(4) == 0) {
            assertThat(call(owner, "DELETE", "/v1/attachments/" + id, null, Map.of())
                            .statusCode())
                    .isEqualTo(204);
            owner.model.attachments.remove(id);
        } else if (random.nextBoolean()) {
            String document = "{\"id\":\"" + id + "\",\"name\":\"n" + random.nextInt(9) + "\",\"thread_id\":\""
                    + threadId() + "\"}";
            Row stored = owner.model.attachments.get(id);
            assertStored(
                    call(owner, "PUT", "/v1/attachments/" + id, document, Map.of()),
                    stored == null ? 201 : 200,
                    document);
            // the service takes its own time, so the order is that of the calls
            owner.model.putAttachment(id, document);
        } else {
            String thread = random.nextBoolean() ? threadId() : null;
            boolean ascending = random.nextBoolean();
            list(
                    owner,
                    new Listing(
                            "/v1/attachments",
                            thread == null ? "" : "thread_id=" + thread + "&",
                            ascending,
                            row -> row.key,
                            () -> rows(
                                    owner.model.attachments.values(),
                                    row -> thread == null
                                            || thread.equals(
                                                    row.json().path("thread_id").asText()),
                                    row -> row.key,
                                    ascending),
                            row -> row.document,
                            false));
        }
    }

    // ---- Reads
    // ------------------------------------------------------------------------------------------------------------

    private void load(Owner owner) throws Exception {
        ChatThread thread = owner.model.threads.get(threadId());
        String itemId = itemId();
        boolean ofItem = random.nextBoolean();
        Row stored = !ofItem || thread == null ? thread : thread.items.get(itemId);
        String path = "/v1/threads/" + (thread == null ? "none" : thread.id) + (ofItem ? "/items/" + itemId : "");
        boolean known = stored != null && random.nextBoolean();
        HttpResponse<String> answer =
                call(owner, "GET", path, null, known ? Map.of("If-None-Match", stored.etag()) : Map.of());
        if (stored == null) {
            assertThat(answer.statusCode()).isEqualTo(404);
        } else if (known) {
            assertThat(answer.statusCode()).isEqualTo(304);
            assertThat(etag(answer)).isEqualTo(stored.etag());
        } else {
            assertStored(answer, 200, stored.document);
        }
    }

    private void listThreads(Owner owner) throws Exception {
        list(owner, threadListing(owner, false));
    }

    /** A list with random filters; those of a deletion are only filters. */
    private Listing threadListing(Owner owner, boolean filtersOnly) {
        Map<String, String> query = new LinkedHashMap<>();
        Predicate<ChatThread> wanted = thread -> true;
        String archived = pick(List.of("", "true", "false", "any"));
        if (!archived.isEmpty()) {
            query.put("archived", archived);
        }
        if (!archived.equals("any")) {
            wanted = wanted.and(thread -> thread.archived == archived.equals("true"));
        }
        if (random.nextInt(3) == 0) {
            String status = pick(List.of("active", "locked", "closed"));
            query.put("status", status);
            wanted = wanted.and(thread -> thread.status().equals(status));
        }
        if (random.nextInt(3) == 0) {
            String value = pick(List.of("v1", "v2"));
            query.put("metadata.k", value);
            wanted = wanted.and(
                    thread -> thread.json().at("/metadata/k").asText().equals(value));
        }
        if (random.nextInt(3) == 0) {
            String prefix = pick(List.of("ALPHA", "alpha o", "%", "b"));
            query.put("title", As.encode(prefix));
            wanted = wanted.and(thread ->
                    thread.json().path("title").asText("").toLowerCase().startsWith(prefix.toLowerCase()));
        }
        if (random.nextInt(3) == 0) {
            boolean byActivity = random.nextBoolean();
            String operator = pick(List.of("gt", "gte", "lt", "lte"));
            String time = time();
            long micros = ChatModel.micros(time);
            query.put((byActivity ? "active_at" : "created_at") + "%5B" + operator + "%5D", As.encode(time));
            wanted = wanted.and(thread -> {
                int compared = Long.compare((byActivity ? thread.activity() : thread.key).micros(), micros);
                return switch (operator) {
                    case "gt" -> compared > 0;
                    case "gte" -> compared >= 0;
                    case "lt" -> compared < 0;
                    default -> compared <= 0;
                };
            });
        }
        boolean byActivity = !filtersOnly && random.nextBoolean();
        boolean ascending = random.nextBoolean();
        boolean lastItem = !filtersOnly && random.nextBoolean();
        boolean count = !filtersOnly && random.nextInt(3) == 0;
        if (byActivity) {
            query.put("sort", "active_at");
        }
        if (lastItem) {
            query.put("include", "last_item");
        }
        if (count) {
            query.put("count", "true");
        }
        Function<Row, Key> key = row -> byActivity ? ((ChatThread) row).activity() : row.key;
        Predicate<ChatThread> filter = wanted;
        return new Listing(
                "/v1/threads",
                query.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "&")
                        .collect(Collectors.joining()),
                ascending,
                key,
                () -> rows(owner.model.threads.values(), row -> filter.test((ChatThread) row), key, ascending),
                row -> lastItem ? ((ChatThread) row).withLastItem() : row.document,
                count);
    }

    private void listItems(Owner owner) throws Exception {
        String id = threadId();
        boolean ascending = random.nextBoolean();
        Listing listing = new Listing(
                "/v1/threads/" + id + "/items",
                "",
                ascending,
                row -> row.key,
                () -> owner.model.threads.containsKey(id)
                        ? rows(owner.model.threads.get(id).items.values(), row -> true, row -> row.key, ascending)
                        : List.of(),
                row -> row.document,
                false);
        if (random.nextInt(3) == 0 && owner.model.threads.containsKey(id)) {
            around(owner, listing, owner.model.threads.get(id));
        } else {
            list(owner, listing);
        }
    }

    private void around(Owner owner, Listing listing, ChatThread thread) throws Exception {
        String id = itemId();
        int limit = 1 + random.nextInt(6);
        HttpResponse<String> answer = call(owner, "GET", url(listing, limit, "around=" + id), null, Map.of());
        if (!thread.items.containsKey(id)) {
            assertThat(answer.statusCode()).isEqualTo(404);
            return;
        }
        List<Row> all = listing.rows().get();
        int at = all.indexOf(thread.items.get(id));
        JsonNode page = page(answer);
        List<String> shown = new ArrayList<>();
        page.get("data").forEach(item -> shown.add(item.get("id").asText()));
        int from = at - shown.indexOf(id);
        assertThat(shown).as("around %s, limit %d", id, limit).contains(id).hasSizeLessThanOrEqualTo(limit);
        assertThat(shown)
                .isEqualTo(all.subList(from, from + shown.size()).stream()
                        .map(row -> row.id)
                        .toList());
        assertThat(shown.indexOf(id)).isEqualTo(Math.min(limit / 2, at));
        assertThat(shown.size() - shown.indexOf(id)).isEqualTo(Math.min(limit - limit / 2, all.size() - at));
        assertThat(!page.hasNonNull("next")).isEqualTo(from + shown.size() == all.size());
        assertThat(!page.hasNonNull("previous")).isEqualTo(from == 0);
        remember(owner, listing, page, all.subList(from, from + shown.size()), new Walk(null, null, false));
    }

    /** A page from the start, or after or before a row. */
    private void list(Owner owner, Listing listing) throws Exception {
        int limit = 1 + random.nextInt(6);
        List<Row> all = listing.rows().get();
        boolean backwards = random.nextInt(3) == 0;
        String place = "";
        Key at = null;
        if (backwards || random.nextBoolean()) {
            Row row = all.isEmpty() ? null : all.get(random.nextInt(all.size()));
            place = (backwards ? "before=" : "after=") + (row == null ? "none" : row.id);
            if (row == null) {
                int status = call(owner, "GET", url(listing, limit, place), null, Map.of())
                        .statusCode();
                assertThat(status).isEqualTo(404);
                return;
            }
            at = listing.key().apply(row);
        }
        HttpResponse<String> answer = call(owner, "GET", url(listing, limit, place), null, Map.of());
        assertPage(owner, listing, limit, new Walk(at, null, backwards), answer);
    }

    private void followCursor(Owner owner) throws Exception {
        if (owner.cursors.isEmpty()) {
            return;
        }
        Cursor cursor = owner.cursors.remove(random.nextInt(owner.cursors.size()));
        int limit = 1 + random.nextInt(6);
        HttpResponse<String> answer = call(
                owner,
                "GET",
                cursor.listing().path() + "?" + cursor.listing().filters() + "limit=" + limit + "&cursor="
                        + cursor.text(),
                null,
                Map.of());
        assertPage(owner, cursor.listing(), limit, cursor.walk(), answer);
    }

    private void assertPage(Owner owner, Listing listing, int limit, Walk walk, HttpResponse<String> answer) {
        List<Row> all = listing.rows().get();
        Key at = walk.at();
        boolean backwards = walk.backwards();
        List<Row> rest = all.stream()
                .filter(row -> at == null
                        || (listing.key().apply(row).compareTo(at) > 0) == (listing.ascending() != backwards)
                                && !listing.key().apply(row).equals(at))
                .toList();
        JsonNode page = page(answer);
        List<String> ids = page.findValuesAsText("id");
        List<Row> moved = new ArrayList<>();
        List<Row> unsure = new ArrayList<>();
        if (walk.moves() != null && !backwards) {
            for (Row row : all.stream()
                    .filter(row -> listing.key().apply(row).compareTo(at) > 0)
                    .toList()) {
                ChatThread thread = (ChatThread) row;
                boolean touched = walk.moves().has(thread, thread.touched);
                if (walk.moves().has(thread, thread.changed()) || touched && ids.contains(row.id)) {
                    moved.add(row);
                } else if (touched) {
                    unsure.add(row);
                }
            }
        }
        boolean more = moved.size() + rest.size() > limit;
        List<Row> shownMoved = moved.subList(0, Math.min(limit, moved.size()));
        int room = Math.min(rest.size(), limit - shownMoved.size());
        List<Row> shownRest = backwards ? rest.subList(rest.size() - room, rest.size()) : rest.subList(0, room);
        List<Row> expected = new ArrayList<>(shownMoved);
        expected.addAll(shownRest);
        String what = answer.uri() + " answered " + answer.body();
        String data = expected.stream().map(listing.shown()).collect(Collectors.joining(",", "{\"data\":[", "]"));
        assertThat(answer.body()).as(what).startsWith(data + ",\"has_more\":");
        Key lastMoved = shownMoved.size() < limit ? null : listing.key().apply(shownMoved.get(limit - 1));
        if (lastMoved != null
                && unsure.stream().anyMatch(row -> listing.key().apply(row).compareTo(lastMoved) < 0)) {
            return;
        }
        assertThat(page.get("has_more").asBoolean()).as(what).isEqualTo(more);
        assertThat(page.get("after").asText(null))
                .as(what)
                .isEqualTo(more && !backwards ? expected.get(expected.size() - 1).id : null);
        assertThat(page.hasNonNull("next")).as("next: " + what).isEqualTo(!expected.isEmpty() && (backwards || more));
        assertThat(page.hasNonNull("previous"))
                .as("previous: " + what)
                .isEqualTo(!expected.isEmpty() && (backwards ? more : at != null));
        if (listing.count()) {
            assertThat(page.get("total").toString()).isEqualTo("{\"value\":" + all.size() + ",\"relation\":\"eq\"}");
        }
        if (!expected.isEmpty()) {
            boolean begins = at == null && listing.byActivity() && !listing.ascending();
            Moves moves = walk.moves();
            if (begins || moves != null && !backwards) {
                Row newest = begins ? expected.get(0) : shownMoved.isEmpty() ? null : shownMoved.get(0);
                moves = Moves.after(
                        moves,
                        owner.model.call,
                        newest == null ? null : listing.key().apply(newest),
                        shownMoved.size() < moved.size() ? lastMoved : null);
            }
            remember(owner, listing, page, shownRest, new Walk(at, moves, false));
        }
    }

    /** The cursors of a page; without a row of its own it continues where it began. */
    private void remember(Owner owner, Listing listing, JsonNode page, List<Row> shown, Walk walk) {
        for (boolean backwards : new boolean[] {false, true}) {
            JsonNode cursor = page.path(backwards ? "previous" : "next");
            if (cursor.isTextual()) {
                Key at = shown.isEmpty() ? walk.at() : listing.key().apply(shown.get(backwards ? 0 : shown.size() - 1));
                owner.cursors.add(new Cursor(listing, cursor.asText(), new Walk(at, walk.moves(), backwards)));
            }
        }
        while (owner.cursors.size() > 50) {
            owner.cursors.remove(random.nextInt(owner.cursors.size()));
        }
    }

    private static String url(Listing listing, int limit, String place) {
        return listing.path() + "?" + listing.filters() + "limit=" + limit + "&order="
                + (listing.ascending() ? "asc" : "desc") + (place.isEmpty() ? "" : "&" + place);
    }

    private static List<Row> rows(
            Iterable<? extends Row> rows, Predicate<Row> wanted, Function<Row, Key> key, boolean ascending) {
        List<Row> found = new ArrayList<>();
        rows.forEach(row -> {
            if (wanted.test(row)) {
                found.add(row);
            }
        });
        return ChatModel.sorted(found, key, ascending);
    }

    /** All pages of a search: the newest first, each match once. */
    private void search(Owner owner) throws Exception {
        String query = pick(List.of("red", "re", "red fo", "fox red", "ALPHA", "alpha on", "one", "fox"));
        String sort = pick(List.of("newest", "rank"));
        int limit = 1 + random.nextInt(20);
        List<String> expected = new ArrayList<>();
        owner.model.threads.values().forEach(thread -> {
            if (ChatModel.matches(query, thread.json().path("title").asText(""))) {
                expected.add(thread.id + " null " + thread.key.micros());
            }
            thread.items.values().stream()
                    .filter(item -> !item.hidden()
                            && ChatModel.matches(
                                    query, item.json().path("content").asText("")))
                    .forEach(item -> expected.add(thread.id + " " + item.id + " " + item.key.micros()));
        });
        List<String> found = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            String path = "/v1/search?q=" + As.encode(query) + "&limit=" + limit;
            JsonNode page = page(call(
                    owner, "GET", path + (cursor.isEmpty() ? "&sort=" + sort : "&cursor=" + cursor), null, Map.of()));
            page.get("data").forEach(hit -> {
                times.add(ChatModel.micros(hit.get("created_at").asText()));
                found.add(hit.get("thread_id").asText() + " "
                        + hit.get("item_id").asText("null") + " " + times.get(times.size() - 1));
            });
            cursor = page.get("next").asText(null);
        }
        assertThat(found).as(query).containsExactlyInAnyOrderElementsOf(expected);
        if (sort.equals("newest")) {
            assertThat(times).as(query).isSortedAccordingTo(Comparator.reverseOrder());
        }
    }

    // ---- Preconditions
    // ----------------------------------------------------------------------------------------------------

    private record Precondition(Map<String, String> headers, boolean holds) {}

    private Precondition precondition(Row stored) {
        return switch (random.nextInt(8)) {
            case 0 ->
                new Precondition(
                        Map.of("If-Match", stored == null ? "\"0\"" : "\"0\", " + stored.etag()), stored != null);
            case 1 -> new Precondition(Map.of("If-Match", "\"00000000000000000000000000000000\""), false);
            case 2 -> new Precondition(Map.of("If-Match", "*"), stored != null);
            case 3 -> new Precondition(Map.of("If-None-Match", "*"), stored == null);
            default -> new Precondition(Map.of(), true);
        };
    }

    private static void assertPreconditionFailed(HttpResponse<String> answer, Row stored) {
        assertProblem(answer, 412, "precondition-failed");
        assertThat(etag(answer)).isEqualTo(stored == null ? null : stored.etag());
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("urn:bobbin:problem:" + type);
    }

    private static void assertStored(HttpResponse<String> answer, int status, String document) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(document);
        assertThat(etag(answer)).isEqualTo(ChatModel.etag(document));
    }

    private static String etag(HttpResponse<String> answer) {
        return answer.headers().firstValue("ETag").orElse(null);
    }

    private static JsonNode page(HttpResponse<String> answer) {
        assertThat(answer.statusCode())
                .as(answer.uri() + " answered " + answer.body())
                .isEqualTo(200);
        return ChatModel.json(answer.body());
    }

    // ---- Random documents
    // -------------------------------------------------------------------------------------------------

    private String threadId() {
        return "t" + random.nextInt(12);
    }

    private String itemId() {
        return "m" + random.nextInt(12);
    }

    private String time() {
        return Instant.ofEpochSecond(START + 10L * random.nextInt(80)).toString();
    }

    private String threadDocument(String id) {
        return "{\"id\":\"%s\", \"created_at\":\"%s\",\"title\":%s,\"status\":{\"type\":\"%s\"},\"metadata\":{\"k\":\"%s\"}}"
                .formatted(
                        id,
                        time(),
                        As.quote(pick(TITLES)),
                        pick(List.of("active", "active", "locked", "closed")),
                        pick(List.of("v1", "v2")));
    }

    private List<String> itemDocuments(String threadId, int count) {
        List<Integer> numbers = new ArrayList<>(IntStream.range(0, 12).boxed().toList());
        Collections.shuffle(numbers, random);
        return numbers.stream()
                .limit(count)
                .map(n -> itemDocument(threadId, "m" + n))
                .toList();
    }

    private String itemDocument(String threadId, String id) {
        return "{\"id\":\"%s\",\"thread_id\":\"%s\",\"created_at\":\"%s\",\"type\":\"%s\",\"content\":\"%s\"}"
                .formatted(id, threadId, time(), pick(TYPES), pick(TEXTS));
    }

    private static String idOf(String document) {
        return ChatModel.json(document).get("id").asText();
    }

    private static String array(List<String> documents) {
        return "[" + String.join(",", documents) + "]";
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private HttpResponse<String> call(Owner owner, String method, String path, String body, Map<String, String> headers)
            throws IOException, InterruptedException {
        ChatThread thread = owner.model.threads.get(path.replaceFirst("/v1/threads/([^/?]+).*", "$1"));
        if (thread != null && !method.equals("GET")) {
            thread.touched = owner.model.call;
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve(path))
                .header("Authorization", "Bearer " + owner.user.key())
                .header("Bobbin-User", owner.user.user())
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null && !headers.containsKey("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
