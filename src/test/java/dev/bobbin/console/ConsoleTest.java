package dev.bobbin.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.As;
import dev.bobbin.support.StatementLog;
import dev.bobbin.support.TestDatabase;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(ConsoleTest.On.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ConsoleTest {

    static final String KEY = "a-key-of-the-console";

    public static class On implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(
                    TestEnvironment.class, Map.of("bobbin.console.key", KEY, "bobbin.pool.idle-timeout", "2s")));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    private static String cookie;

    private final As user = As.somebody();

    // ---- Sessions ----

    @ParameterizedTest
    @ValueSource(strings = {"", "/database", "/owners", "/threads", "/thread", "/raw", "/export", "/delete"})
    void withoutASessionAPageLeadsToTheSignIn(String page) {
        for (String cookie : List.of("", "x", "a.1.b", sessions(KEY, Clock.systemUTC()) + "x")) {
            Response answer = request(cookie).get("/console" + page);
            assertThat(answer.statusCode()).as(cookie).isEqualTo(302);
            assertThat(answer.header("Location")).isEqualTo("/console/sign-in");
        }
    }

    @Test
    void aSessionEndsAndBelongsToItsKey() {
        Clock now = Clock.systemUTC();
        assertThat(request(sessions(KEY, now)).get("/console/database").statusCode())
                .isEqualTo(200);
        assertThat(request(sessions("another-key-of-a-console", now))
                        .get("/console/database")
                        .statusCode())
                .isEqualTo(302);
        Clock past = Clock.offset(now, Sessions.LENGTH.plusSeconds(1).negated());
        assertThat(request(sessions(KEY, past)).get("/console/database").statusCode())
                .isEqualTo(302);
    }

    @Test
    void theKeyOpensASessionOfThisSiteOnly() {
        Response answer = signIn(KEY);
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.header("Location")).isEqualTo("/console/database");
        assertThat(answer.header("Set-Cookie"))
                .matches("bobbin_console=[0-9a-f]{16}\\.\\d+\\.[\\w-]{43}; Max-Age=43200; Expires=[^;]+; Path=/console;"
                        + " HTTPOnly; SameSite=Strict");
        // behind a proxy that speaks TLS
        Response proxied = request("")
                .header("Host", "bobbin.example.com")
                .formParam("key", KEY)
                .post("/console/sign-in");
        assertThat(proxied.header("Set-Cookie")).contains("; Secure;");
    }

    @Test
    void aWrongKeyIsAnsweredLate() {
        long began = System.nanoTime();
        Response answer = signIn("another-key-of-a-console");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.header("Set-Cookie")).isNull();
        assertThat(answer.asString()).contains("This is not the console’s key.");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(signIn("").statusCode()).isEqualTo(403);
    }

    @Test
    void signingOutTakesTheCookieBack() {
        Response answer = post("sign-out", Map.of());
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.header("Set-Cookie")).startsWith("bobbin_console=; Max-Age=0;");
    }

    @Test
    void aFormNeedsTheTokenOfItsSession() {
        user.thread("thr_1");
        Map<String, String> form = Map.of("tenant", "acme", "user", user.user(), "thread", "thr_1", "archived", "true");
        for (String token : List.of("", "x", token(signIn(KEY).cookie("bobbin_console")))) {
            Response answer = request(cookie())
                    .formParams(form)
                    .formParam("form_token", token)
                    .post("/console/archive");
            assertThat(answer.statusCode()).as(token).isEqualTo(403);
        }
        assertThat(user.get("/v1/threads/thr_1/state").path("archived").toString())
                .isEqualTo("false");
    }

    @Test
    void aScriptIsToldToSignInAgain() {
        Response answer = request("").header("HX-Request", "true").get("/console/database");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("HX-Redirect")).isEqualTo("/console/sign-in");
    }

    @Test
    void pagesAllowNothingOfOthersAndAreNotKept() {
        for (Response answer : List.of(get("database"), request("").get("/console/sign-in"))) {
            assertThat(answer.header("Content-Security-Policy"))
                    .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                            + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
            assertThat(answer.header("x-request-id")).isNotEmpty();
            assertThat(answer.contentType()).isEqualTo("text/html; charset=utf-8");
            assertThat(answer.asString())
                    .doesNotContain("<script>", " style=", " onclick=", "//cdn")
                    .containsPattern("src=\"/console/assets/htmx\\.min\\.js\\?v=[0-9a-f]{12}\"");
        }
    }

    @Test
    void assetsAreFilesOfTheConsoleOnly() {
        for (String name : List.of("console.css", "console.js", "htmx.min.js")) {
            Response asset = request("").get("/console/assets/" + name);
            assertThat(asset.statusCode()).isEqualTo(200);
            assertThat(asset.header("Cache-Control")).contains("immutable");
        }
        for (String name : List.of("none.css", "..%2F..%2Fapplication.properties", "%2e%2e%2fbobbin-version.txt")) {
            assertThat(request("").get("/console/assets/" + name).statusCode()).isGreaterThanOrEqualTo(400);
        }
        assertThat(request("").get("/webjars/htmx.org/2.0.4/dist/htmx.min.js").statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 'GET, HEAD, OPTIONS'",
        "/database, 'GET, HEAD, OPTIONS'",
        "/export, 'GET, HEAD, OPTIONS'",
        "/assets/console.css, 'GET, HEAD, OPTIONS'",
        "/archive, 'POST, OPTIONS'",
        "/sign-in, 'GET, POST, HEAD, OPTIONS'",
        "/delete, 'GET, POST, HEAD, OPTIONS'"
    })
    void anotherMethodIsRefusedWithThoseOfThePath(String path, String allowed) {
        for (String cookie : List.of("", cookie())) {
            Response refused = request(cookie).put("/console" + path);
            assertThat(refused.statusCode()).isEqualTo(405);
            assertThat(refused.header("Allow")).isEqualTo(allowed);
            assertThat(refused.<String>path("type")).isEqualTo("urn:bobbin:problem:method-not-allowed");
            assertThat(refused.header("X-Frame-Options")).isEqualTo("DENY");
            Response asked = request(cookie).options("/console" + path);
            assertThat(asked.statusCode()).isEqualTo(204);
            assertThat(asked.header("Allow")).isEqualTo(allowed);
        }
        assertThat(request(cookie()).put("/console/none").statusCode()).isEqualTo(404);
    }

    @Test
    void headIsGetWithoutABody() {
        user.thread("thr_1");
        for (String page : List.of("database", owned("threads"), owned("export"), "assets/console.css", "sign-in")) {
            Response head = request(cookie()).head("/console/" + page);
            assertThat(head.statusCode()).as(page).isEqualTo(200);
            assertThat(head.contentType()).isEqualTo(get(page).contentType());
            assertThat(head.asByteArray()).isEmpty();
        }
    }

    @Test
    void metricsNamePathsByTheirTemplates() {
        get("database");
        request("").get("/console/sign-in");
        request("").get("/console/assets/console.css");
        request("").get("/console/assets/none-of-these.css");
        request(cookie()).put("/console/owners");
        request("").get("/console/none-of-these");
        assertThat(request("").get("/q/metrics").asString())
                .contains(
                        "uri=\"/console/database\"",
                        "uri=\"/console/assets/{name}\"",
                        "uri=\"/console/owners\"",
                        "uri=\"/console/sign-in\"")
                .doesNotContain("none-of-these");
    }

    @Test
    void aFormIsNotLarge() {
        Response answer = request(cookie()).formParam("key", "x".repeat(20_000)).post("/console/sign-in");
        assertThat(answer.statusCode()).isEqualTo(413);
    }

    // ---- The database's day ----

    @Test
    void theDatabasesDayLeavesTheDatabaseAlone() throws Exception {
        user.thread("thr_1");
        awaitSleep();
        List<String> statements = new StatementLog(TestEnvironment.databaseUrl()).during(() -> {
            for (int i = 0; i < 5; i++) {
                assertThat(get("database").asString()).contains("The database is asleep");
            }
        });
        assertThat(statements).isEmpty();
        assertThat(sessionsOfTheService()).isZero();
    }

    @Test
    void theDatabasesDayCountsWakesAndCalls() throws Exception {
        awaitSleep();
        int wakes = number("Wakes in 24 h</dt><dd>(\\d+)<");
        int calls = number("(\\d+) in 24 h, \\d+ failed");
        user.thread("thr_1");
        user.get("/v1/threads/thr_1");
        String page = get("database").asString();
        assertThat(page).contains("The database is awake", "class=\"waking\"");
        assertThat(number("Wakes in 24 h</dt><dd>(\\d+)<")).isEqualTo(wakes + 1);
        assertThat(number("(\\d+) in 24 h, \\d+ failed")).isEqualTo(calls + 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "owners?name=a",
                "threads?tenant=acme&user=u",
                "thread?tenant=acme&user=u&thread=t",
                "raw?tenant=acme&user=u&thread=t",
                "delete?tenant=acme&user=u&thread=t"
            })
    void aPageSaysThatItWakesTheDatabaseBeforeItDoes(String page) throws Exception {
        awaitSleep();
        List<String> statements = new StatementLog(TestEnvironment.databaseUrl()).during(() -> {
            String asked = get(page).asString();
            assertThat(asked).contains("The page would wake it", "name=\"wake\" value=\"1\"");
            if (page.contains("thread=t")) {
                assertThat(asked).contains("name=\"thread\" value=\"t\"");
            }
        });
        assertThat(statements).isEmpty();
        assertThat(sessionsOfTheService()).isZero();
    }

    // ---- Owners and threads ----

    @Test
    void ownersAreFoundByTheBeginningsOfTheirNames() throws Exception {
        try (var connection = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                var statement = connection.createStatement()) {
            for (String owner :
                    List.of("zeta%2Feu/u1", "zeta%2Feu/u2", "zeta%25/u1", "zeta/ü/1", "zeta/ü/2", "zetb/u")) {
                statement.execute("insert into threads (owner_id, id, document, created_at) values ('" + owner
                        + "', 'thr_1', '{\"id\":\"thr_1\"}', now()), ('" + owner
                        + "', 'thr_2', '{\"id\":\"thr_2\"}', now())");
            }
            statement.execute("insert into threads (owner_id, id, document, created_at)"
                    + " select 'many/user-' || lpad(n::text, 3, '0'), 'thr_1', '{\"id\":\"thr_1\"}', now()"
                    + " from generate_series(1, 120) n");
        }
        assertThat(names("owners?name=zet")).containsExactly("zeta%", "zeta/eu", "zeta", "zetb");
        assertThat(names("owners?name=zeta%2F")).containsExactly("zeta/eu");
        assertThat(names("owners?of=zeta%2Feu")).containsExactly("u1", "u2");
        assertThat(names("owners?of=zeta")).containsExactly("ü/1", "ü/2");
        assertThat(names("owners?of=zeta&name=%C3%BC%2F2")).containsExactly("ü/2");
        assertThat(names("owners?of=none")).isEmpty();
        List<String> all = new ArrayList<>();
        String page = "owners?of=many";
        for (int i = 0; i < 3; i++) {
            all.addAll(names(page));
            page = next(page);
        }
        assertThat(all).hasSize(120).isSorted().doesNotHaveDuplicates();
        assertThat(page).isNull();
    }

    @Test
    void threadsHaveTheFiltersAndTheOrderOfTheApi() {
        for (int i = 1; i <= 25; i++) {
            user.put(
                    "/v1/threads/thr_" + i,
                    "{\"id\":\"thr_%1$d\",\"created_at\":\"2026-01-01T00:%1$02d:00Z\",\"title\":\"%2$s %1$d\",\"status\":{\"type\":\"%3$s\"},\"metadata\":{\"team\":\"%2$s\"}}"
                            .formatted(i, i % 2 == 0 ? "Even" : "Odd", i % 5 == 0 ? "locked" : "active"));
        }
        user.put("/v1/threads/thr_3/items/msg_1", As.message("msg_1", "thr_3", "2026-02-01T00:00:00Z", "Newest"));
        user.merging("{\"archived\":true}").patch("/v1/threads/thr_7/state");
        for (String filter : List.of(
                "",
                "&status=locked",
                "&archived=true",
                "&archived=any&sort=created_at&order=asc",
                "&title=even",
                "&created_at[gte]=2026-01-01T00:10:00Z&created_at[lt]=2026-01-01T00:12:00Z",
                "&metadata.team=Odd")) {
            String sort = filter.contains("sort") ? "" : "&sort=active_at";
            List<String> expected =
                    user.get("/v1/threads?limit=20" + sort + brackets(filter)).path("data.id");
            assertThat(threads(owned("threads") + brackets(filter))).as(filter).isEqualTo(expected);
        }
        assertThat(threads(owned("threads") + "&metadata=team%3DOdd&status=&title="))
                .hasSize(12);
        String first = get(owned("threads")).asString();
        assertThat(first).contains("24 threads", "Newest", "2026-02-01 00:00:00");
        assertThat(threads(next(owned("threads")))).hasSize(4);
        assertThat(get(owned("threads") + "&status=none").statusCode()).isEqualTo(400);
        assertThat(get("threads?tenant=acme&user=").statusCode()).isEqualTo(400);
    }

    @Test
    void aLargeLastItemIsLeftOutOfTheList() {
        user.thread("thr_1");
        user.put(
                "/v1/threads/thr_1/items/msg_1",
                As.message("msg_1", "thr_1", "2026-02-01T00:00:00Z", "x".repeat(600_000)));
        assertThat(get(owned("threads")).asString())
                .contains("thr_1", "No text")
                .hasSizeLessThan(50_000);
    }

    @Test
    void searchIsTheApis() {
        user.thread("thr_1");
        user.put(
                "/v1/threads/thr_1/items/msg_1",
                As.message("msg_1", "thr_1", "2026-01-02T03:04:05Z", "The <b>quick</b> fox"));
        assertThat(get(owned("threads") + "&q=quick").asString())
                .contains(
                        "<mark>quick</mark>", "&lt;b&gt;", "thread=thr_1", "2026-01-02 03:04:05", "/v1/search?q=quick");
        assertThat(get(owned("threads") + "&q=slow").asString()).contains("Nothing has all of these words.");
    }

    // ---- Transcripts ----

    @Test
    void aTranscriptReadsAsAPersonReadsIt() {
        String thread = user.thread("thr_1");
        add(
                thread,
                "msg_1",
                "\"type\":\"user_message\",\"content\":[{\"type\":\"input_text\",\"text\":\"What is the weather?\"}],"
                        + "\"attachments\":[{\"id\":\"atc_1\",\"type\":\"file\",\"name\":\"map.pdf\",\"mime_type\":\"application/pdf\"}],\"quoted_text\":\"as you said\"");
        add(
                thread,
                "tc_1",
                "\"type\":\"client_tool_call\",\"name\":\"get_weather\",\"arguments\":{\"city\":\"Oslo\"},\"output\":null,\"status\":\"pending\",\"call_id\":\"c1\"");
        add(
                thread,
                "msg_2",
                "\"type\":\"widget\",\"widget\":{\"type\":\"Card\",\"children\":[1.50]},\"copy_text\":\"Sunny\"");
        add(thread, "msg_3", "\"type\":\"hidden_context_item\",\"content\":\"the user is in a hurry\"");
        add(
                thread,
                "msg_4",
                "\"type\":\"assistant_message\",\"content\":[{\"type\":\"output_text\",\"text\":\"It is sunny.\",\"annotations\":[]}]");
        user.put(
                "/v1/attachments/atc_1",
                "{\"id\":\"atc_1\",\"type\":\"file\",\"name\":\"map.pdf\",\"mime_type\":\"application/pdf\",\"thread_id\":\"thr_1\"}");
        String page = get(owned("thread") + "&thread=thr_1").asString();
        assertThat(page)
                .contains(
                        "<article class=\"user\" aria-label=\"User\">",
                        "<bdi>What is the weather?</bdi>",
                        "<bdi>as you said</bdi>",
                        "attachment=atc_1\"><bdi>map.pdf (application/pdf)</bdi>",
                        "<article class=\"tool\" aria-label=\"Tool call\">",
                        "<bdi>get_weather</bdi>",
                        "{\n  &quot;city&quot;: &quot;Oslo&quot;\n}",
                        "<article class=\"assistant\" aria-label=\"Widget\">",
                        "<bdi>Sunny</bdi>",
                        "1.50",
                        "<article class=\"hidden\" aria-label=\"Hidden context\">",
                        "<bdi>the user is in a hurry</bdi>",
                        "<bdi>It is sunny.</bdi>",
                        "attachment=atc_1",
                        "curl -H &quot;Authorization: Bearer $BOBBIN_API_KEY&quot; -H &#39;Bobbin-User: " + user.user()
                                + "&#39;")
                .containsSubsequence("What is the weather?", "get_weather", "Sunny", "in a hurry", "It is sunny.");
        assertThat(get(owned("thread") + "&thread=thr_1&order=desc").asString())
                .containsSubsequence("It is sunny.", "What is the weather?");
    }

    @Test
    void aConversationOfOpenAisIsReadable() {
        String id = user.post(
                        "/openai/v1/conversations",
                        "{\"items\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"Hello there\"},"
                                + "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"look_up\",\"arguments\":\"{}\"}]}")
                .path("id");
        assertThat(threads(owned("threads") + "&kind=conversation")).containsExactly(id);
        assertThat(get(owned("thread") + "&thread=" + id).asString())
                .contains(
                        "<bdi>Hello there</bdi>",
                        "aria-label=\"User\"",
                        "aria-label=\"Tool call\"",
                        "<bdi>look_up</bdi>");
    }

    @Test
    void hostileContentStaysText() {
        String title = "</bdi><script>alert(1)</script>\u202E{config}";
        user.put(
                "/v1/threads/%22%3E%3Cb%3E",
                "{\"id\":\"\\\"><b>\",\"created_at\":\"2026-01-01T00:00:00Z\",\"title\":" + As.quote(title) + "}");
        String thread = "/v1/threads/%22%3E%3Cb%3E";
        user.put(
                        thread + "/items/%3Cimg%20src%3Dx%3E",
                        As.message(
                                "<img src=x>",
                                "\"><b>",
                                "2026-01-01T00:00:00Z",
                                "\u202Eevil\u2066</p><script>alert(2)</script>{items}"))
                .then()
                .statusCode(201);
        user.put(
                        thread + "/items/w",
                        "{\"id\":\"w\",\"thread_id\":\"\\\"><b>\",\"created_at\":\"2026-01-01T00:00:01Z\",\"type\":\"<script>\",\"<script>\":{\"<i>\":\"</pre><script>\"}}")
                .then()
                .statusCode(201);
        for (String page : List.of(
                owned("threads"),
                owned("thread") + "&thread=%22%3E%3Cb%3E",
                owned("delete") + "&thread=%22%3E%3Cb%3E")) {
            assertThat(get(page).asString())
                    .doesNotContain("<script>", "<b>", "<img", "<i>", "\"><b>")
                    .contains("&lt;");
        }
        assertThat(get(owned("thread") + "&thread=%22%3E%3Cb%3E").asString())
                .contains("<bdi>\u202Eevil\u2066&lt;/p&gt;&lt;script&gt;alert(2)&lt;/script&gt;{items}</bdi>");
    }

    @Test
    void aLargeItemIsCutAndLinked() {
        String thread = user.thread("thr_1");
        String large = As.message("msg_1", "thr_1", "2026-01-01T00:00:00Z", "Begin " + "é".repeat(2_500_000));
        user.put(thread + "/items/msg_1", large).then().statusCode(201);
        String page = get(owned("thread") + "&thread=thr_1").asString();
        assertThat(page)
                .contains("Begin é", "This document has 5.0 MB", "item=msg_1")
                .hasSizeLessThan(50_000);
        assertThat(get(owned("raw") + "&thread=thr_1&item=msg_1").asString()).isEqualTo(large);
    }

    @Test
    void rawDocumentsAreTheStoredBytes() {
        String document =
                "{ \"id\" : \"thr_1\",\r\n \"created_at\":\"2026-01-01T00:00:00\", \"n\": 1.50, \"title\":\"\\u00e9\" }";
        user.put("/v1/threads/thr_1", document);
        Response raw = get(owned("raw") + "&thread=thr_1");
        assertThat(raw.asString()).isEqualTo(document);
        assertThat(raw.contentType()).contains("application/json");
        assertThat(raw.header("Cache-Control")).isEqualTo("no-store");
        assertThat(get(owned("raw") + "&thread=none").statusCode()).isEqualTo(404);
        assertThat(get("raw?tenant=beta&user=" + user.user() + "&wake=1&thread=thr_1")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aLongTranscriptHasPages() {
        String thread = user.thread("thr_1");
        for (int i = 10; i < 75; i++) {
            user.put(
                    thread + "/items/msg_" + i,
                    As.message("msg_" + i, "thr_1", "2026-01-01T00:00:%02d".formatted(i % 60), "Text " + i + "."));
        }
        List<String> texts = new ArrayList<>();
        String page = owned("thread") + "&thread=thr_1&wake=1";
        while (page != null) {
            texts.addAll(found(get(page).asString(), "<bdi>(Text \\d+)\\.</bdi>"));
            page = next(page);
        }
        assertThat(texts).hasSize(65).doesNotHaveDuplicates();
    }

    // ---- Actions ----

    @Test
    void archivingIsTheApis() {
        user.thread("thr_1");
        Map<String, String> form = Map.of("tenant", "acme", "user", user.user(), "thread", "thr_1", "archived", "true");
        Response done = post("archive", form);
        assertThat(done.statusCode()).isEqualTo(303);
        assertThat(done.header("Location"))
                .isEqualTo("/console/thread?tenant=acme&user=" + user.user() + "&thread=thr_1");
        assertThat(user.get("/v1/threads/thr_1/state").path("archived").toString())
                .isEqualTo("true");
        assertThat(get(owned("thread") + "&thread=thr_1").asString()).contains("Take out of the archive");
    }

    @Test
    void aThreadIsDeletedIfItsItemsWereCounted() {
        String thread = user.thread("thr_1");
        add(thread, "msg_1", "\"type\":\"user_message\"");
        user.put(
                "/v1/attachments/atc_1",
                "{\"id\":\"atc_1\",\"type\":\"file\",\"name\":\"a\",\"mime_type\":\"b\",\"thread_id\":\"thr_1\"}");
        assertThat(get(owned("delete") + "&thread=thr_1").asString())
                .contains("<strong>1 item</strong> and 1 attachment record.");
        Map<String, String> form = Map.of("tenant", "acme", "user", user.user(), "thread", "thr_1");
        for (String wrong : List.of("0", "2", "", "x", "99999999999")) {
            assertThat(post("delete", with(form, wrong)).statusCode()).isIn(400, 409);
        }
        assertThat(user.get(thread).statusCode()).isEqualTo(200);
        assertThat(post("delete", with(form, "1")).statusCode()).isEqualTo(303);
        assertThat(user.get(thread).statusCode()).isEqualTo(404);
        assertThat(user.get("/v1/attachments/atc_1").statusCode()).isEqualTo(404);
        assertThat(get(owned("delete") + "&thread=thr_1").statusCode()).isEqualTo(404);
    }

    @Test
    void threadsOfAFilterAreDeletedIfTheyWereCounted() {
        As other = As.somebody();
        other.thread("thr_1");
        user.thread("thr_1");
        user.thread("thr_2");
        user.put("/v1/threads/thr_3", "{\"id\":\"thr_3\",\"title\":\"Keep\"}");
        user.put("/v1/threads/thr_4", "{\"id\":\"thr_4\",\"title\":\"Old 4\"}");
        user.put("/v1/threads/thr_5", "{\"id\":\"thr_5\",\"title\":\"Old 5\"}");
        assertThat(get(owned("delete") + "&title=old").asString()).contains("<strong>2 threads</strong>");
        Map<String, String> form = Map.of("tenant", "acme", "user", user.user(), "title", "old");
        assertThat(post("delete", with(form, "5")).statusCode()).isEqualTo(409);
        assertThat(post("delete", with(form, "2")).statusCode()).isEqualTo(303);
        assertThat(user.get("/v1/threads").<List<String>>path("data.id"))
                .containsExactlyInAnyOrder("thr_1", "thr_2", "thr_3");
        assertThat(other.get("/v1/threads").<List<String>>path("data.id")).containsExactly("thr_1");
    }

    @Test
    void anOwnerIsExportedAndErased() {
        As other = As.somebody();
        other.thread("thr_1");
        String thread = user.thread("thr_1");
        add(thread, "msg_1", "\"type\":\"user_message\"");
        Response export = get(owned("export"));
        assertThat(export.contentType()).startsWith("application/x-ndjson");
        assertThat(export.header("Content-Disposition")).startsWith("attachment");
        assertThat(withoutTime(export))
                .isEqualTo(withoutTime(user.get("/v1/export")))
                .contains("\"msg_1\"");
        assertThat(get(owned("delete") + "&everything=1").asString())
                .contains("<strong>1 thread</strong>, 1 item and 0 attachment records.");
        Map<String, String> form = Map.of("tenant", "acme", "user", user.user(), "everything", "1");
        assertThat(post("delete", with(form, "2")).statusCode()).isEqualTo(409);
        assertThat(post("delete", with(form, "1")).statusCode()).isEqualTo(303);
        assertThat(user.get("/v1/usage").<Integer>path("threads")).isZero();
        assertThat(other.get("/v1/usage").<Integer>path("threads")).isEqualTo(1);
    }

    private static String withoutTime(Response export) {
        return export.asString().replaceFirst("\"exported_at\":\"[^\"]*\"", "");
    }

    // ---- What these tests share ----

    private static String sessions(String key, Clock clock) {
        Sessions sessions = new Sessions(key, clock);
        return sessions.cookie(sessions.open());
    }

    private static RequestSpecification request(String cookie) {
        // as browsers do, without a charset
        RequestSpecification request = given().config(RestAssuredConfig.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .appendDefaultContentCharsetToContentTypeIfUndefined(false)))
                .redirects()
                .follow(false);
        return cookie.isEmpty() ? request : request.header("Cookie", "bobbin_console=" + cookie);
    }

    private static Response signIn(String key) {
        return request("").formParam("key", key).post("/console/sign-in");
    }

    private static String cookie() {
        if (cookie == null) {
            cookie = signIn(KEY).cookie("bobbin_console");
        }
        return cookie;
    }

    private static Response get(String page) {
        return request(cookie()).urlEncodingEnabled(false).get("/console/" + page);
    }

    private static Response post(String page, Map<String, String> form) {
        return request(cookie())
                .formParams(form)
                .formParam("form_token", token(cookie()))
                .post("/console/" + page);
    }

    private static String token(String cookie) {
        return found(request(cookie).get("/console/database").asString(), "name=\"form_token\" value=\"([^\"]+)\"")
                .get(0);
    }

    private String owned(String page) {
        return page + "?wake=1&tenant=acme&user=" + user.user();
    }

    private void add(String thread, String id, String members) {
        String second = String.valueOf(user.get(thread + "/items?limit=100")
                .<List<String>>path("data.id")
                .size());
        user.put(
                        thread + "/items/" + id,
                        "{\"id\":\"" + id + "\",\"thread_id\":\"thr_1\",\"created_at\":\"2026-01-01T00:00:0" + second
                                + "Z\"," + members + "}")
                .then()
                .statusCode(201);
    }

    private static Map<String, String> with(Map<String, String> form, String confirm) {
        Map<String, String> confirmed = new HashMap<>(form);
        confirmed.put("confirm", confirm);
        return confirmed;
    }

    private static String brackets(String query) {
        return query.replace("[", "%5B").replace("]", "%5D");
    }

    private static List<String> names(String page) {
        return found(
                get(page + "&wake=1").asString(),
                "<li><a href=\"/console/(?:owners|threads)\\?[^>]+><bdi>(.*?)</bdi></a></li>");
    }

    private static List<String> threads(String page) {
        return found(get(page).asString(), "<li><a href=\"/console/thread\\?[^\"]*thread=([^\"&]+)\"");
    }

    private static String next(String page) {
        List<String> links = found(get(page + "&wake=1").asString(), "href=\"/console/(\\w+\\?[^\"]*)\" rel=\"next\"");
        return links.isEmpty() ? null : links.get(0).replace("&amp;", "&");
    }

    private static int number(String pattern) {
        return Integer.parseInt(found(get("database").asString(), pattern).get(0));
    }

    private static List<String> found(String page, String pattern) {
        return Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static void awaitSleep() throws Exception {
        Instant end = Instant.now().plusSeconds(20);
        while (sessionsOfTheService() > 0 || !get("database").asString().contains("The database is asleep")) {
            assertThat(Instant.now().atOffset(ZoneOffset.UTC)).isBefore(end.atOffset(ZoneOffset.UTC));
            Thread.sleep(100);
        }
    }

    private static int sessionsOfTheService() throws Exception {
        try (var connection = TestDatabase.get().connect(TestEnvironment.databaseUrl());
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
