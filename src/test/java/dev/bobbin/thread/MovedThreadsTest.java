package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Threads that get items while a client pages through them by activity, the newest first: none is missed. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class MovedThreadsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final As user = As.somebody();

    /** Two seconds apart, t0 the oldest. */
    private void threads(int count) {
        for (int nr = 0; nr < count; nr++) {
            user.put("/v1/threads/t" + nr, "{\"id\":\"t%d\",\"created_at\":\"%s\"}".formatted(nr, time(2 * nr)))
                    .then()
                    .statusCode(201);
        }
    }

    private static Instant time(int seconds) {
        return START.plusSeconds(seconds);
    }

    private JsonPath first(int limit) {
        return page("sort=active_at&limit=" + limit);
    }

    private JsonPath next(JsonPath page, int limit) {
        return page("limit=" + limit + "&cursor=" + page.getString("next"));
    }

    private JsonPath page(String query) {
        return user.get("/v1/threads?" + query).then().statusCode(200).extract().jsonPath();
    }

    private static List<String> ids(JsonPath page) {
        return page.getList("data.id");
    }

    /** The ids of this page and all that follow. */
    private List<String> rest(JsonPath page, int limit) {
        List<String> ids = new ArrayList<>(ids(page));
        JsonPath last = page;
        while (last.getString("next") != null) {
            last = next(last, limit);
            ids.addAll(ids(last));
        }
        return ids;
    }

    /** Items of a call that was made before a page was read, and is committed after it. */
    private final class InFlight implements AutoCloseable {
        private final Connection connection = TestDatabase.get().connect(TestEnvironment.databaseUrl());

        InFlight() throws Exception {
            connection.setAutoCommit(false);
        }

        InFlight add(String thread, int at) throws Exception {
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into thread_items (owner_id, thread_id, id, document, created_at, type) values (?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, "acme/" + user.user());
                insert.setString(2, thread);
                insert.setString(3, "i" + at);
                insert.setString(4, "{\"id\":\"i" + at + "\",\"type\":\"widget\"}");
                insert.setTimestamp(5, Timestamp.from(time(at)));
                insert.setString(6, "widget");
                insert.execute();
            }
            return this;
        }

        @Override
        public void close() throws Exception {
            connection.commit();
            connection.close();
        }
    }

    @Test
    void anItemThatWasInFlightWhileAPageWasReadMovesItsThread() throws Exception {
        threads(6);
        JsonPath first;
        try (InFlight append = new InFlight().add("t1", 9)) {
            first = first(2);
        }
        assertThat(ids(first)).containsExactly("t5", "t4");
        JsonPath second = next(first, 2);
        assertThat(ids(second)).containsExactly("t1", "t3");
        assertThat(ids(next(second, 9))).containsExactly("t2", "t0");
        assertThat(ids(first(9))).containsExactly("t5", "t1", "t4", "t3", "t2", "t0");
    }

    @Test
    void theFirstItemInFlightAndAThreadThatIsNewMoveToo() throws Exception {
        threads(6);
        JsonPath first = first(2);
        user.put("/v1/threads/new", "{\"id\":\"new\",\"created_at\":\"%s\"}".formatted(time(9)))
                .then()
                .statusCode(201);
        JsonPath second = next(first, 2);
        assertThat(ids(second)).containsExactly("new", "t3");
        assertThat(rest(second, 2)).containsExactly("new", "t3", "t2", "t1", "t0");
    }

    @Test
    void moreThanAPageOfThemComeOverSeveralPagesEachOnce() throws Exception {
        threads(12);
        JsonPath first;
        try (InFlight append = new InFlight()) {
            for (int nr = 0; nr < 7; nr++) {
                append.add("t" + nr, nr % 2 == 0 ? 100 + nr : 21);
            }
            first = first(2);
        }
        assertThat(ids(first)).containsExactly("t11", "t10");
        assertThat(rest(next(first, 2), 2)).containsExactly("t6", "t4", "t2", "t0", "t5", "t3", "t1", "t9", "t8", "t7");
    }

    /** While the pages have only threads that moved before, others move, also above those that are still to come and back. */
    @Test
    void threadsThatMoveMeanwhileAreNotMissed() throws Exception {
        threads(14);
        JsonPath page;
        try (InFlight append = new InFlight()) {
            for (int nr = 0; nr < 8; nr++) {
                append.add("t" + nr, 50 + nr);
            }
            page = first(2);
        }
        List<String> seen = new ArrayList<>(ids(page));
        page = next(page, 2);
        assertThat(ids(page)).containsExactly("t7", "t6");
        seen.addAll(ids(page));
        try (InFlight append = new InFlight().add("t9", 26)) {
            new InFlight().add("t0", 90).add("t8", 91).close();
            page = next(page, 2);
            assertThat(ids(page)).containsExactly("t8", "t0");
            seen.addAll(ids(page));
            new InFlight().add("t1", 92).close();
            page = next(page, 1);
            assertThat(ids(page)).containsExactly("t1");
            seen.addAll(ids(page));
            user.delete("/v1/threads/t1/items/i92").then().statusCode(204);
            new InFlight().add("t2", 93).close();
        }
        page = next(page, 1);
        assertThat(ids(page)).containsExactly("t2");
        user.delete("/v1/threads/t2/items/i93").then().statusCode(204);
        seen.addAll(ids(page));
        seen.addAll(rest(next(page, 2), 2));
        assertThat(seen)
                .contains(IntStream.range(0, 14).mapToObj(nr -> "t" + nr).toArray(String[]::new));
    }

    /** It is above the place that the pages of threads that have moved have come to, while they are read only. */
    @Test
    void aThreadThatRisesAndFallsWhileOthersAreShownIsNotMissed() throws Exception {
        threads(8);
        JsonPath page;
        try (InFlight append = new InFlight()) {
            for (int nr = 0; nr < 6; nr++) {
                append.add("t" + nr, 50 + nr);
            }
            page = first(2);
        }
        page = next(page, 2);
        assertThat(ids(page)).containsExactly("t5", "t4");
        new InFlight().add("t0", 90).add("t1", 91).add("t2", 92).close();
        page = next(page, 2);
        assertThat(ids(page)).containsExactly("t2", "t1");
        user.delete("/v1/threads/t0/items/i90").then().statusCode(204);
        assertThat(rest(next(page, 2), 2)).contains("t0", "t3").doesNotContain("t7");
    }

    /** Each thread moves once, from below the place that the walk has come to: an item that it misses it misses for good. */
    @RepeatedTest(5)
    void aWalkBesideEightWritersMissesNoThread() throws Exception {
        List<String> threads = IntStream.range(0, 2000).mapToObj(nr -> "t" + nr).toList();
        TestDatabase.get()
                .execute(
                        TestEnvironment.databaseUrl(),
                        """
                        insert into threads (owner_id, id, document, created_at, active_at)
                        select 'acme/%s', 't' || n, '{"id":"t' || n || '"}', at, at from generate_series(0, 1999) n,
                          lateral (select now() - interval '5 hours' + n * interval '5 s' as at) time"""
                                .formatted(user.user()));
        ExecutorService clients = Executors.newFixedThreadPool(8);
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        AtomicBoolean ended = new AtomicBoolean();
        try {
            JsonPath first = first(100);
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < 8; writer++) {
                int from = writer;
                writers.add(clients.submit(() -> {
                    for (int nr = from; nr < 1500 && !ended.get(); nr += 8) {
                        assertThat(append(http, threads.get(nr))).isEqualTo(201);
                    }
                    return null;
                }));
            }
            List<String> seen = rest(first, 100);
            ended.set(true);
            for (Future<?> writer : writers) {
                writer.get();
            }
            assertThat(seen).containsAll(threads);
        } finally {
            clients.shutdownNow();
        }
    }

    /** REST Assured would open a connection, and take longer than the service. */
    private int append(HttpClient http, String thread) throws Exception {
        URI items = URI.create("http://localhost:" + RestAssured.port + "/v1/threads/" + thread + "/items");
        HttpRequest request = HttpRequest.newBuilder(items)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + user.key())
                .header("Bobbin-User", user.user())
                .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"widget\"}"))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }
}
