package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinCommand;
import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service whose schema only an operator can correct: what it answers, and that it serves again without a restart. */
class SchemaReadinessIT {

    private static final String GRANTS =
            """
            grant usage on schema public to bobbin_serves;
            alter default privileges in schema public grant select, insert, update, delete on tables to bobbin_serves;
            """;

    private final String owner = TestDatabase.get().freshDatabase();
    private BobbinProcess bobbin;

    @BeforeEach
    void startWithoutMigration() throws Exception {
        Map<String, String> environment = BobbinProcess.open(TestDatabase.get().as("bobbin_serves", owner));
        TestDatabase.get().execute(owner, GRANTS);
        environment.put("BOBBIN_MIGRATE_AT_START", "false");
        environment.put("BOBBIN_POOL_PROBE_INTERVAL", "100ms");
        bobbin = BobbinProcess.start(environment);
        bobbin.awaitReady();
    }

    @AfterEach
    void stop() throws Exception {
        bobbin.close();
    }

    @Test
    void aSchemaThatWasNotMigrated() throws Exception {
        assertFails("schema-not-ready", "has not been migrated: run `db migrate`");
        BobbinCommand.on(owner).run("db", "migrate").exits(0);
        assertServes();
    }

    @Test
    void aColumnThatIsMissing() throws Exception {
        BobbinCommand.on(owner).run("db", "migrate").exits(0);
        TestDatabase.get().execute(owner, "alter table threads drop column title");
        assertFails("schema-not-ready", "threads: column title is missing", "`db sync`");
        BobbinCommand.on(owner).run("db", "sync").exits(0);
        assertServes();
    }

    @Test
    void aRightThatWasTakenAway() throws Exception {
        BobbinCommand.on(owner).run("db", "migrate").exits(0);
        // a role that only serves needs no right on the history
        TestDatabase.get().execute(owner, "revoke all on bobbin_schema_history from bobbin_serves");
        assertThat(save().statusCode()).isEqualTo(201);
        TestDatabase.get().execute(owner, "revoke insert, update on threads from bobbin_serves");
        assertFails(
                "database-forbids",
                "the role bobbin_serves may not insert, update in threads",
                "grant select, insert, update, delete on");
        TestDatabase.get().execute(owner, "grant insert, update on threads to bobbin_serves");
        assertServes();
    }

    @Test
    void aSchemaOfANewerBuild() throws Exception {
        BobbinCommand.on(owner).run("db", "migrate").exits(0);
        TestDatabase.get()
                .execute(
                        owner,
                        """
                        insert into bobbin_schema_history values
                          (9, '9', 'later', 'SQL', 'V9__later.sql', 1, 'postgres', now(), 1, true);
                        alter table threads rename column title to name""");
        assertFails("schema-not-ready", "is at version 9, and this build knows versions up to");
    }

    /** A call fails with 503, and the log and the readiness name the reason once. */
    private void assertFails(String type, String... reasons) throws Exception {
        HttpResponse<String> answer = save();
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(new JsonObject(answer.body()).getString("type")).isEqualTo("urn:bobbin:problem:" + type);
        bobbin.awaitOutput("Calls fail with 503");
        HttpResponse<String> ready = bobbin.get("/q/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains(reasons);
        for (int nr = 0; nr < 20; nr++) {
            assertThat(save().statusCode()).isEqualTo(503);
        }
        assertThat(bobbin.get("/q/health/live").statusCode()).isEqualTo(200);
        assertThat(bobbin.output().lines().filter(line -> line.contains("Calls fail with 503")))
                .hasSize(1)
                .allSatisfy(line -> assertThat(line).contains(reasons));
        assertThat(bobbin.output()).doesNotContain("Exception", "\tat ");
    }

    private void assertServes() throws Exception {
        bobbin.awaitReady();
        assertThat(save().statusCode()).isBetween(200, 201);
        assertThat(bobbin.output()).contains("The schema can serve calls again");
    }

    private HttpResponse<String> save() throws Exception {
        return bobbin.put("/v1/threads/thr_1", "{\"title\":\"A title\"}");
    }
}
