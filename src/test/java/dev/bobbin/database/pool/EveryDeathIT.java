package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.neon.Ending;
import dev.bobbin.neon.Moment;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * However connections end, and whatever they were doing: no request fails, and no write is doubled or lost. A connection
 * through Neon's pooler ends as by {@link Ending#FIN}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryDeathIT {

    /** A statement is silent after 3 s: on a slow machine one that is well may take half a second. */
    private static final Map<String, String> SHORT_TIMES = Map.of(
            "BOBBIN_POOL_PRE_PING_AFTER", "300ms",
            "BOBBIN_POOL_PING_TIMEOUT", "500ms",
            "BOBBIN_POOL_STATEMENT_TIMEOUT", "9s");

    /** Longer than both, so that every connection is pinged that is lent then. */
    private static final int REST = 600;

    private static final int AT_ONCE = 16;

    private BobbinOnNeon service;
    private int threads;

    String rowSecurity() {
        return "false";
    }

    @BeforeAll
    void start() throws Exception {
        Map<String, String> settings = new HashMap<>(SHORT_TIMES);
        settings.put("BOBBIN_DATABASE_ROW_SECURITY", rowSecurity());
        service = BobbinOnNeon.start(false, settings);
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
    }

    @ParameterizedTest
    @EnumSource
    void whileTheyRested(Ending ending) throws Exception {
        Chat chat = new Chat();
        double dead = service.metric("bobbin_pool_pings_total", "dead");
        for (int nr = 0; nr < 2; nr++) {
            chat.everybody();
            // one that is opened late would be fresh still
            BobbinOnNeon.eventually("all rest", () -> connections("opening") + connections("used") == 0);
            Thread.sleep(REST);
            service.neon.suspend(ending);
            chat.everybody();
        }
        chat.everythingIsThereOnce();
        if (ending == Ending.BLACK_HOLE) {
            // a ping found out, not the statement's silence
            assertThat(service.metric("bobbin_pool_pings_total", "dead")).isGreaterThanOrEqualTo(dead + 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whileTheyAreLent(Ending ending) throws Exception {
        Chat chat = new Chat();
        chat.everybody();
        service.neon.suspendOnNextBytes(ending);
        chat.everybody();
        service.neon.suspendOnNextBytes(ending);
        chat.write();
        chat.everythingIsThereOnce();
    }

    @ParameterizedTest
    @EnumSource
    void whileTheyReadOrWrite(Ending ending) throws Exception {
        Chat chat = new Chat();
        for (Moment moment : Moment.values()) {
            chat.write();
            service.neon.suspendOnNextStatement(moment, ending, sql -> sql.startsWith("select"));
            chat.read();
            service.neon.suspendOnNextStatement(moment, ending, sql -> sql.contains(".thread_items ("));
            chat.write();
            service.neon.suspendOnNextStatement(moment, ending, sql -> sql.contains("unnest"));
            chat.writeSome();
            service.neon.suspendOnNextStatement(moment, ending, sql -> sql.contains(".attachments ("));
            chat.attach();
        }
        chat.everythingIsThereOnce();
    }

    @ParameterizedTest
    @EnumSource
    void whileTheyCommit(Ending ending) throws Exception {
        Chat chat = new Chat();
        for (Moment moment : Moment.values()) {
            service.neon.suspendOnNextStatement(moment, ending, sql -> sql.equals("COMMIT"));
            chat.writeSome();
        }
        chat.everythingIsThereOnce();
    }

    /** Done twice, it would delete two items and return one. */
    @ParameterizedTest
    @EnumSource
    void whileTheyPop(Ending ending) throws Exception {
        Chat chat = new Chat();
        for (Moment moment : Moment.values()) {
            chat.writeSome();
            service.neon.suspendOnNextStatement(moment, ending, sql -> sql.contains(".thread_items item using cursor"));
            int status =
                    service.send("POST", chat.path + "/items/pop", "").join().statusCode();
            assertThat(status).isEqualTo(503);
            if (moment == Moment.AFTER_STATEMENT) {
                chat.stored.remove(chat.stored.size() - 1);
            }
            chat.everythingIsThereOnce();
        }
    }

    private double connections(String state) {
        try {
            return service.metric("bobbin_pool_connections", state);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A conversation that remembers what it stored. */
    private final class Chat {

        private final String path;
        private final String thread;
        private final List<String> stored = new ArrayList<>();
        private int attachments;

        Chat() {
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
