package dev.bobbin.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
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
class PagingTest {

    private static final String TIME = "2026-01-01T00:00:00";

    private final As user = As.somebody();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 19, 20, 21})
    void threadsOfOneAndTheSameTimePageWithoutGapOrRepeatBothWays(int limit) {
        List<String> ids =
                IntStream.range(0, 20).mapToObj(i -> "thr_" + (i * 7 % 20)).toList();
        ids.forEach(user::thread);

        assertThat(walk("/v1/threads", limit, "asc")).isEqualTo(ids);
        List<String> newestFirst = new ArrayList<>(ids);
        Collections.reverse(newestFirst);
        assertThat(walk("/v1/threads", limit, "desc")).isEqualTo(newestFirst);
    }

    @Test
    void itemsOfOneTimePageInTheOrderTheyWereAdded() {
        String items = user.thread("thr_1") + "/items";
        List<String> ids =
                IntStream.range(0, 50).mapToObj(i -> "m" + (i * 31 % 50)).toList();
        ids.forEach(id ->
                user.post(items, As.message(id, "thr_1", TIME, "x")).then().statusCode(201));
        assertThat(walk(items, 7, "asc")).isEqualTo(ids);
    }

    @Test
    void timesOrderAsInstantsWhateverTheirSpelling() {
        String items = user.thread("thr_1") + "/items";
        // in their order; text would order them otherwise
        List<String> times = List.of(
                "\"2026-01-01T00:30:00+01:00\"",
                "\"2025-12-31T23:45:00Z\"",
                "\"2026-01-01T00:00:00\"",
                "\"2026-01-01T00:00:00.000001\"",
                "\"2026-01-01 00:00:00.5Z\"",
                "1767225601",
                "1767225602.25",
                "1767225603000");
        for (int i = times.size() - 1; i >= 0; i--) {
            user.post(items, "{\"id\":\"m%d\",\"type\":\"widget\",\"created_at\":%s}".formatted(i, times.get(i)))
                    .then()
                    .statusCode(201);
        }
        assertThat(walk(items, 3, "asc"))
                .isEqualTo(
                        IntStream.range(0, times.size()).mapToObj(i -> "m" + i).toList());
    }

    @Test
    void thereIsACursorOnlyWhenThereIsMore() {
        IntStream.range(0, 3).forEach(i -> user.thread("thr_" + i));
        user.get("/v1/threads?limit=2").then().body("has_more", equalTo(true)).body("after", equalTo("thr_1"));
        user.get("/v1/threads?limit=3").then().body("has_more", equalTo(false)).body("after", equalTo(null));
        user.get("/v1/threads?limit=2&after=thr_0")
                .then()
                .statusCode(200)
                .body("data.size()", equalTo(0))
                .body("has_more", equalTo(false));
    }

    @ParameterizedTest
    @CsvSource({
        "order=desc,20",
        "limit=0,20",
        "limit=1,1",
        "limit=100,100",
        "limit=101,100",
        "limit=10000000000000000000000000000000000000000,100",
        "limit=99999999999999999999,100"
    })
    void limitIsTwentyUnlessSaidAndAHundredAtMost(String query, int expected) {
        String items = user.thread("thr_1") + "/items";
        user.post(
                        items,
                        IntStream.range(0, 101)
                                .mapToObj(i -> As.message("m" + i, "thr_1", TIME, "x"))
                                .toList()
                                .toString())
                .then()
                .statusCode(201);
        user.get(items + "?" + query).then().statusCode(200).body("data.size()", equalTo(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=-1",
                "limit=ten",
                "limit=1.5",
                "order=up",
                "order=DESC",
                "after=%00",
                "limit=-99999999999999"
            })
    void aMeaninglessQueryIsRefusedWithAReason(String query) {
        String items = user.thread("thr_1") + "/items";
        for (String path : List.of("/v1/threads", items)) {
            String detail = user.get(path + "?" + query)
                    .then()
                    .statusCode(400)
                    .extract()
                    .path("detail");
            assertThat(detail).startsWith(query.substring(0, query.indexOf('=')) + " must ");
        }
    }

    @Test
    void anUnknownCursorIsNotFound() {
        String items = user.thread("thr_1") + "/items";
        user.get("/v1/threads?after=thr_none")
                .then()
                .statusCode(404)
                .body("detail", equalTo("Thread thr_none not found"));
        user.get(items + "?after=msg_none").then().statusCode(404).body("detail", equalTo("Item msg_none not found"));
        As stranger = As.somebody();
        stranger.get("/v1/threads?after=thr_1").then().statusCode(404);
    }

    @Test
    void pagesAskedWhileRowsAreAddedNeverRepeatARow() throws Exception {
        String items = user.thread("thr_1") + "/items";
        IntStream.range(0, 60).forEach(i -> user.post(items, As.message("old" + i, "thr_1", TIME, "x")));
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            for (int i = 0; i < 400 && !stop.get(); i++) {
                user.post(items, As.message("new" + i, "thr_1", i % 2 == 0 ? TIME : "2026-01-02T00:00:00", "x"));
            }
        });
        writer.start();
        try {
            for (int round = 0; round < 2; round++) {
                for (String order : List.of("asc", "desc")) {
                    List<String> seen = walk(items, 9, order);
                    assertThat(seen).doesNotHaveDuplicates();
                    assertThat(seen)
                            .containsAll(IntStream.range(0, 60)
                                    .mapToObj(i -> "old" + i)
                                    .toList());
                }
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    /** The ids of all pages; gives up after 1,000 of them. */
    private List<String> walk(String path, int limit, String order) {
        List<String> ids = new ArrayList<>();
        String after = "";
        for (int pages = 0; pages < 1_000; pages++) {
            JsonPath page = user.get(path + "?limit=" + limit + "&order=" + order + after)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            ids.addAll(page.getList("data.id"));
            if (!page.getBoolean("has_more")) {
                assertThat(page.getString("after")).isNull();
                return ids;
            }
            assertThat(page.getString("after")).isEqualTo(ids.get(ids.size() - 1));
            after = "&after=" + As.encode(page.getString("after"));
        }
        throw new AssertionError("the pages do not end");
    }
}
