package dev.bobbin.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.startsWith;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call would ignore is refused, so that nobody takes its answer for another one. */
@QuarkusTest
@QuarkusTestResource(TestEnvironment.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class IgnoredInputTest {

    private static final String ITEM = "{\"id\":\"msg_1\",\"type\":\"widget\",\"created_at\":\"2026-01-01T00:00:00\"}";
    private static final String LATER = "{\"id\":\"msg_2\",\"type\":\"widget\",\"created_at\":\"2026-01-02T00:00:00\"}";

    private final As user = As.somebody();
    private String items;

    @BeforeEach
    void aThreadWithTwoItems() {
        items = user.thread("thr_1") + "/items";
        user.post(items, "[" + ITEM + "," + LATER + "]").then().statusCode(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            /v1/threads/thr_1/items?limt=5             | limt; did you mean limit? It takes limit, after, order, before, around, cursor
            /v1/threads/thr_1/items?Limit=5            | Limit; did you mean limit? It takes limit, after, order, before, around, cursor
            /v1/threads/thr_1/items?limit=5&oder=asc   | oder; did you mean order? It takes limit, after, order, before, around, cursor
            /v1/threads/thr_1/items?q                  | q. It takes limit, after, order, before, around, cursor
            /v1/threads/thr_1/items?include=items      | include. It takes limit, after, order, before, around, cursor
            /v1/threads/thr_1?include=items&after=x    | after. It takes include, limit, order
            /v1/threads/thr_1/items?on_conflict=replace| on_conflict. It takes limit, after, order, before, around, cursor
            /v1/threads/thr_1/items/msg_1?limit=5      | limit. It takes none
            /v1/attachments/atc_1?x=%C3%A4             | x. It takes none
            """)
    void anUnknownParameterIsRefusedAndTheNearestKnownOneNamed(String path, String reason) {
        refused(user.get(path), "This call has no query parameter " + reason);
        user.request().head(path).then().statusCode(400);
    }

    @ParameterizedTest
    @CsvSource({
        "limt=5, limt; did you mean limit?",
        "around=x, around.",
        "Sort=active_at, Sort; did you mean sort?",
        "metadata=x, metadata.",
        "metdata.topic=x, metdata.topic; did you mean metadata.topic?",
        "Metadata.topic=x, Metadata.topic; did you mean metadata.topic?",
        "created_at=2026-01-01, created_at.",
        "created_at[ge]=2026-01-01, created_at[ge]; did you mean created_at[gt]?",
        "active_at[gtee]=2026-01-01, active_at[gtee]; did you mean active_at[gte]?",
        "activ_at%5Blt%5D=2026-01-01, activ_at[lt]; did you mean active_at[lt]?"
    })
    void theNearestNameOfAFilterIsNamedToo(String query, String reason) {
        refused(
                user.get("/v1/threads?" + query),
                "This call has no query parameter " + reason
                        + " It takes limit, after, order, before, cursor, sort, include, count, status, archived, title, kind,"
                        + " metadata.<key>, created_at[gt], created_at[gte], created_at[lt], created_at[lte],"
                        + " active_at[gt], active_at[gte], active_at[lt], active_at[lte]");
    }

    @Test
    void aFilterIsSentOncePerName() {
        refused(
                user.get("/v1/threads?metadata.a=1&metadata.b=1&metadata.a=2"),
                "The query parameter metadata.a must be sent once");
    }

    @Test
    void aWriteWithAnUnknownParameterDoesNothing() {
        refused(
                user.delete(items + "?afer=msg_1"),
                "This call has no query parameter afer; did you mean after? It takes after, enforce_status");
        refused(
                user.delete("/v1/threads?statu=closed&confirm=1"),
                "This call has no query parameter statu; did you mean status? It takes confirm, attachments, status,"
                        + " archived, title, kind, metadata.<key>, created_at[gt], created_at[gte], created_at[lt],"
                        + " created_at[lte], active_at[gt], active_at[gte], active_at[lt], active_at[lte]");
        refused(user.delete("/v1/threads/thr_1?x=1"), "This call has no query parameter x. It takes attachments");
        refused(
                user.post(items + "?on-conflict=replace", ITEM),
                "This call has no query parameter on-conflict; did you mean on_conflict? It takes on_conflict,"
                        + " enforce_status");
        refused(user.put("/v1/threads/thr_2?x=1", "{}"), "This call has no query parameter x. It takes kind");
        user.get("/v1/threads/thr_2").then().statusCode(404);
        user.get(items).then().body("data.size()", equalTo(2));
    }

    @Test
    void aParameterIsSentOnce() {
        refused(user.get(items + "?limit=1&limit=2"), "The query parameter limit must be sent once");
        refused(user.delete(items + "?after=msg_1&after=msg_2"), "The query parameter after must be sent once");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/threads?after=%ff", "/v1/threads?%C3%28=1"})
    void aQueryThatIsNotUtf8IsRefused(String path) {
        refused(user.get(path), "The query is not percent-encoded UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?&", "?limit=", "?limit=1&", "?limit=1&order=asc", "?after=&order="})
    void whatIsKnownIsTaken(String query) {
        user.get(items + query).then().statusCode(200);
    }

    @Test
    void onlyCallsAreLookedAt() {
        given().get("/q/health/ready?x=1").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"If-Match", "If-None-Match", "If-Unmodified-Since"})
    void aPreconditionThatIsNotHonouredIsRefused(String header) {
        String reason = "The header " + header + " is not supported here; nothing was done";
        refused(user.request().header(header, "*").get(items), reason);
        refused(user.json("{\"id\":\"thr_2\"}").header(header, "*").post("/v1/threads"), reason);
        refused(user.json(ITEM).header(header, "*").post(items), reason);
        refused(user.json("[]").header(header, "*").put(items), reason);
        refused(user.request().header(header, "*").delete(items + "?after=msg_1"), reason);
        refused(user.json("{}").header(header, "*").post("/v1/threads/thr_1/fork"), reason);
        refused(user.request().header(header, "*").post(items + "/pop"), reason);
        refused(user.request().header(header, "*").get("/v1/threads/thr_1/state"), reason);
        user.get("/v1/threads/thr_2").then().statusCode(404);
        user.get(items).then().body("data.size()", equalTo(2));
    }

    @Test
    void aConditionOfAnotherKindOfCallIsRefused() {
        String match = "The header If-Match is not supported here; nothing was done";
        String since = "The header If-Unmodified-Since is not supported here; nothing was done";
        refused(user.request().header("If-Match", "*").get("/v1/threads/thr_1"), match);
        refused(user.request().header("If-Unmodified-Since", "0").delete("/v1/threads/thr_1"), since);
        refused(
                user.request().header("If-None-Match", "*").get("/v1/threads/thr_1?include=items"),
                "A thread with include=items has no ETag, so If-None-Match is not supported");
        refused(
                user.request().header("If-None-Match", "\"a\"").delete("/v1/threads/thr_1"),
                "If-None-Match of a write must be *; nothing was done");
        user.get(items).then().body("data.size()", equalTo(2));
    }

    @Test
    void aCachesConditionIsPassedOver() {
        user.request().header("If-Modified-Since", "0").get(items).then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            {"has_more":false} | items must be an array, or a page of items: an object whose data is an array
            {"data":{}}        | items must be an array, or a page of items: an object whose data is an array
            3                  | items must be an array, or a page of items: an object whose data is an array
            "x"                | items must be an array, or a page of items: an object whose data is an array
            [],"items":[1]     | Element 0 of the array must be a JSON object
            [{}]               | An item must have a type of 1 to 255 characters, such as user_message
            """)
    void aNewThreadsItemsAreRefusedIfTheyAreNone(String value, String reason) {
        refused(user.post("/v1/threads", "{\"id\":\"thr_2\",\"items\":" + value + "}"), reason);
        user.get("/v1/threads/thr_2").then().statusCode(404);
        user.put("/v1/threads/thr_3", "{\"id\":\"thr_3\",\"items\":" + value + "}")
                .then()
                .statusCode(201)
                .body(equalTo("{\"id\":\"thr_3\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "{\"data\":[],\"has_more\":false,\"after\":null}"})
    void aNewThreadMayHaveNoItems(String value) {
        user.post("/v1/threads", "{\"title\":\"x\",\"items\":" + value + "}")
                .then()
                .statusCode(201)
                .body("title", equalTo("x"))
                .body("keySet()", hasItems("id", "created_at", "title"))
                .body("items", equalTo(null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json; charset=utf8",
                "application/json;charset=\"UTF8\"",
                "application/json; Charset=UTF-8; profile=x",
                "application/json; charset="
            })
    void utf8MayBeSpeltAsPeopleSpellIt(String type) {
        user.request()
                .contentType(type)
                .body("{\"id\":\"ä\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .put("/v1/threads/%C3%A4")
                .then()
                .statusCode(201);
    }

    private static void refused(Response answer, String reason) {
        answer.then()
                .statusCode(400)
                .contentType(startsWith("application/problem+json"))
                .body("type", equalTo("urn:bobbin:problem:invalid-request"))
                .body("detail", equalTo(reason));
    }
}
