package dev.bobbin.transfer;

import static dev.bobbin.transfer.Streams.export;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.As;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Connections that end in the middle of a stream, on either side of the service. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class InterruptedTransferTest {

    /** Several times what the sockets hold. */
    private static final int ITEMS = 8_000;

    private final As user = As.somebody();

    @BeforeEach
    void twentyMegabytes() {
        user.thread("t");
        sql(
                """
            insert into thread_items (owner_id, thread_id, id, document, created_at, type)
            select 'acme/%s', 't', 'm' || n, '{"type":"x","text":"' || repeat(md5(n::text), 80) || '"}', '2026-01-01', 'x'
            from generate_series(1, %d) n"""
                        .formatted(user.user(), ITEMS));
    }

    private static void sql(String sql) {
        TestDatabase.get().execute(TestEnvironment.databaseUrl(), sql);
    }

    private static void endDatabaseConnections() {
        sql(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
    }

    private HttpURLConnection open(As caller, String path) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) URI.create("http://localhost:" + RestAssured.port + path)
                .toURL()
                .openConnection();
        connection.setRequestProperty("Authorization", "Bearer " + caller.key());
        connection.setRequestProperty("Bobbin-User", caller.user());
        return connection;
    }

    @Test
    void anExportSurvivesTheEndOfItsDatabaseConnection() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (InputStream body = open(user, "/v1/export").getInputStream()) {
            for (int i = 0; i < 3; i++) {
                all.write(body.readNBytes(1_000_000));
                endDatabaseConnections();
            }
            body.transferTo(all);
        }
        List<String> lines = List.of(all.toString(StandardCharsets.UTF_8).split("\n"));
        assertThat(Streams.rows(lines)).isEqualTo(Streams.rows(export(user))).hasSize(ITEMS + 2);
    }

    @Test
    void anImportSurvivesItToo() throws Exception {
        List<String> lines = export(user);
        As other = As.somebody();
        HttpURLConnection connection = open(other, "/v1/import");
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/x-ndjson");
        connection.setChunkedStreamingMode(1 << 16);
        try (OutputStream body = connection.getOutputStream()) {
            for (int i = 0; i < lines.size(); i++) {
                body.write((lines.get(i) + "\n").getBytes(StandardCharsets.UTF_8));
                if (i % 3_000 == 2_999) {
                    endDatabaseConnections();
                }
            }
        }
        assertThat(connection.getResponseCode()).isEqualTo(200);
        connection.getInputStream().close();
        assertThat(Streams.rows(export(other))).isEqualTo(Streams.rows(lines));
    }

    @Test
    void clientsThatGoAwayLeaveAServiceThatServes() throws Exception {
        List<String> lines = export(user);
        for (int i = 0; i < 20; i++) {
            HttpURLConnection export = open(user, "/v1/export");
            assertThat(export.getInputStream().readNBytes(1_000)).hasSize(1_000);
            export.disconnect();
            HttpURLConnection imported = open(As.somebody(), "/v1/import");
            imported.setRequestMethod("POST");
            imported.setDoOutput(true);
            imported.setRequestProperty("Content-Type", "application/x-ndjson");
            imported.setChunkedStreamingMode(1 << 10);
            imported.getOutputStream()
                    .write(String.join("\n", lines.subList(0, 900)).getBytes(StandardCharsets.UTF_8));
            imported.disconnect();
        }
        assertThat(Streams.rows(export(user))).isEqualTo(Streams.rows(lines));
    }
}
