package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.neon.Ending;
import dev.bobbin.neon.Moment;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever way connections die, and whatever they were doing: no request fails, and no write is doubled or lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryDeathIT {

    private static final Map<String, String> SHORT_TIMES = Map.of(
            "BOBBIN_POOL_PRE_PING_AFTER", "300ms",
            "BOBBIN_POOL_PING_TIMEOUT", "500ms",
            "BOBBIN_POOL_STATEMENT_TIMEOUT", "2s");

    private static final int REST = 400;
    private static final int AT_ONCE = 16;

    private final Map<Boolean, BobbinOnNeon> services = new HashMap<>();
    private int threads;

    @BeforeAll
    void start() throws Exception {
        for (boolean pooled : new boolean[] {false, true}) {
            services.put(pooled, BobbinOnNeon.start(pooled, SHORT_TIMES));
        }
    }

    @AfterAll
    void stop() throws Exception {
        for (BobbinOnNeon service : services.values()) {
            service.close();
        }
    }

    static Stream<Arguments> deaths() {
        return Stream.of(false, true)
                .flatMap(pooled -> Arrays.stream(Ending.values()).map(ending -> Arguments.of(pooled, ending)));
    }

    @ParameterizedTest(name = "pooled: {0}, {1}")
    @MethodSource("deaths")
    void whileTheyRested(boolean pooled, Ending ending) throws Exception {
        Chat chat = new Chat(services.get(pooled));
        double silent = chat.service.metric("bobbin_pool_discards_total", "silent");
        for (int nr = 0; nr < 2; nr++) {
            chat.everybody();
            Thread.sleep(REST);
            chat.service.neon.suspend(ending);
            chat.everybody();
        }
        chat.everythingIsThereOnce();
        // the ping found out, not the statement's deadline
        assertThat(chat.service.metric("bobbin_pool_discards_total", "silent")).isEqualTo(silent);
    }

    @ParameterizedTest(name = "pooled: {0}, {1}")
    @MethodSource("deaths")
    void whileTheyAreLent(boolean pooled, Ending ending) throws Exception {
        Chat chat = new Chat(services.get(pooled));
        chat.everybody();
        chat.service.neon.suspendOnNextBytes(ending);
        chat.everybody();
        chat.service.neon.suspendOnNextBytes(ending);
        chat.write();
        chat.everythingIsThereOnce();
    }

    @ParameterizedTest(name = "pooled: {0}, {1}")
    @MethodSource("deaths")
    void whileTheyReadOrWrite(boolean pooled, Ending ending) throws Exception {
        Chat chat = new Chat(services.get(pooled));
        for (Moment moment : Moment.values()) {
            chat.write();
            chat.service.neon.suspendOnNextStatement(moment, ending, sql -> sql.startsWith("select"));
            chat.read();
            chat.service.neon.suspendOnNextStatement(moment, ending, sql -> sql.startsWith("insert into thread_items"));
            chat.write();
            chat.service.neon.suspendOnNextStatement(moment, ending, sql -> sql.contains("unnest"));
            chat.writeSome();
            chat.service.neon.suspendOnNextStatement(moment, ending, sql -> sql.contains("into attachments"));
            chat.attach();
        }
        chat.everythingIsThereOnce();
    }

    @ParameterizedTest(name = "pooled: {0}, {1}")
    @MethodSource("deaths")
    void whileTheyCommit(boolean pooled, Ending ending) throws Exception {
        Chat chat = new Chat(services.get(pooled));
        for (Moment moment : Moment.values()) {
            chat.service.neon.suspendOnNextStatement(moment, ending, sql -> sql.equals("COMMIT"));
            chat.writeSome();
        }
        chat.everythingIsThereOnce();
    }

    /** A conversation that remembers what it stored. */
    private final class Chat {

        private final BobbinOnNeon service;
        private final String path;
        private final String thread;
        private final List<String> stored = new ArrayList<>();
        private int attachments;

        Chat(BobbinOnNeon service) {
            this.service = service;
            this.thread = "thr_" + threads++;
            this.path = "/v1/threads/" + thread;
            fine(service.send("PUT", path, "{}"));
        }

        void read() {
            fine(service.get(path));
        }

        void write() {
            String id = nextId();
            fine(service.send("POST", path + "/items", BobbinOnNeon.item(thread, id)));
        }

        void writeSome() {
            String batch = "[" + BobbinOnNeon.item(thread, nextId()) + "," + BobbinOnNeon.item(thread, nextId()) + "]";
            fine(service.send("POST", path + "/items", batch));
        }

        void attach() {
            String attachment = "/v1/attachments/" + thread + "_" + attachments++;
            fine(service.send("PUT", attachment, "{\"name\":\"a\"}"));
            assertThat(fine(service.get(attachment)).body()).contains("\"name\":\"a\"");
        }

        /** Enough at once to use every connection of the pool, of each kind of call. */
        void everybody() {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int nr = 0; nr < AT_ONCE; nr++) {
                answers.add(service.get(path));
                answers.add(service.send("POST", path + "/items", BobbinOnNeon.item(thread, nextId())));
                answers.add(service.get("/v1/attachments/none")
                        .thenApply(answer -> answer.statusCode() == 404 ? null : answer));
            }
            answers.forEach(answer -> {
                if (answer.join() != null) {
                    fine(answer);
                }
            });
        }

        void everythingIsThereOnce() {
            List<String> found = new ArrayList<>();
            String next = "?limit=100&order=asc";
            while (!next.isEmpty()) {
                var page = io.restassured.path.json.JsonPath.from(
                        fine(service.get(path + "/items" + next)).body());
                found.addAll(page.getList("data.id", String.class));
                next = page.getBoolean("has_more") ? "?limit=100&order=asc&after=" + page.getString("after") : "";
            }
            assertThat(found).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(stored);
        }

        private String nextId() {
            String id = thread + "_m" + stored.size();
            stored.add(id);
            return id;
        }
    }

    private static HttpResponse<String> fine(CompletableFuture<HttpResponse<String>> answer) {
        HttpResponse<String> response = answer.join();
        assertThat(response.statusCode())
                .as("%s: %s", response.uri(), response.body())
                .isBetween(200, 299);
        return response;
    }
}
