package dev.bobbin.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages before a row and around one, and cursors; of threads, items and attachments. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class NeighbouringPagesTest {

    private static final int ROWS = 10;

    private final As user = As.somebody();
    private final List<String> ids =
            IntStream.range(0, ROWS).mapToObj(i -> "r" + (i * 7 % ROWS)).toList();

    static Stream<String> lists() {
        return Stream.of("/v1/threads", "/v1/threads?sort=active_at", "/v1/threads/thr/items", "/v1/attachments");
    }

    /** Ten rows, {@link #ids} by insertion; two and two have one time. */
    private String filled(String list) {
        String path = list.replaceFirst("\\?.*", "");
        if (path.endsWith("/items")) {
            user.thread("thr");
        }
        for (int i = 0; i < ROWS; i++) {
            String row = "{\"id\":\"%s\",\"type\":\"widget\",\"created_at\":\"2026-01-01T00:00:0%d\"}"
                    .formatted(ids.get(i), i / 2);
            user.put(path + "/" + ids.get(i), row).then().statusCode(201);
        }
        return list + (list.contains("?") ? "&" : "?");
    }

    private List<String> in(String order) {
        List<String> rows = new ArrayList<>(ids);
        if (order.equals("desc")) {
            Collections.reverse(rows);
        }
        return rows;
    }

    private JsonPath page(String path) {
        return user.get(path).then().statusCode(200).extract().jsonPath();
    }

    @ParameterizedTest
    @MethodSource("lists")
    void cursorsLeadFromTheFirstPageToTheLastAndBack(String list) {
        String path = filled(list);
        for (String order : List.of("asc", "desc")) {
            for (int limit : new int[] {1, 3, 9, 10, 11}) {
                List<String> rows = in(order);
                List<JsonPath> pages = new ArrayList<>();
                pages.add(page(path + "order=" + order + "&limit=" + limit));
                assertThat(pages.get(0).getString("previous")).isNull();
                for (String next = pages.get(0).getString("next"); next != null; ) {
                    pages.add(page(path + "limit=" + limit + "&cursor=" + next));
                    next = pages.get(pages.size() - 1).getString("next");
                }
                assertThat(pages.stream().<String>flatMap(page -> page.<String>getList("data.id").stream()))
                        .isEqualTo(rows);
                for (int i = 0; i < pages.size(); i++) {
                    assertThat(pages.get(i).getBoolean("has_more"))
                            .isEqualTo(i < pages.size() - 1)
                            .isEqualTo(pages.get(i).getString("after") != null);
                }
                for (int i = pages.size() - 1; i > 0; i--) {
                    JsonPath before = page(
                            path + "limit=" + limit + "&cursor=" + pages.get(i).getString("previous"));
                    assertThat(before.<String>getList("data.id"))
                            .isEqualTo(pages.get(i - 1).getList("data.id"));
                    assertThat(before.getBoolean("has_more")).isEqualTo(i > 1);
                    assertThat(before.getString("after")).isNull();
                    assertThat(before.getString("previous") == null).isEqualTo(i == 1);
                    // not the cursor's text: by activity, it holds the snapshot in which its page was read
                    assertThat(page(path + "limit=" + limit + "&cursor=" + before.getString("next"))
                                    .<String>getList("data.id"))
                            .isEqualTo(pages.get(i).getList("data.id"));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lists")
    void rowsBeforeARowAreThoseNextToIt(String list) {
        String path = filled(list);
        for (String order : List.of("asc", "desc")) {
            List<String> rows = in(order);
            for (int at = 0; at < ROWS; at++) {
                JsonPath page = page(path + "limit=3&order=" + order + "&before=" + rows.get(at));
                assertThat(page.<String>getList("data.id")).isEqualTo(rows.subList(Math.max(0, at - 3), at));
                assertThat(page.getBoolean("has_more")).isEqualTo(at > 3);
                assertThat(page.getString("after")).isNull();
                assertThat(page.getString("previous") != null).isEqualTo(at > 3);
                assertThat(page.getString("next") != null).isEqualTo(at > 0);
                if (at > 0) {
                    assertThat(page(path + "limit=1&cursor=" + page.getString("next"))
                                    .<String>getList("data.id"))
                            .containsExactly(rows.get(at));
                }
            }
        }
    }

    @Test
    void anItemComesWithItsNeighbours() {
        String path = filled("/v1/threads/thr/items");
        for (String order : List.of("asc", "desc")) {
            List<String> rows = in(order);
            for (int limit : new int[] {1, 2, 3, 6, 12}) {
                for (int at = 0; at < ROWS; at++) {
                    int from = Math.max(0, at - limit / 2);
                    int to = Math.min(ROWS, at + limit - limit / 2);
                    JsonPath page = page(path + "limit=" + limit + "&order=" + order + "&around=" + rows.get(at));
                    assertThat(page.<String>getList("data.id")).isEqualTo(rows.subList(from, to));
                    assertThat(page.getBoolean("has_more")).isEqualTo(to < ROWS);
                    assertThat(page.getString("after")).isEqualTo(to < ROWS ? rows.get(to - 1) : null);
                    if (to < ROWS) {
                        assertThat(page(path + "limit=1&cursor=" + page.getString("next"))
                                        .<String>getList("data.id"))
                                .containsExactly(rows.get(to));
                    } else {
                        assertThat(page.getString("next")).isNull();
                    }
                    if (from > 0) {
                        assertThat(page(path + "limit=1&cursor=" + page.getString("previous"))
                                        .<String>getList("data.id"))
                                .containsExactly(rows.get(from - 1));
                    } else {
                        assertThat(page.getString("previous")).isNull();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aCursorOutlivesItsRow(String list) {
        String path = filled(list);
        String base = list.replaceFirst("\\?.*", "");
        JsonPath first = page(path + "order=asc&limit=4");
        JsonPath second = page(path + "limit=4&cursor=" + first.getString("next"));
        for (String id : List.of(ids.get(3), ids.get(4), ids.get(5))) {
            user.delete(base + "/" + id).then().statusCode(204);
        }
        assertThat(page(path + "limit=2&cursor=" + first.getString("next")).<String>getList("data.id"))
                .containsExactly(ids.get(6), ids.get(7));
        assertThat(page(path + "limit=2&cursor=" + second.getString("previous")).<String>getList("data.id"))
                .containsExactly(ids.get(1), ids.get(2));
        user.get(path + "after=" + ids.get(3)).then().statusCode(404);
        user.get(path + "before=" + ids.get(3)).then().statusCode(404);
    }

    @ParameterizedTest
    @MethodSource("lists")
    void anEmptyPageHasNoCursor(String list) {
        String empty = "{\"data\":[],\"has_more\":false,\"after\":null}";
        assertThat(user.get(list).asString()).isEqualTo(empty);
        String path = filled(list);
        assertThat(user.get(path + "order=asc&after=" + ids.get(ROWS - 1)).asString())
                .isEqualTo(empty);
        assertThat(user.get(path + "order=asc&before=" + ids.get(0)).asString()).isEqualTo(empty);
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aCursorOfOneOwnerShowsAnotherNothing(String list) {
        String path = filled(list);
        String cursor = page(path + "limit=1").getString("next");
        As.somebody().get(path + "cursor=" + cursor).then().statusCode(200).body("data.size()", equalTo(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            after=r1&before=r2     | after and before exclude each other
            cursor={c}&after=r1    | cursor excludes after and before
            cursor={c}&before=r1   | cursor excludes after and before
            cursor={c}&order=asc   | cursor is of a list in the other order
            cursor={c}x            | cursor must be the next or previous of a page
            cursor={c}%00          | cursor must be the next or previous of a page
            cursor=r1              | cursor must be the next or previous of a page
            before=%00             | before must
            """)
    void whatContradictsItselfIsRefused(String query, String reason) {
        for (String list : lists().toList()) {
            String path = filled(list);
            String cursor = page(path + "limit=1").getString("next");
            user.get(path + query.replace("{c}", cursor)).then().statusCode(400).body("detail", startsWith(reason));
            user.get(path + "cursor=" + cursor + "&order=desc").then().statusCode(200);
            ids.forEach(id -> user.delete(list.replaceFirst("\\?.*", "") + "/" + id));
        }
    }

    @Test
    void aCursorKeepsToWhatItsListIsSortedBy() {
        String path = filled("/v1/threads?sort=active_at");
        String byActivity = page(path + "limit=1").getString("next");
        String byCreation = page("/v1/threads?limit=1").getString("next");
        user.get("/v1/threads?sort=created_at&cursor=" + byActivity)
                .then()
                .statusCode(400)
                .body("detail", equalTo("cursor is of a list sorted by active_at"));
        user.get("/v1/threads?sort=active_at&cursor=" + byCreation)
                .then()
                .statusCode(400)
                .body("detail", equalTo("cursor is of a list sorted by created_at"));
        user.get("/v1/attachments?cursor=" + byActivity).then().statusCode(400);
        assertThat(page("/v1/threads?cursor=" + byActivity).<String>getList("data.id"))
                .isEqualTo(in("desc").subList(1, ROWS));
    }

    @Test
    void onlyItemsHaveSurroundings() {
        String path = filled("/v1/threads/thr/items");
        user.get(path + "around=none").then().statusCode(404).body("detail", equalTo("Item none not found"));
        As.somebody().get(path + "around=r1").then().statusCode(404);
        for (String other : List.of(
                "after=r2", "before=r2", "cursor=" + page(path + "limit=1").getString("next"))) {
            user.get(path + "around=r1&" + other)
                    .then()
                    .statusCode(400)
                    .body("detail", equalTo("around excludes after, before and cursor"));
        }
        user.get("/v1/threads?around=thr").then().statusCode(400);
        user.get("/v1/attachments?around=r1").then().statusCode(400);
    }

    /** Whichever way it is read, a page keeps to its bytes, has the rows next to where it began, and says that there are more. */
    @Test
    void aPageOfLargeRowsEndsNearItsBeginning() {
        String path = user.thread("thr") + "/items";
        String large = "x".repeat(3_000_000);
        for (int i = 0; i < 6; i++) {
            user.put(
                            path + "/r" + i,
                            "{\"id\":\"r%d\",\"type\":\"widget\",\"created_at\":\"2026-01-01T00:00:0%d\",\"x\":\"%s\"}"
                                    .formatted(i, i, large))
                    .then()
                    .statusCode(201);
        }
        JsonPath before = page(path + "?order=asc&before=r5");
        assertThat(before.<String>getList("data.id")).containsExactly("r3", "r4");
        assertThat(before.getBoolean("has_more")).isTrue();
        assertThat(page(path + "?cursor=" + before.getString("previous")).<String>getList("data.id"))
                .containsExactly("r1", "r2");
        JsonPath around = page(path + "?order=asc&around=r3");
        assertThat(around.<String>getList("data.id")).containsExactly("r2", "r3");
        assertThat(page(path + "?cursor=" + around.getString("next")).<String>getList("data.id"))
                .containsExactly("r4", "r5");
        assertThat(page(path + "?cursor=" + around.getString("previous")).<String>getList("data.id"))
                .containsExactly("r0", "r1");
    }

    @Test
    void aThreadsItemsContinueByTheirCursor() {
        filled("/v1/threads/thr/items");
        String next = page("/v1/threads/thr?include=items&limit=4").getString("items.next");
        assertThat(page("/v1/threads/thr/items?cursor=" + next).<String>getList("data.id"))
                .isEqualTo(in("desc").subList(4, ROWS));
    }
}
