package dev.bobbin.transfer;

import static dev.bobbin.transfer.Streams.export;
import static dev.bobbin.transfer.Streams.rows;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.As;
import dev.bobbin.support.StatementLog;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** More clients than the pool has connections, which take or send a little, and then nothing. */
@QuarkusTest
@TestProfile(SlowClientsTest.FewConnections.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class SlowClientsTest {

    private static final int CLIENTS = 5;

    /** Several times what the sockets hold. */
    private static final int ITEMS = 8_000;

    public static class FewConnections implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(
                    TestEnvironment.class,
                    Map.of(
                            "bobbin.pool.max-size", "2",
                            "bobbin.pool.idle-timeout", "1s",
                            "bobbin.memory.stall-timeout", "1h",
                            "bobbin.memory.transfer-timeout", "1h")));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    private final As user = As.somebody();
    private final List<Socket> clients = new ArrayList<>();

    @AfterEach
    void goAway() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }

    private void fill(As owner) {
        owner.thread("t");
        TestDatabase.get()
                .execute(
                        TestEnvironment.databaseUrl(),
                        """
                        insert into thread_items (owner_id, thread_id, id, document, created_at, type)
                        select 'acme/%s', 't', 'm' || n, '{"type":"x","text":"' || repeat(md5(n::text), 80) || '"}',
                          '2026-01-01', 'x'
                        from generate_series(1, %d) n"""
                                .formatted(owner.user(), ITEMS));
    }

    private Socket send(As caller, String method, String path, String headers, String body) throws IOException {
        Socket client = new Socket();
        clients.add(client);
        client.setReceiveBufferSize(4_096);
        client.connect(new InetSocketAddress("127.0.0.1", RestAssured.port));
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + caller.key()
                + "\r\nBobbin-User: " + caller.user() + "\r\nConnection: close\r\n" + headers + "\r\n";
        client.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
        return client;
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    /** The pool closes what is not used; a connection that a call keeps would stay. */
    private static void awaitNoSession() {
        try (Connection connection = TestDatabase.get().connect(TestEnvironment.databaseUrl())) {
            await(
                    connection,
                    "select count(*) = 0 from pg_stat_activity where datname = current_database() and application_name = 'bobbin'");
        } catch (SQLException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(Connection connection, String condition) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + 120_000_000_000L;
        try (Statement statement = connection.createStatement()) {
            while (true) {
                try (ResultSet rows = statement.executeQuery(condition)) {
                    rows.next();
                    if (rows.getBoolean(1)) {
                        return;
                    }
                }
                assertThat(System.nanoTime()).as(condition).isLessThan(deadline);
                Thread.sleep(20);
            }
        }
    }

    @Test
    void exportsThatAreNotReadHoldNoConnectionAndReadNoFurther() throws Exception {
        fill(user);
        List<String> lines = export(user);
        int pages = new StatementLog(TestEnvironment.databaseUrl())
                .during(() -> export(user))
                .size();
        List<String> statements = new StatementLog(TestEnvironment.databaseUrl()).during(() -> {
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    Socket client = send(user, "GET", "/v1/export", "", "");
                    assertThat(client.getInputStream().readNBytes(1_000)).hasSize(1_000);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            awaitNoSession();
        });
        assertThat(statements).hasSizeBetween(CLIENTS, CLIENTS * pages / 2);
        user.get("/v1/threads/t").then().statusCode(200);
        // none of them is lost
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        clients.get(0).getInputStream().transferTo(rest);
        assertThat(rest.toString(StandardCharsets.UTF_8))
                .contains(lines.get(lines.size() - 2), lines.get(lines.size() - 1));
    }

    @Test
    void importsThatDoNotGoOnHoldNoConnection() throws Exception {
        String header = "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n";
        String thread = "{\"type\":\"thread\",\"document\":{\"id\":\"t\"}}\n";
        String item = "{\"type\":\"item\",\"thread_id\":\"t\",\"document\":{\"id\":\"m%d\",\"type\":\"x\",\"x\":\""
                + "x".repeat(1_000) + "\"}}\n";
        StringBuilder begun = new StringBuilder(chunk(thread));
        for (int n = 0; n < 1_000; n++) {
            begun.append(chunk(item.formatted(n)));
        }
        String last = item.formatted(1_000);
        for (int i = 0; i < CLIENTS; i++) {
            As sender = new As(user.key(), user.user() + "-" + i);
            send(sender, "POST", "/v1/import", header, begun + chunk(last.substring(0, 50)));
            try (Connection connection = TestDatabase.get().connect(TestEnvironment.databaseUrl())) {
                await(
                        connection,
                        "select count(*) > 0 from thread_items where owner_id = 'acme/" + sender.user() + "'");
            }
        }
        awaitNoSession();
        user.get("/v1/threads").then().statusCode(200);
        for (int i = 0; i < CLIENTS; i++) {
            Socket sender = clients.get(i);
            sender.getOutputStream().write((chunk(last.substring(50)) + "0\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            assertThat(new String(sender.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\"created\":{\"threads\":1,\"items\":1001,\"attachments\":0}");
        }
    }

    @Test
    void anErasureWhoseClientGoesAwayHoldsNoConnectionAndCanBeRepeated() throws Exception {
        As other = As.somebody();
        fill(other);
        List<String> kept = export(other);
        fill(user);
        try (Connection connection = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                Statement lock = connection.createStatement()) {
            connection.setAutoCommit(false);
            lock.execute("select from threads where owner_id = 'acme/" + user.user() + "' for update");
            Socket client = send(user, "DELETE", "/v1/owner", "", "");
            try (Connection watching = TestDatabase.get().connect(TestEnvironment.databaseUrl())) {
                await(
                        watching,
                        "select count(*) > 0 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
            }
            client.close();
            connection.rollback();
        }
        awaitNoSession();
        user.delete("/v1/owner").then().statusCode(200);
        assertThat(export(user)).hasSize(2);
        assertThat(rows(export(other))).isEqualTo(rows(kept));
    }
}
