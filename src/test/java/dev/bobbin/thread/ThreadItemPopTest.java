package dev.bobbin.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ThreadItemPopTest {

    private static final int CALLS = 50;

    private final As user = As.somebody();
    private String items;

    @BeforeEach
    void aThread() {
        items = user.thread("thr_1") + "/items";
    }

    @Test
    void theNewestItemComesByteForByteAndIsGone() {
        String first = "{\"id\": \"a\", \"type\":\"x\",\"created_at\":\"2026-01-01T00:00:00\", \"n\":1.50}";
        String last =
                "{\"type\":\"hidden_context_item\",\"id\":\"c\",\"created_at\":\"2026-01-02T00:00:00\",\"é\":\"\\u00e9\"}";
        String sameTime = "{\"id\":\"b\",\"type\":\"x\",\"created_at\":\"2026-01-02T00:00:00\"}";
        user.post(items, "[" + sameTime + "," + last + "," + first + "]").then().statusCode(201);
        for (String item : List.of(last, sameTime, first)) {
            pop().then()
                    .statusCode(200)
                    .contentType("application/json")
                    .header("ETag", nullValue())
                    .body(equalTo(item));
        }
        user.get(items).then().body("data", empty());
        pop().then().statusCode(204).body(equalTo(""));
    }

    @Test
    void aThreadThatIsNotThereIsNotFound() {
        user.post("/v1/threads/thr_2/items/pop", "").then().statusCode(404);
        user.get("/v1/threads/thr_2").then().statusCode(404);
    }

    @Test
    void aLargeItemComesWhole() {
        String item = "{\"id\":\"big\",\"type\":\"x\",\"text\":\"" + "0123456789".repeat(200_000) + "\"}";
        user.put(items + "/big", item).then().statusCode(201);
        assertThat(pop().asString()).isEqualTo(item);
        pop().then().statusCode(204);
    }

    @Test
    void anItemMayStillBeCalledPop() {
        user.put(items + "/pop", "{\"type\":\"x\"}").then().statusCode(201);
        user.get(items + "/pop").then().statusCode(200);
        user.delete(items + "/pop").then().statusCode(204);
        user.get(items + "/pop").then().statusCode(404);
    }

    @Test
    void ofALockedThreadNothingIsTakenIfThatIsEnforced() {
        add(1);
        user.put("/v1/threads/thr_1", "{\"status\":{\"type\":\"locked\"}}")
                .then()
                .statusCode(200);
        user.post(items + "/pop?enforce_status=true", "")
                .then()
                .statusCode(409)
                .body("type", containsString("thread-locked"));
        user.get(items).then().body("data", hasSize(1));
        pop().then().statusCode(200);
    }

    @Test
    void aKeyThatWouldNotMakeItSafeToRepeatIsRefused() {
        add(1);
        user.request()
                .header("Idempotency-Key", "k")
                .post(items + "/pop")
                .then()
                .statusCode(400)
                .body("detail", equalTo("The header Idempotency-Key is not supported here; nothing was done"));
        user.get(items).then().body("data", hasSize(1));
    }

    @Test
    void whatWasTakenIsNotFoundAnyMore() {
        user.put(items + "/m", As.message("m", "thr_1", "2026-01-01T00:00:00", "heliotrope"))
                .then()
                .statusCode(201);
        user.get("/v1/search?q=heliotrope").then().body("data", hasSize(1));
        pop().then().statusCode(200);
        user.get("/v1/search?q=heliotrope").then().body("data", empty());
    }

    @Test
    void eachOfManyAtOnceGetsAnotherItem() throws Exception {
        user.post(items, IntStream.range(0, CALLS).mapToObj(this::item).collect(Collectors.joining(",", "[", "]")))
                .then()
                .statusCode(201);
        List<String> taken = new ArrayList<>();
        ConcurrentLinkedQueue<Integer> none = new ConcurrentLinkedQueue<>();
        atOnce(CALLS + 10, n -> {
            Response answer = pop();
            if (answer.statusCode() == 204) {
                none.add(n);
                return;
            }
            synchronized (taken) {
                taken.add(answer.then().statusCode(200).extract().path("id"));
            }
        });
        assertThat(taken).doesNotHaveDuplicates().hasSize(CALLS);
        assertThat(none).hasSize(10);
        user.get(items).then().body("data", empty());
        user.get("/v1/threads/thr_1/state").then().body("active_at", equalTo("2026-01-01T00:00:00.000000Z"));
    }

    @Test
    void nothingIsLostOrTakenTwiceWhileOthersAddAndDelete() throws Exception {
        Set<String> gone = new HashSet<>();
        List<String> taken = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
            add(CALLS + n);
        }
        atOnce(CALLS, n -> {
            if (n % 2 == 0) {
                add(n);
            } else if (n % 10 == 1) {
                user.delete(items + "/i" + (CALLS + n / 10)).then().statusCode(204);
                synchronized (gone) {
                    gone.add("i" + (CALLS + n / 10));
                }
            } else {
                Response answer = pop();
                if (answer.statusCode() == 200) {
                    synchronized (taken) {
                        taken.add(answer.path("id"));
                    }
                }
            }
        });
        List<String> left = user.get(items + "?limit=100").path("data.id");
        assertThat(taken).doesNotHaveDuplicates().doesNotContainAnyElementsOf(left);
        Set<String> all = new HashSet<>(gone);
        all.addAll(taken);
        all.addAll(left);
        assertThat(all).hasSize(10 + CALLS / 2);
    }

    private void atOnce(int calls, IntConsumer call) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(16);
        try {
            List<Future<?>> answers = new ArrayList<>();
            for (int n = 0; n < calls; n++) {
                int nr = n;
                answers.add(clients.submit(() -> call.accept(nr)));
            }
            for (Future<?> answer : answers) {
                answer.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private Response pop() {
        return user.request().post(items + "/pop");
    }

    private void add(int n) {
        user.post(items, item(n)).then().statusCode(201);
    }

    /** Further apart than the window of the thread's activity. */
    private String item(int n) {
        return As.message("i" + n, "thr_1", "2026-01-%02dT%02d:00:00".formatted(2 + n / 24, n % 24), "x");
    }
}
