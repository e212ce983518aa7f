package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The list a sidebar needs: by activity, with the last item, filtered and counted. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ThreadListTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final As user = As.somebody();

    private void thread(String id, long at, String members) {
        user.put("/v1/threads/" + id, "{\"id\":\"%s\",\"created_at\":\"%s\"%s}".formatted(id, time(at), members))
                .then()
                .statusCode(201);
    }

    private void item(String thread, String id, long at, String type) {
        user.post("/v1/threads/" + thread + "/items", json(id, at, type)).then().statusCode(201);
    }

    private static String json(String id, long at, String type) {
        return "{\"id\":\"%s\",\"created_at\":\"%s\",\"type\":\"%s\"}".formatted(id, time(at), type);
    }

    private static Instant time(long at) {
        return START.plusSeconds(at);
    }

    private List<String> ids(String query) {
        return user.get("/v1/threads?" + query)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("data.id");
    }

    /** All pages, in the way of the cursors. */
    private List<String> walk(String query, String way) {
        List<String> ids = new ArrayList<>();
        String path = "/v1/threads?" + query;
        while (true) {
            JsonPath page = user.get(path).then().statusCode(200).extract().jsonPath();
            List<String> rows = page.getList("data.id");
            ids.addAll(way.equals("next") ? ids.size() : 0, rows);
            if (page.getString(way) == null) {
                return ids;
            }
            path = "/v1/threads?cursor=" + page.getString(way)
                    + ("&" + query).replaceAll("&(sort|order|before)=[^&]*", "");
        }
    }

    /** Threads and items come and go within a few windows of {@link ThreadActivity}; the order is always the exact one. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void byActivityTheOrderIsThatOfTheNewestItems(long seed) {
        Random random = new Random(seed);
        Map<String, Long> created = new LinkedHashMap<>();
        Map<String, TreeMap<Long, String>> items = new LinkedHashMap<>();
        for (int nr = 0; nr < 12; nr++) {
            long at = random.nextInt(600);
            created.put("t" + nr, at);
            items.put("t" + nr, new TreeMap<>());
            thread("t" + nr, at, "");
        }
        for (int step = 1; step <= 120; step++) {
            String thread = "t" + random.nextInt(12);
            TreeMap<Long, String> of = items.get(thread);
            String path = "/v1/threads/" + thread + "/items";
            int choice = random.nextInt(10);
            if (choice < 5 || of.isEmpty()) {
                long at = random.nextInt(900);
                if (of.putIfAbsent(at, "i" + step) == null) {
                    item(thread, "i" + step, at, "widget");
                }
            } else if (choice < 6) {
                long first = 900 + step;
                of.put(first, "b" + step);
                of.put(first - 400, "c" + step);
                user.post(
                                path,
                                "[" + json("b" + step, first, "task") + "," + json("c" + step, first - 400, "task")
                                        + "]")
                        .then()
                        .statusCode(201);
            } else if (choice < 8) {
                user.delete(path + "/" + of.remove(of.lastKey())).then().statusCode(204);
            } else {
                long stays = new ArrayList<>(of.keySet()).get(random.nextInt(of.size()));
                user.delete(path + "?after=" + of.get(stays)).then().statusCode(204);
                of.tailMap(stays, false).clear();
            }
            if (step % 20 == 0) {
                List<String> ascending = new ArrayList<>(created.keySet());
                ascending.sort(Comparator.comparing(id -> items.get(id).isEmpty()
                        ? created.get(id)
                        : items.get(id).lastKey()));
                List<String> descending = new ArrayList<>(ascending);
                Collections.reverse(descending);
                int limit = 1 + random.nextInt(6);
                assertThat(walk("sort=active_at&order=asc&limit=" + limit, "next"))
                        .isEqualTo(ascending);
                assertThat(walk("sort=active_at&limit=" + limit, "next")).isEqualTo(descending);
                assertThat(walk("sort=active_at&order=asc&limit=" + limit + "&before=" + ascending.get(11), "previous"))
                        .isEqualTo(ascending.subList(0, 11));
                assertThat(walk("sort=active_at&limit=" + limit + "&before=" + descending.get(11), "previous"))
                        .isEqualTo(descending.subList(0, 11));
                assertThat(ids("sort=active_at&limit=3&after=" + descending.get(4)))
                        .isEqualTo(descending.subList(5, 8));
            }
        }
    }

    @Test
    void threadsThatMoveWhileAClientPagesAreNotMissedAndHideNoOthers() {
        for (int nr = 0; nr < 8; nr++) {
            thread("t" + nr, nr, "");
        }
        JsonPath first = user.get("/v1/threads?sort=active_at&limit=3").jsonPath();
        assertThat(first.<String>getList("data.id")).containsExactly("t7", "t6", "t5");
        item("t5", "i", 1000, "widget");
        item("t7", "i", 1001, "widget");
        item("t1", "i", 1002, "widget");
        assertThat(ids("limit=2&cursor=" + first.getString("next"))).containsExactly("t1", "t7");
        JsonPath second = user.get("/v1/threads?limit=4&cursor=" + first.getString("next"))
                .jsonPath();
        assertThat(second.<String>getList("data.id")).containsExactly("t1", "t7", "t5", "t4");
        assertThat(ids("limit=3&cursor=" + second.getString("next"))).containsExactly("t3", "t2", "t0");
        assertThat(ids("limit=3&cursor=" + second.getString("previous"))).containsExactly("t7", "t5", "t6");
        assertThat(ids("sort=active_at&limit=3")).containsExactly("t1", "t7", "t5");

        JsonPath oldest =
                user.get("/v1/threads?sort=active_at&order=asc&limit=3").jsonPath();
        assertThat(oldest.<String>getList("data.id")).containsExactly("t0", "t2", "t3");
        item("t2", "i", 2000, "widget");
        assertThat(ids("cursor=" + oldest.getString("next"))).containsExactly("t4", "t6", "t5", "t7", "t1", "t2");
    }

    @Test
    void theLastItemThatIsNotHiddenComesAlong() {
        thread("t1", 1, "");
        thread("t2", 2, "");
        thread("t3", 3, "");
        user.put("/v1/threads/t4", "{ }").then().statusCode(201);
        item("t1", "a", 10, "user_message");
        item("t1", "b", 11, "end_of_turn");
        item("t1", "c", 12, "hidden_context_item");
        item("t1", "d", 13, "sdk_hidden_context");
        item("t2", "a", 10, "hidden_context_item");
        assertThat(user.get("/v1/threads?include=last_item&order=asc").asString())
                .isEqualTo(
                        """
                        {"data":[{"id":"t1","created_at":"%s","last_item":%s},\
                        {"id":"t2","created_at":"%s","last_item":null},\
                        {"id":"t3","created_at":"%s","last_item":null},\
                        { "last_item":null}],"has_more":false,"after":null}"""
                                .formatted(time(1), json("b", 11, "end_of_turn"), time(2), time(3)));
        user.get("/v1/threads?include=last_item&sort=active_at")
                .then()
                .body("data.id", contains(null, "t1", "t2", "t3"))
                .body("data[1].last_item.id", equalTo("b"));
        user.get("/v1/threads?include=items")
                .then()
                .statusCode(400)
                .body("detail", equalTo("include must be last_item"));
    }

    @Test
    void lastItemsCountToTheBytesOfThePage() {
        String large = "x".repeat(3_000_000);
        for (int nr = 0; nr < 4; nr++) {
            thread("t" + nr, nr, "");
            user.post(
                            "/v1/threads/t" + nr + "/items",
                            "{\"id\":\"i\",\"created_at\":\"2026-01-02\",\"type\":\"widget\",\"x\":\"" + large + "\"}")
                    .then()
                    .statusCode(201);
        }
        assertThat(ids("include=last_item&order=asc")).containsExactly("t0", "t1");
        assertThat(walk("include=last_item&order=asc", "next")).containsExactly("t0", "t1", "t2", "t3");
        assertThat(ids("sort=active_at")).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            order=asc                                               | t1 t2 t3 t4 t5
            order=asc&status=active                                 | t1 t3 t5
            order=asc&status=locked                                 | t2
            order=asc&status=closed                                 | t4
            order=asc&archived=true                                 | t6
            order=asc&archived=any                                  | t1 t2 t3 t4 t5 t6
            order=asc&archived=false                                | t1 t2 t3 t4 t5
            order=asc&title=gr                                      | t1 t2 t4
            order=asc&title=GR%C3%9C                                | t2
            order=asc&title=%25                                     | t5
            order=asc&title=gr&status=active                        | t1
            order=asc&metadata.topic=a                              | t1 t2
            order=asc&metadata.topic=a&metadata.n=1.50              | t2
            order=asc&metadata.n=7                                  | t3
            order=asc&metadata.on=true                              | t3
            order=asc&metadata.a.b=c%26d                            | t4
            order=asc&metadata.none=x                               |
            order=asc&metadata.topic=                               | t5
            order=asc&metadata.topic=null                           |
            order=asc&created_at[gt]=2026-01-01T00:00:02Z           | t3 t4 t5
            order=asc&created_at%5Bgte%5D=2026-01-01T00:00:02Z      | t2 t3 t4 t5
            created_at[lt]=2026-01-01T00:00:02Z                     | t1
            order=asc&created_at[lte]=2026-01-01T01:00:02%2B01:00   | t1 t2
            order=asc&created_at[gt]=2026-01-01T00:00:01&created_at[lt]=2026-01-01T00:00:03 | t2
            created_at[gt]=2026-01-02&created_at[lt]=2026-01-01     |
            sort=active_at                                          | t1 t3 t2 t5 t4
            sort=active_at&active_at[gte]=2026-01-01T00:01:40Z      | t1 t3 t2
            sort=active_at&active_at[gt]=2026-01-01T00:01:40Z       | t1 t3
            order=asc&active_at[gt]=2026-01-01T00:01:40Z            | t1 t3
            sort=active_at&active_at[lt]=2026-01-01T00:01:40Z       | t5 t4
            order=asc&active_at[lte]=2026-01-01T00:01:40Z           | t2 t4 t5
            sort=active_at&active_at[gt]=2026-01-01T00:01:40Z&created_at[gt]=2026-01-01T00:00:01Z | t3
            sort=active_at&status=active&archived=any&limit=2       | t6 t1
            """)
    void filtersLeaveOthersOut(String query, String expected) {
        thread("t1", 1, ",\"title\":\"Green\",\"metadata\":{\"topic\":\"a\"}");
        thread(
                "t2",
                2,
                ",\"title\":\"grün\",\"status\":{\"type\":\"locked\"},\"metadata\":{\"topic\":\"a\",\"n\":1.50}");
        thread("t3", 3, ",\"title\":null,\"status\":{\"type\":\"active\"},\"metadata\":{\"on\":true,\"n\":7}");
        thread("t4", 4, ",\"title\":\"Groß\",\"status\":\"closed\",\"metadata\":{\"a.b\":\"c&d\",\"topic\":null}");
        thread("t5", 5, ",\"title\":\"%\",\"metadata\":{\"topic\":\"\"}");
        thread("t6", 6, ",\"title\":\"green\",\"metadata\":{\"topic\":\"a\"}");
        item("t1", "a", 1000, "widget");
        item("t2", "a", 100, "widget");
        item("t3", "a", 101, "widget");
        item("t6", "a", 2000, "widget");
        TestDatabase.get()
                .execute(
                        TestEnvironment.databaseUrl(),
                        "update threads set archived = true where owner_id = 'acme/" + user.user() + "' and id = 't6'");
        assertThat(String.join(" ", ids(query))).isEqualTo(expected == null ? "" : expected);
        String total = query.contains("limit") ? "4" : String.valueOf(ids(query).size());
        user.get("/v1/threads?count=true&" + query)
                .then()
                .body("total.value.toString()", equalTo(total))
                .body("total.relation", equalTo("eq"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            status=open                     | status must be active, locked or closed
            status=                         | status must be active, locked or closed
            archived=yes                    | archived must be true, false or any
            archived=                       | archived must be true, false or any
            created_at[gt]=yesterday        | created_at[gt] must be a date and time
            active_at[lte]=                 | active_at[lte] must be a date and time
            created_at[lt]=2026-01-01T00:00:00+01:00 | created_at[lt] must be a date and time
            sort=title                      | sort must be created_at or active_at
            count=yes                       | count must be true
            title=%00                       | The text holds characters that the database cannot store
            metadata.a%00=b                 | The text holds characters that the database cannot store
            """)
    void aMeaninglessFilterIsRefused(String query, String reason) {
        user.get("/v1/threads?" + query).then().statusCode(400).body("detail", startsWith(reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"created_at", "active_at"})
    void aFilterMakesNoPageShort(String sort) {
        for (int nr = 0; nr < 60; nr++) {
            thread("t" + nr, nr * 20L, nr % 9 == 0 ? ",\"metadata\":{\"k\":\"v\"}" : "");
        }
        List<String> matching = List.of("t54", "t45", "t36", "t27", "t18", "t9", "t0");
        assertThat(ids("limit=5&metadata.k=v&sort=" + sort)).isEqualTo(matching.subList(0, 5));
        assertThat(walk("limit=2&metadata.k=v&sort=" + sort, "next")).isEqualTo(matching);
        assertThat(ids("limit=5&metadata.k=v&after=t30&sort=" + sort)).isEqualTo(matching.subList(3, 7));
    }

    @Test
    void theTotalEndsAtTenThousand() {
        thread("t", 0, "");
        user.get("/v1/threads?count=true&limit=1")
                .then()
                .body("total", equalTo(Map.of("value", 1, "relation", "eq")))
                .body("keySet().toList()", equalTo(List.of("data", "has_more", "after", "total")));
        String rows =
                """
                insert into threads (owner_id, id, document, created_at, active_at)
                select 'acme/%s', 'n' || n, '{}', '2026-01-01', '2026-01-01' from generate_series(%d, %d) n""";
        TestDatabase.get().execute(TestEnvironment.databaseUrl(), rows.formatted(user.user(), 1, 9_999));
        user.get("/v1/threads?count=true&sort=active_at&limit=1")
                .then()
                .body("total", equalTo(Map.of("value", 10_000, "relation", "eq")));
        TestDatabase.get().execute(TestEnvironment.databaseUrl(), rows.formatted(user.user(), 10_000, 10_000));
        user.get("/v1/threads?count=true&order=asc&limit=1")
                .then()
                .body("total", equalTo(Map.of("value", 10_000, "relation", "gte")));
        user.get("/v1/threads?count=true&status=closed")
                .then()
                .body("data", empty())
                .body("total", equalTo(Map.of("value", 0, "relation", "eq")));
        user.get("/v1/threads?limit=1").then().body("total", nullValue());
    }

    @Test
    void anotherOwnersThreadsAreInNoList() {
        thread("t1", 1, ",\"title\":\"x\"");
        item("t1", "a", 5, "widget");
        for (As other : List.of(As.somebody(), new As(As.BETA_KEY, user.user()))) {
            other.get("/v1/threads?sort=active_at&include=last_item&count=true&archived=any&title=x")
                    .then()
                    .body("data", empty())
                    .body("total.value", equalTo(0));
            other.put("/v1/threads/t1", "{\"id\":\"t1\"}").then().statusCode(201);
            other.get("/v1/threads?include=last_item").then().body("data[0].last_item", nullValue());
            other.get("/v1/threads?sort=active_at&after=t1").then().body("data", empty());
            other.delete("/v1/threads?confirm=1").then().statusCode(200);
        }
        user.get("/v1/threads?sort=active_at&include=last_item").then().body("data[0].last_item.id", equalTo("a"));
        user.get("/v1/threads?sort=active_at&after=none").then().statusCode(404);
    }
}
