package dev.bobbin.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
class SearchResourceTest {

    private final As user = As.somebody();

    @Test
    void aHitSaysWhereItIsAndShowsTheMatch() {
        user.put(
                "/v1/threads/thr_1",
                "{\"id\":\"thr_1\",\"created_at\":\"2026-01-01T00:00:00Z\",\"title\":\"Animals\"}");
        add("thr_1", "msg_1", "2026-01-02T03:04:05Z", "The quick\nbrown foxes");
        assertThat(user.get("/v1/search?q=BROWN%20fox").asString())
                .isEqualTo("{\"data\":[{\"thread_id\":\"thr_1\",\"title\":\"Animals\",\"item_id\":\"msg_1\","
                        + "\"type\":\"user_message\",\"created_at\":\"2026-01-02T03:04:05.000000Z\",\"snippet\":["
                        + "{\"text\":\"The quick \",\"match\":false},{\"text\":\"brown\",\"match\":true},"
                        + "{\"text\":\" \",\"match\":false},{\"text\":\"foxes\",\"match\":true}]}],"
                        + "\"has_more\":false,\"next\":null,\"previous\":null}");
        assertThat(user.get("/v1/search?q=anim").asString())
                .isEqualTo(
                        "{\"data\":[{\"thread_id\":\"thr_1\",\"title\":\"Animals\",\"item_id\":null,\"type\":null,"
                                + "\"created_at\":\"2026-01-01T00:00:00.000000Z\",\"snippet\":["
                                + "{\"text\":\"Animals\",\"match\":true}]}],\"has_more\":false,\"next\":null,\"previous\":null}");
    }

    /** Before the texts are prepared, and when they are. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyLanguageIsFound(boolean prepared) {
        Map<String, String> texts = Map.ofEntries(
                Map.entry("zh", "我喜欢北京烤鸭。"),
                Map.entry("ja", "東京タワーはどこですか"),
                Map.entry("ko", "한국어를 검색합니다"),
                Map.entry("tr", "İSTANBUL'da yaşıyorum"),
                Map.entry("de", "In der Straße wohnt Jörg"),
                Map.entry("ar", "مَرْحَبًا بالعالم"),
                Map.entry("ru", "Съешь ЁЛКУ"),
                Map.entry("th", "สวัสดีชาวโลก"),
                Map.entry("emoji", "Well done 👍🏽 friend"),
                Map.entry("hostile", "select '%_\\' from t; -- <b>&amp;</b>"));
        user.thread("thr_1");
        texts.forEach((id, text) -> add("thr_1", id, "2026-01-01T00:00:00Z", text));
        if (prepared) {
            prepare(user);
        }
        assertThat(found("烤鸭")).containsExactly("zh");
        assertThat(found("京北")).isEmpty();
        assertThat(found("タワー")).containsExactly("ja");
        assertThat(found("검색")).containsExactly("ko");
        assertThat(found("istanbul")).containsExactly("tr");
        assertThat(found("YASIYORUM")).containsExactly("tr");
        assertThat(found("STRASSE jorg")).containsExactly("de");
        assertThat(found("مرحبا")).containsExactly("ar");
        assertThat(found("елку")).containsExactly("ru");
        assertThat(found("ชาว")).containsExactly("th");
        assertThat(found("👍")).containsExactly("emoji");
        assertThat(found("'%_\\' fro")).containsExactly("hostile");
        assertThat(found("x' or '1'='1")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allWordsArePartOfOneText(boolean prepared) {
        user.thread("thr_1");
        add("thr_1", "1", "2026-01-01T00:00:01Z", "one two three four five");
        add("thr_1", "2", "2026-01-01T00:00:02Z", "five four three two one");
        add("thr_1", "3", "2026-01-01T00:00:03Z", "one two");
        if (prepared) {
            prepare(user);
        }
        assertThat(found("one two")).containsExactly("3", "2", "1");
        assertThat(found("five one thr")).containsExactly("2", "1");
        assertThat(found("five four three two one")).containsExactly("2", "1");
        assertThat(found("\"one two\"")).containsExactly("3", "1");
        assertThat(found("\"three two\" five")).containsExactly("2");
        assertThat(found("o")).containsExactly("3", "2", "1");
        assertThat(found("o two")).isEmpty();
        assertThat(found("\"tw\"")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"newest,false", "newest,true", "rank,false", "rank,true"})
    void pagesFollowEachOtherWithoutGapOrRepetition(String sort, boolean prepared) {
        user.thread("thr_1");
        user.thread("thr_2");
        for (int i = 0; i < 24; i++) {
            String text = "word" + " other".repeat(i % 7);
            // some at the same time
            add("thr_" + (1 + i % 2), "m" + i, "2026-01-01T00:00:%02dZ".formatted(i / 3), text);
        }
        if (prepared) {
            prepare(user);
            add("thr_1", "m24", "2026-01-01T00:00:04Z", "one word of those that were written since");
        }
        String all = "/v1/search?limit=100&q=word&sort=" + sort;
        List<String> expected = user.get(all).jsonPath().getList("data.item_id");
        assertThat(expected).hasSize(prepared ? 25 : 24).doesNotHaveDuplicates();
        if (sort.equals("rank")) {
            assertThat(expected.get(0)).isIn("m0", "m7", "m14", "m21");
        }
        List<String> paged = new ArrayList<>();
        String next = "";
        do {
            JsonPath page = user.get("/v1/search?limit=5&q=word&sort=" + sort + "&cursor=" + next)
                    .jsonPath();
            paged.addAll(page.getList("data.item_id"));
            next = page.getString("next");
            assertThat(page.getBoolean("has_more")).isEqualTo(next != null);
        } while (next != null);
        assertThat(paged).isEqualTo(expected);
    }

    @Test
    void aCursorHasItsSortAndOutlivesItsRow() {
        user.thread("thr_1");
        for (int i = 0; i < 4; i++) {
            add("thr_1", "m" + i, "2026-01-01T00:00:0" + i + "Z", "word");
        }
        String next = user.get("/v1/search?limit=2&q=word").jsonPath().getString("next");
        user.delete("/v1/threads/thr_1/items/m2");
        assertThat(user.get("/v1/search?q=word&cursor=" + next).jsonPath().getList("data.item_id"))
                .containsExactly("m1", "m0");
        user.get("/v1/search?q=word&sort=rank&cursor=" + next)
                .then()
                .statusCode(400)
                .body("detail", containsString("another sort"));
        for (String malformed : List.of("x", "AAAA", "%25", next + "A", "A".repeat(30))) {
            user.get("/v1/search?q=word&cursor=" + malformed)
                    .then()
                    .statusCode(400)
                    .body("detail", containsString("cursor"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nobodyFindsWhatIsAnothersOrHiddenOrGone(boolean prepared) {
        As other = new As(As.BETA_KEY, user.user());
        String items = user.thread("thr_1") + "/items";
        other.thread("thr_1");
        add("thr_1", "kept", "2026-01-01T00:00:00Z", "needle");
        add("thr_1", "replaced", "2026-01-01T00:00:00Z", "needle");
        add("thr_1", "hidden_later", "2026-01-01T00:00:00Z", "needle");
        add("thr_1", "deleted", "2026-01-01T00:00:00Z", "needle");
        user.post(items, hidden("h1", "hidden_context_item")).then().statusCode(201);
        user.post(items, hidden("h2", "sdk_hidden_context")).then().statusCode(201);
        user.put("/v1/threads/thr_2", "{\"id\":\"thr_2\",\"title\":\"needle\"}");
        add("thr_2", "in_thr_2", "2026-01-02T00:00:00Z", "needle");
        if (prepared) {
            prepare(user);
        }
        assertThat(found("needle"))
                .containsExactlyInAnyOrder("kept", "replaced", "hidden_later", "deleted", "in_thr_2", null);
        assertThat(other.get("/v1/search?q=needle").jsonPath().getList("data")).isEmpty();

        user.put(items + "/replaced", As.message("replaced", "thr_1", "2026-01-01T00:00:00Z", "pin"));
        user.put(items + "/hidden_later", hidden("hidden_later", "hidden_context_item"));
        user.delete(items + "/deleted");
        user.put("/v1/threads/thr_2", "{\"id\":\"thr_2\",\"title\":\"pin\"}");
        assertThat(found("needle")).containsExactlyInAnyOrder("kept", "in_thr_2");
        assertThat(found("pin")).containsExactlyInAnyOrder("replaced", null);
        assertThat(texts(user, "needle")).isEqualTo(prepared ? 2 : 0);

        user.delete("/v1/threads/thr_2");
        assertThat(found("needle")).containsExactly("kept");
        assertThat(texts(user, "needle")).isEqualTo(prepared ? 1 : 0);
        user.delete("/v1/threads/thr_1");
        assertThat(texts(user, "")).isZero();
    }

    @Test
    void moreThanAFewTextsArePreparedAndSoAreThoseAfterThem() {
        String items = user.thread("thr_1") + "/items";
        for (int batch = 0; batch < 3; batch++) {
            int from = 1_000 * batch;
            user.post(
                            items,
                            IntStream.range(from, from + 1_000)
                                    .mapToObj(i ->
                                            As.message("m" + i, "thr_1", "2026-01-01T00:00:00Z", "text number" + i))
                                    .toList()
                                    .toString())
                    .then()
                    .statusCode(201);
        }
        assertThat(found("number2345")).containsExactly("m2345");
        assertThat(texts(user, "")).isEqualTo(3_000);
        assertThat(marked(user)).isZero();

        add("thr_1", "late", "2025-01-01T00:00:00Z", "text number2345");
        assertThat(found("number2345")).containsExactly("m2345", "late");
        assertThat(marked(user)).isEqualTo(1);
        user.put("/v1/threads/thr_1", "{\"id\":\"thr_1\",\"title\":\"number2345\"}");
        assertThat(found("number2345")).containsExactlyInAnyOrder("m2345", "late", null);
        assertThat(found("number17")).contains("m1799").hasSize(20);
    }

    /** What a write has not committed when a search prepares its thread is found by the next one; what it removed is not. */
    @Test
    void noWriteIsOverlookedThatHappensDuringSearches() throws Exception {
        user.thread("thr_1");
        ExecutorService writers = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> answers = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                String id = "m" + i;
                boolean deleted = i % 3 == 0;
                answers.add(writers.submit(() -> {
                    add("thr_1", id, "2026-01-01T00:00:00Z", "old");
                    // so that there is always something to prepare
                    addMany(user, "thr_1", id + "_", 10);
                    if (deleted) {
                        user.delete("/v1/threads/thr_1/items/" + id).then().statusCode(204);
                    } else {
                        user.put(
                                        "/v1/threads/thr_1/items/" + id,
                                        As.message(id, "thr_1", "2026-01-01T00:00:00Z", "new"))
                                .then()
                                .statusCode(200);
                    }
                }));
            }
            while (!answers.stream().allMatch(Future::isDone)) {
                user.get("/v1/search?q=old&limit=1").then().statusCode(200);
            }
            for (Future<?> answer : answers) {
                answer.get();
            }
        } finally {
            writers.shutdown();
        }
        assertThat(found("old")).isEmpty();
        assertThat(texts(user, " old ")).isZero();
        int count = 0;
        String next = "";
        do {
            JsonPath page =
                    user.get("/v1/search?limit=100&q=new&cursor=" + next).jsonPath();
            count += page.getList("data").size();
            next = page.getString("next");
        } while (next != null);
        assertThat(count).isEqualTo(200);
    }

    /** As tables made by hand have them, and as an operator may add them. */
    @Test
    void rowsThatTheServiceDidNotWriteAreFoundToo() {
        user.thread("thr_1");
        prepare(user);
        TestDatabase.get()
                .execute(
                        TestEnvironment.databaseUrl(),
                        """
                        insert into threads (owner_id, id, document, created_at, title) values ('acme/%1$s', 'thr_2', '{}', now(), 'Needle');
                        insert into thread_items (owner_id, thread_id, id, document, created_at, type, content)
                        select 'acme/%1$s', thread, 'by_hand', '{}', now(), 'user_message', 'Nadel im Heuhaufen'
                        from unnest('{thr_1,thr_2}'::text[]) thread;
                        update thread_items set content = 'needle' where owner_id = 'acme/%1$s' and thread_id = 'thr_1'"""
                                .formatted(user.user()));
        assertThat(found("needle")).containsExactlyInAnyOrder("by_hand", null);
        assertThat(found("nadel")).containsExactly("by_hand");
    }

    @Test
    void aSnippetHasWholeCharactersAroundTheMatch() {
        user.thread("thr_1");
        add("thr_1", "m", "2026-01-01T00:00:00Z", "😀".repeat(300) + " needle " + "👍".repeat(300));
        JsonPath page = user.get("/v1/search?q=needle").jsonPath();
        assertThat(page.getList("data[0].snippet.text", String.class))
                .containsExactly("…" + "😀".repeat(39) + " ", "needle", " " + "👍".repeat(113) + "…");
        assertThat(page.getList("data[0].snippet.match")).containsExactly(false, true, false);
    }

    @Test
    void aQueryWithoutAWordFindsNothing() {
        for (String q :
                List.of("%25", "_", "'", "%22", "%5C", "%00", "%01%02", "*", "...", "%26%7C!():*", "%E2%80%8B")) {
            user.get("/v1/search?q=" + q)
                    .then()
                    .statusCode(200)
                    .body(equalTo("{\"data\":[],\"has_more\":false,\"next\":null,\"previous\":null}"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sort=rank,q must have",
        "q=,q must have",
        "q=x&sort=oldest,sort must be",
        "q=x&limit=-1,limit",
        "q=x&ordr=asc,no query parameter ordr",
        "q=x&q=y,once",
    })
    void badParametersAreRejected(String query, String detail) {
        user.get("/v1/search?" + query).then().statusCode(400).body("detail", containsString(detail));
    }

    private void add(String thread, String id, String createdAt, String text) {
        user.post("/v1/threads/" + thread + "/items", As.message(id, thread, createdAt, text))
                .then()
                .statusCode(201);
    }

    private static void addMany(As user, String thread, String prefix, int count) {
        user.post(
                        "/v1/threads/" + thread + "/items",
                        IntStream.range(0, count)
                                .mapToObj(i -> As.message(prefix + i, thread, "2020-01-01T00:00:00Z", "filler"))
                                .toList()
                                .toString())
                .then()
                .statusCode(201);
    }

    private static String hidden(String id, String type) {
        return "{\"id\":\"%s\",\"thread_id\":\"thr_1\",\"created_at\":\"2026-01-01T00:00:00Z\",\"type\":\"%s\",\"content\":\"needle\"}"
                .formatted(id, type);
    }

    private List<String> found(String q) {
        return user.get("/v1/search?q=" + As.encode(q)).jsonPath().getList("data.item_id");
    }

    /** By a search that finds more to read than it takes along. */
    private static void prepare(As user) {
        String thread = user.thread("thr_filler");
        addMany(user, "thr_filler", "f", SearchStore.MOST_UNREAD + 1);
        user.get("/v1/search?q=filler").then().statusCode(200);
        assertThat(marked(user)).isZero();
        user.delete(thread);
    }

    private static long marked(As user) {
        return count(
                "select count(*) from threads where search_from is not null and owner_id = 'acme/" + user.user() + "'");
    }

    private static long texts(As user, String word) {
        return count("select count(*) from search_texts where owner_id = 'acme/" + user.user() + "' and words like '%"
                + word + "%'");
    }

    private static long count(String sql) {
        try (Connection connection = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
