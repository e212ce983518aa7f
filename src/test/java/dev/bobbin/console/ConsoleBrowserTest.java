package dev.bobbin.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bobbin.support.As;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The console as a person uses it. What it looked like is in {@code target/console}. */
@QuarkusTest
@TestProfile(ConsoleTest.On.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ConsoleBrowserTest {

    private static final int TAB = 9;
    private static final int ENTER = 13;

    private static Browser browser;

    private final As user = As.somebody();

    private String base;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Browser.isInstalled(), "left out: there is no /usr/bin/chromium");
        browser = new Browser();
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void signIn() throws Exception {
        base = "http://localhost:" + RestAssured.port + "/console";
        browser.show(1280, 900, false);
        browser.open(base);
        if (browser.evaluate("location.pathname").equals("/console/sign-in")) {
            // by keyboard only: the field has the focus
            browser.write(ConsoleTest.KEY);
            browser.evaluate("window.left = true");
            browser.press("Enter", ENTER);
            browser.awaitTrue("!window.left && location.pathname == '/console/database'");
        }
        browser.complaints.clear();
    }

    @Test
    void theDatabasesDayRenewsItselfWithoutALayoutShift() throws Exception {
        user.thread("thr_1");
        browser.open(base + "/database");
        browser.evaluate(
                "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => window.shift += entry.value))"
                        + ".observe({type: 'layout-shift', buffered: true}); document.querySelector('#day').dataset.old = 'yes'");
        browser.awaitTrue("document.querySelector('#day') && !document.querySelector('#day').dataset.old");
        assertThat(((Number) browser.evaluate("window.shift")).doubleValue()).isZero();
        assertThat(browser.text("h1")).startsWith("The database is a");
        look("day");
        assertThat(browser.complaints).isEmpty();
    }

    @Test
    void aThreadIsFoundReadAndDeleted() throws Exception {
        conversation();
        browser.open(base + "/owners?wake=1");
        browser.leave("[...document.querySelectorAll('.names a')].find(a => a.innerText == 'acme').click()");
        browser.leave("[...document.querySelectorAll('.names a')].find(a => a.innerText == "
                + Browser.quoted(user.user()) + ").click()");
        assertThat(browser.text("h2")).isEqualTo("1 thread");
        look("threads");
        browser.leave(
                "document.querySelector('#q').value = 'refund'; document.querySelector('[role=search]').requestSubmit()");
        assertThat(browser.text("mark")).isEqualToIgnoringCase("refund");
        browser.leave("document.querySelector('.list a').click()");
        assertThat(browser.text("h1")).isEqualTo("A refund for order 4711");
        assertThat(browser.text(".transcript")).contains("Hidden context", "not shown to users", "look_up_order");
        browser.evaluate("document.querySelector('article.assistant > .document').open = true");
        browser.evaluate("document.querySelector('article.tool .json').open = true");
        look("thread");

        browser.leave("document.querySelector('form[action$=archive] button').click()");
        assertThat(browser.text(".headline")).contains("archived");
        browser.leave("document.querySelector('a.danger').click()");
        assertThat(browser.text("form p")).contains("6 items");
        look("delete");
        browser.write("6");
        browser.leave("document.querySelector('button.danger').click()");
        assertThat(browser.text("h2")).isEqualTo("0 threads");
        assertThat(user.get("/v1/threads/thr_refund").statusCode()).isEqualTo(404);
        assertThat(browser.complaints).isEmpty();
    }

    @Test
    void hostileContentDoesNothing() throws Exception {
        user.put(
                "/v1/threads/thr_1",
                "{\"id\":\"thr_1\",\"created_at\":\"2026-01-01T00:00:00Z\",\"title\":"
                        + As.quote("<script>window.harm = 1</script>\u202Egnp.exe") + "}");
        List<String> texts = List.of(
                "<script>window.harm = 1</script>",
                "</bdi></p><img src=x onerror='window.harm = 1'>",
                "\u202Etfel ot thgir\u2067 and on",
                "javascript:window.harm = 1",
                "long ".repeat(1_000_000));
        for (int i = 0; i < texts.size(); i++) {
            user.put(
                            "/v1/threads/thr_1/items/msg_" + i,
                            As.message("msg_" + i, "thr_1", "2026-01-01T00:00:0" + i + "Z", texts.get(i)))
                    .then()
                    .statusCode(201);
        }
        browser.open(base + "/thread?wake=1&thread=thr_1&tenant=acme&user=" + user.user());
        assertThat(browser.evaluate("window.harm")).isNull();
        assertThat(browser.evaluate("document.querySelectorAll('.transcript script, .transcript img').length"))
                .isEqualTo(0);
        assertThat(browser.evaluate("document.querySelector('h1').innerText"))
                .isEqualTo("<script>window.harm = 1</script>\u202Egnp.exe");
        // an override ends with its text
        assertThat(browser.evaluate("getComputedStyle(document.querySelector('.text bdi')).unicodeBidi"))
                .isEqualTo("isolate");
        assertThat(browser.text("article:last-of-type .cut")).contains("5.0 MB");
        look("hostile");
        assertThat(browser.complaints).isEmpty();
    }

    @Test
    void narrowScreensShowEverything() throws Exception {
        conversation();
        String owner = "wake=1&tenant=acme&user=" + user.user();
        for (String page : List.of(
                "/database",
                "/owners?wake=1",
                "/threads?" + owner,
                "/threads?q=refund&" + owner,
                "/thread?thread=thr_refund&" + owner)) {
            browser.show(360, 780, true);
            browser.open(base + page);
            assertThat(browser.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .as(page)
                    .isEqualTo(true);
            look("narrow-" + page.replaceAll("\\W", "").substring(0, 6) + page.length());
        }
    }

    @Test
    void everythingIsReachedByKeyAndHasAName() throws Exception {
        conversation();
        browser.open(base + "/thread?wake=1&thread=thr_refund&tenant=acme&user=" + user.user());
        browser.press("Tab", TAB);
        assertThat(browser.evaluate("document.activeElement.innerText")).isEqualTo("Skip to the content");
        int reached = 1;
        for (; reached < 60; reached++) {
            browser.press("Tab", TAB);
            if (Boolean.TRUE.equals(browser.evaluate("document.activeElement == document.body"))) {
                break;
            }
            assertThat(browser.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
                    .isNotEqualTo("none");
        }
        String controls =
                "[...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select')].filter(e => e.checkVisibility())";
        assertThat(browser.evaluate(controls + ".length")).isEqualTo(reached);
        assertThat(browser.evaluate(
                        controls + ".filter(e => !(e.innerText || e.labels && e.labels.length || e.ariaLabel)).length"))
                .isEqualTo(0);
        assertThat(browser.evaluate("document.querySelectorAll('h1').length + document.documentElement.lang"))
                .isEqualTo("1en");
    }

    private void conversation() {
        user.put(
                "/v1/threads/thr_refund",
                "{\"id\":\"thr_refund\",\"created_at\":\"2026-11-27T09:12:00Z\",\"title\":\"A refund for order 4711\",\"status\":{\"type\":\"active\"},\"metadata\":{\"plan\":\"pro\"}}");
        String thread = "/v1/threads/thr_refund/items/";
        String common = ",\"thread_id\":\"thr_refund\",\"created_at\":\"2026-11-27T09:1";
        user.put(
                thread + "msg_1",
                As.message(
                        "msg_1",
                        "thr_refund",
                        "2026-11-27T09:12:04Z",
                        "Hi! My order 4711 arrived broken. Can I get a refund?"));
        user.put(
                thread + "msg_2",
                "{\"id\":\"msg_2\"" + common
                        + "2:05Z\",\"type\":\"hidden_context_item\",\"content\":\"Customer since 2019, plan pro.\"}");
        user.put(
                thread + "tc_3",
                "{\"id\":\"tc_3\"" + common
                        + "2:06Z\",\"type\":\"client_tool_call\",\"status\":\"completed\",\"call_id\":\"call_1\",\"name\":\"look_up_order\",\"arguments\":{\"order\":4711},\"output\":{\"state\":\"delivered\",\"total\":129.50}}");
        user.put(
                thread + "msg_4",
                "{\"id\":\"msg_4\"" + common
                        + "2:09Z\",\"type\":\"assistant_message\",\"content\":[{\"type\":\"output_text\",\"text\":\"I am sorry to hear that. Order 4711 was delivered yesterday, so a full refund of 129.50 is possible.\\n\\nShall I start it?\",\"annotations\":[]}]}");
        user.put(
                thread + "msg_5",
                "{\"id\":\"msg_5\"" + common
                        + "2:10Z\",\"type\":\"widget\",\"copy_text\":\"Refund 129.50 to the card ending in 1881\",\"widget\":{\"type\":\"Card\",\"children\":[{\"type\":\"Button\",\"label\":\"Refund\"}]}}");
        user.put(thread + "msg_6", As.message("msg_6", "thr_refund", "2026-11-27T09:13:00Z", "Yes please, thank you!"));
    }

    private static void look(String name) throws Exception {
        browser.screenshot(Path.of("target", "console", name + ".png"));
    }
}
