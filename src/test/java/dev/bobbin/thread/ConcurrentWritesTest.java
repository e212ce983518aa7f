package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ConcurrentWritesTest {

    private final As user = As.somebody();

    private static final int CALLS = 100;

    private final ExecutorService clients = Executors.newFixedThreadPool(CALLS);
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void stop() {
        clients.shutdownNow();
    }

    /** Each client counts by reading, adding one, and saving if nobody was faster. */
    @Test
    void conditionalPatchesLoseNothing() throws Exception {
        String path = "/v1/threads/t";
        user.put(path, "{\"count\":0}").then().statusCode(201);
        Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
        all(IntStream.range(0, CALLS).boxed().toList(), n -> {
            while (true) {
                Answer seen = send("GET", path, "");
                int next = seen.json().getInteger("count") + 1;
                Answer patched = send(
                        "PATCH", path, "{\"count\":" + next + ",\"m" + n + "\":" + next + "}", "If-Match", seen.tag());
                if (patched.status() == 200) {
                    assertThat(acknowledged.add(next))
                            .as("%s was acknowledged twice", next)
                            .isTrue();
                    return;
                }
                assertThat(patched.status()).as(patched.body()).isEqualTo(412);
                assertThat(patched.tag()).isNotEqualTo(seen.tag());
            }
        });
        Map<String, Integer> document = user.get(path).jsonPath().getMap("");
        assertThat(document).hasSize(CALLS + 1).containsEntry("count", CALLS);
        assertThat(new TreeSet<>(document.values())).hasSize(CALLS);
    }

    @Test
    void conditionalSavesOfAnItemLoseNothing() throws Exception {
        String path = user.thread("t") + "/items/i";
        user.put(path, "{\"type\":\"x\",\"count\":0}").then().statusCode(201);
        all(IntStream.range(0, CALLS).boxed().toList(), n -> {
            int status;
            do {
                Answer seen = send("GET", path, "");
                String next = "{\"type\":\"x\",\"count\":" + (seen.json().getInteger("count") + 1) + "}";
                status = send("PUT", path, next, "If-Match", seen.tag()).status();
                assertThat(status).isIn(200, 412);
            } while (status != 200);
        });
        user.get(path).then().body("count", equalTo(CALLS));
    }

    @Test
    void onlyOneOfManyCreates() throws Exception {
        for (String path : List.of("/v1/threads/n", user.thread("t") + "/items/i", "/v1/attachments/a")) {
            List<Integer> created = new ArrayList<>();
            all(IntStream.range(0, 30).boxed().toList(), n -> {
                Answer answer = send("PUT", path, "{\"type\":\"x\",\"n\":" + n + "}", "If-None-Match", "*");
                if (answer.status() == 201) {
                    synchronized (created) {
                        created.add(n);
                    }
                } else {
                    assertThat(answer.status()).as(answer.body()).isEqualTo(412);
                    assertThat(answer.tag()).isNotEmpty();
                }
            });
            assertThat(created).hasSize(1);
            user.get(path).then().body("n", equalTo(created.get(0)));
        }
    }

    @Test
    void patchesOfDifferentMembersAreAllThere() throws Exception {
        String path = user.thread("t");
        all(IntStream.range(0, CALLS).boxed().toList(), n -> assertThat(
                        send("PATCH", path, "{\"m" + n + "\":" + n + "}").status())
                .isEqualTo(200));
        Map<String, Object> document = user.get(path).jsonPath().getMap("");
        assertThat(document).hasSize(CALLS + 2);
        String item = path + "/items/i";
        user.put(item, "{\"type\":\"x\"}");
        all(IntStream.range(0, CALLS).boxed().toList(), n -> assertThat(
                        send("PATCH", item, "{\"m" + n + "\":" + n + "}").status())
                .isEqualTo(200));
        assertThat(user.get(item).jsonPath().getMap("")).hasSize(CALLS + 1);
    }

    /** Five clients append twenty items each, one after the other, so that each knows which items come before which. */
    @Test
    void aForkHasAllThatWasAcknowledgedBeforeAndNoGaps() throws Exception {
        String items = user.thread("t") + "/items";
        List<Set<String>> before = new ArrayList<>();
        List<Future<Response>> forks = new ArrayList<>();
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        List<Future<?>> writers = IntStream.range(0, 5)
                .<Future<?>>mapToObj(writer -> clients.submit(() -> {
                    for (int n = 0; n < CALLS / 5; n++) {
                        String id = writer + "_" + n;
                        assertThat(send("POST", items, "{\"id\":\"" + id + "\",\"type\":\"x\"}")
                                        .status())
                                .isEqualTo(201);
                        acknowledged.add(id);
                    }
                    return null;
                }))
                .collect(Collectors.toList());
        while (writers.stream().anyMatch(writer -> !writer.isDone())) {
            before.add(Set.copyOf(acknowledged));
            Response fork = user.post("/v1/threads/t/fork", "{}");
            fork.then().statusCode(201);
            forks.add(clients.submit(() -> user.get(fork.header("Location") + "/items?limit=100")));
        }
        for (Future<?> writer : writers) {
            writer.get();
        }
        for (int i = 0; i < forks.size(); i++) {
            Set<String> copied = Set.copyOf(forks.get(i).get().<List<String>>path("data.id"));
            assertThat(copied).containsAll(before.get(i));
            for (String id : copied) {
                String[] parts = id.split("_");
                for (int n = 0; n < Integer.parseInt(parts[1]); n++) {
                    assertThat(copied).as("what was acknowledged before " + id).contains(parts[0] + "_" + n);
                }
            }
        }
        user.get(items + "?limit=100").then().body("data.size()", equalTo(CALLS));
    }

    /** The service gives the times. */
    @Test
    void aForkBesideAHundredClientsIsAPrefixOfTheThread() throws Exception {
        String items = user.thread("t") + "/items";
        List<Future<List<String>>> forkers = IntStream.range(0, 4)
                .mapToObj(forker -> clients.submit(() -> {
                    List<String> forks = new ArrayList<>();
                    for (int n = 0; n < 4; n++) {
                        Answer fork = send("POST", "/v1/threads/t/fork", "{}");
                        assertThat(fork.status()).as(fork.body()).isEqualTo(201);
                        forks.add(fork.json().getString("id"));
                    }
                    return forks;
                }))
                .toList();
        List<Future<?>> writers = IntStream.range(0, CALLS)
                .<Future<?>>mapToObj(writer -> clients.submit(() -> {
                    for (int n = 0; n < 5; n++) {
                        String body = n < 4 ? "{\"type\":\"x\"}" : "[{\"type\":\"x\"},{\"type\":\"x\"}]";
                        assertThat(send("POST", items, body).status()).isEqualTo(201);
                    }
                    return null;
                }))
                .collect(Collectors.toList());
        for (Future<?> writer : writers) {
            writer.get();
        }
        List<String> all = ids("t");
        assertThat(all).hasSize(6 * CALLS);
        List<String> forks = new ArrayList<>();
        for (Future<List<String>> forker : forkers) {
            forks.addAll(forker.get());
        }
        for (String fork : forks) {
            List<String> copied = ids(fork);
            assertThat(copied).as("the copy " + fork).isEqualTo(all.subList(0, copied.size()));
        }
    }

    private List<String> ids(String thread) throws Exception {
        List<String> ids = new ArrayList<>();
        String page = "";
        while (page != null) {
            JsonObject answer = send("GET", "/v1/threads/" + thread + "/items?order=asc&limit=100" + page, "")
                    .json();
            answer.getJsonArray("data").forEach(item -> ids.add(((JsonObject) item).getString("id")));
            page = answer.getString("next") == null ? null : "&cursor=" + answer.getString("next");
        }
        return ids;
    }

    @Test
    void aForkWaitsForAnAppendInFlight() throws Exception {
        String items = user.thread("t") + "/items";
        Future<Answer> fork;
        try (Connection other = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                Statement insert = other.createStatement()) {
            other.setAutoCommit(false);
            insert.execute(
                    "insert into thread_items (owner_id, thread_id, id, document, created_at, type) values ('acme/%s', 't', 'first', '{\"id\":\"first\"}', '2026-01-01 00:00:01Z', 'x')"
                            .formatted(user.user()));
            user.post(items, As.message("second", "t", "2026-01-01T00:00:02Z", "x"))
                    .then()
                    .statusCode(201);
            fork = clients.submit(() -> send("POST", "/v1/threads/t/fork", "{\"id\":\"f\"}"));
            while (!fork.isDone() && !LockOrderTest.anyWaits()) {
                Thread.sleep(10);
            }
            other.commit();
        }
        assertThat(fork.get().status()).isEqualTo(201);
        assertThat(ids("f")).containsExactly("first", "second");
    }

    @Test
    void replacementsLeaveOneOfTheirSetsAndWhatWasAppendedAfterIt() throws Exception {
        String items = user.thread("t") + "/items";
        Set<String> last = ConcurrentHashMap.newKeySet();
        all(IntStream.range(0, 40).boxed().toList(), n -> {
            if (n % 2 == 0) {
                String set = IntStream.range(0, 5)
                        .mapToObj(i -> "{\"id\":\"s" + i + "\",\"type\":\"x\",\"set\":" + n + "}")
                        .collect(Collectors.joining(",", "[", "]"));
                assertThat(send("PUT", items, set).status()).isEqualTo(200);
            } else {
                String two = "[{\"id\":\"a" + n + "\",\"type\":\"x\"},{\"id\":\"b" + n + "\",\"type\":\"x\"}]";
                assertThat(send("POST", items, two).status()).isEqualTo(201);
            }
        });
        List<Map<String, Object>> left = user.get(items + "?limit=100").path("data");
        List<Map<String, Object>> set =
                left.stream().filter(item -> item.containsKey("set")).toList();
        assertThat(set).hasSize(5);
        assertThat(set.stream().map(item -> item.get("set")).distinct()).hasSize(1);
        left.stream()
                .map(item -> (String) item.get("id"))
                .filter(id -> id.startsWith("a"))
                .forEach(id -> last.add(id.substring(1)));
        left.stream()
                .map(item -> (String) item.get("id"))
                .filter(id -> id.startsWith("b"))
                .forEach(id -> assertThat(last).contains(id.substring(1)));
        assertThat(left).hasSize(5 + 2 * last.size());
    }

    /** Each sees items that others delete meanwhile. */
    @Test
    void deletesAtOnceLeaveTheThreadItsOwnTime() throws Exception {
        String thread = user.thread("t");
        List<Integer> numbers = IntStream.range(0, 40).boxed().toList();
        String batch = numbers.stream()
                .map(n -> As.message("m" + n, "t", "2026-01-02T00:%02d:00".formatted(n), "x"))
                .collect(Collectors.joining(",", "[", "]"));
        user.post(thread + "/items", batch).then().statusCode(201);
        all(numbers, n -> assertThat(send("DELETE", thread + "/items/m" + n, "").status())
                .isEqualTo(204));
        user.get(thread + "/state").then().body("active_at", equalTo("2026-01-01T00:00:00.000000Z"));
    }

    private record Answer(int status, String body, String tag) {
        JsonObject json() {
            return new JsonObject(body);
        }
    }

    /** REST Assured would open a connection for each call, more than the service accepts. */
    private Answer send(String method, String path, String body, String... headers) throws Exception {
        String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                .header("Content-Type", type)
                .header("Authorization", "Bearer " + user.key())
                .header("Bobbin-User", user.user());
        HttpResponse<String> answer = http.send(
                (headers.length == 0 ? request : request.headers(headers))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Answer(
                answer.statusCode(),
                answer.body(),
                answer.headers().firstValue("ETag").orElse(""));
    }

    private interface Call {
        void with(int n) throws Exception;
    }

    private void all(List<Integer> numbers, Call call) throws Exception {
        List<Future<?>> calls = new ArrayList<>();
        for (int n : numbers) {
            calls.add(clients.submit(() -> {
                call.with(n);
                return null;
            }));
        }
        for (Future<?> each : calls) {
            each.get();
        }
    }
}
