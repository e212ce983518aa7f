package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the writes of items make of a thread's row: {@code active_at}, and by its {@code ctid} how often it is written. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ThreadActivityTest {

    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

    private final As user = As.somebody();
    private String items;

    @BeforeEach
    void aThread() {
        items = user.thread("thr") + "/items";
    }

    @Test
    void aTurnOfSixWritesUpdatesTheThreadOnce() throws Exception {
        Set<String> versions = new LinkedHashSet<>();
        for (int turn = 1; turn <= 3; turn++) {
            versions.add(version());
            int at = turn * 3600;
            add("user" + turn, at);
            versions.add(version());
            add("hidden" + turn, at + 1);
            add("workflow" + turn, at + 2);
            user.put(items + "/workflow" + turn, item("workflow" + turn, at + 2))
                    .then()
                    .statusCode(200);
            add("tool" + turn, at + 60);
            add("answer" + turn, at + 119);
            versions.add(version());
            assertThat(versions).hasSize(turn + 1);
            assertThat(activeAt()).isEqualTo(at);
        }
    }

    @Test
    void theFirstTurnOfANewThreadUpdatesNothing() throws Exception {
        String before = version();
        for (int nr = 0; nr < 6; nr++) {
            add("i" + nr, nr * 20);
        }
        assertThat(version()).isEqualTo(before);
        add("later", 120);
        assertThat(activeAt()).isEqualTo(120);
    }

    @Test
    void repeatsAndReplacementsChangeNothing() throws Exception {
        add("i", 1000);
        String before = version();
        user.post(items, item("i", 1000)).then().statusCode(200);
        user.post(items + "?on_conflict=replace", item("i", 9000)).then().statusCode(200);
        user.put(items + "/i", item("i", 9000)).then().statusCode(200);
        user.post(items, "[" + item("i", 9000) + "]").then().statusCode(200);
        user.post(items + "?on_conflict=replace", "[" + item("i", 9000) + "," + item("j", 900) + "]")
                .then()
                .statusCode(201);
        user.post(items, item("i", 5000)).then().statusCode(409);
        assertThat(version()).isEqualTo(before);
        assertThat(activeAt()).isEqualTo(1000);
    }

    @Test
    void theNewestItemOfABatchCounts() throws Exception {
        String before = version();
        user.post(
                        items,
                        IntStream.range(0, 100)
                                .mapToObj(nr -> item("i" + nr, nr == 50 ? 5000 : nr))
                                .collect(Collectors.joining(",", "[", "]")))
                .then()
                .statusCode(201);
        assertThat(activeAt()).isEqualTo(5000);
        assertThat(version()).isNotEqualTo(before);
    }

    @Test
    void firstItemsMayBeOlderThanTheThread() throws Exception {
        add("i", -1000);
        assertThat(activeAt()).isEqualTo(-1000);
        String before = version();
        add("older", -2000);
        assertThat(version()).isEqualTo(before);
        user.post(items, "[" + item("a", -500) + "," + item("b", -3000) + "]")
                .then()
                .statusCode(201);
        assertThat(activeAt()).isEqualTo(-500);
    }

    /** Each alone would leave it at its own time, or at the thread's. */
    @Test
    void ofFirstItemsAtTheSameTimeTheNewestCounts() throws Exception {
        CompletableFuture<Response> older;
        try (Connection other = TestDatabase.get().connect(TestEnvironment.databaseUrl())) {
            other.setAutoCommit(false);
            insert(other, "newer", 60);
            older = CompletableFuture.supplyAsync(() -> user.post(items, item("older", -1000)));
            while (!older.isDone() && !LockOrderTest.anyWaits()) {
                Thread.sleep(10);
            }
            other.commit();
        }
        older.get().then().statusCode(201);
        assertThat(activeAt()).isZero();
        user.get("/v1/threads/thr/state").then().body("active_at", equalTo("2026-01-01T00:01:00.000000Z"));
    }

    @Test
    void firstItemsAtTheSameTimeAreAllStored() throws Exception {
        List<Integer> times = List.of(-3000, -1000, -2000, 60, -500);
        ExecutorService clients = Executors.newFixedThreadPool(times.size());
        try {
            for (int nr = 0; nr < 20; nr++) {
                String path = user.thread("n" + nr) + "/items";
                List<Integer> sent = nr % 2 == 0 ? times : times.subList(0, 3);
                List<Future<Response>> answers = sent.stream()
                        .map(at -> clients.submit(() -> user.post(path, item("i" + at, at))))
                        .toList();
                for (Future<Response> answer : answers) {
                    answer.get().then().statusCode(201);
                }
                user.get("/v1/threads/n" + nr + "/state")
                        .then()
                        .body(
                                "active_at",
                                startsWith(CREATED.plusSeconds(nr % 2 == 0 ? 60 : -1000)
                                        .toString()
                                        .replace("Z", "")));
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void aDeleteLowersItToWhatRemains() throws Exception {
        for (int nr = 1; nr <= 4; nr++) {
            add("i" + nr, nr * 1000);
        }
        String before = version();
        user.delete(items + "/i2").then().statusCode(204);
        user.delete(items + "/none").then().statusCode(204);
        assertThat(version()).isEqualTo(before);
        user.delete(items + "/i4").then().statusCode(204);
        assertThat(activeAt()).isEqualTo(3000);
        user.delete(items + "?after=i1").then().statusCode(204);
        assertThat(activeAt()).isEqualTo(1000);
        user.delete(items + "/i1").then().statusCode(204);
        assertThat(activeAt()).isZero();
    }

    @Test
    void eachPopLowersItToWhatRemains() throws Exception {
        for (int nr = 1; nr <= 3; nr++) {
            add("i" + nr, nr * 1000);
        }
        for (int remaining : new int[] {2000, 1000, 0}) {
            user.post(items + "/pop", "").then().statusCode(200);
            assertThat(activeAt()).isEqualTo(remaining);
        }
        String before = version();
        user.post(items + "/pop", "").then().statusCode(204);
        assertThat(version()).isEqualTo(before);
    }

    @Test
    void aThreadWhoseOlderItemsGoHasItsOwnTimeAgain() throws Exception {
        add("i", -1000);
        user.delete(items + "/i").then().statusCode(204);
        assertThat(activeAt()).isZero();
    }

    @Test
    void aDeleteWithinTheWindowUpdatesNothing() throws Exception {
        add("i", 1000);
        add("j", 1060);
        String before = version();
        user.delete(items + "/j").then().statusCode(204);
        assertThat(version()).isEqualTo(before);
    }

    /** A delete that did not wait for them would leave the time of the newest that it sees. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeleteCountsTheItemsThatAreBeingStored(boolean raised) throws Exception {
        String old = item("old", 0);
        Map<String, Supplier<Response>> deletes = Map.of(
                "an item", () -> user.delete(items + "/newest"),
                "an item that exists",
                        () -> user.request().header("If-Match", "*").delete(items + "/newest"),
                "all after one", () -> user.delete(items + "?after=old"),
                "the newest", () -> user.post(items + "/pop", ""),
                "all, for others", () -> user.put(items, "[" + old + "]"),
                "all, of a thread that may exist", () -> user.put(items + "?create=true", "[" + old + "]"));
        for (var delete : deletes.entrySet()) {
            user.put(items, "[" + old + "," + item("newest", 3600) + "]").then().statusCode(200);
            CompletableFuture<Response> answer;
            try (Connection other = TestDatabase.get().connect(TestEnvironment.databaseUrl())) {
                other.setAutoCommit(false);
                insert(other, "appended", 3660);
                answer = CompletableFuture.supplyAsync(delete.getValue());
                while (!answer.isDone() && !LockOrderTest.anyWaits()) {
                    Thread.sleep(10);
                }
                if (raised) {
                    insert(other, "later", 7200);
                }
                other.commit();
            }
            assertThat(answer.get().statusCode()).as(delete.getKey()).isIn(200, 204);
            String newest = user.get(items + "?limit=1").jsonPath().getString("data[0].created_at");
            String activeAt = user.get("/v1/threads/thr/state").jsonPath().getString("active_at");
            assertThat(Instant.parse(activeAt)).as(delete.getKey()).isEqualTo(newest);
        }
    }

    private void add(String id, int at) {
        user.post(items, item(id, at)).then().statusCode(201);
    }

    private void insert(Connection other, String id, int at) throws Exception {
        try (Statement insert = other.createStatement()) {
            insert.execute(
                    "insert into thread_items (owner_id, thread_id, id, document, created_at, type) values ('acme/%s', 'thr', '%s', '%s', '%s', 'widget')"
                            .formatted(user.user(), id, item(id, at), CREATED.plusSeconds(at)));
        }
    }

    private static String item(String id, int at) {
        return "{\"id\":\"%s\",\"type\":\"widget\",\"created_at\":\"%s\"}".formatted(id, CREATED.plusSeconds(at));
    }

    private String version() throws Exception {
        return value("ctid::text");
    }

    /** In seconds after {@link #CREATED}. */
    private long activeAt() throws Exception {
        return Long.parseLong(value("extract(epoch from active_at)::bigint")) - CREATED.getEpochSecond();
    }

    private String value(String expression) throws Exception {
        try (Connection connection = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "select " + expression + " from threads where owner_id = 'acme/" + user.user() + "'")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
