package dev.bobbin.owner;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@QuarkusTest
@TestProfile(NoneModeTest.Open.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class NoneModeTest {

    public static class Open implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(TestEnvironment.class, Map.of("bobbin.auth.mode", "none")));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    @Test
    void whoeverNamesNoUserIsTheLocalOne() {
        given().contentType("application/json")
                .body("{\"id\":\"thr_l\"}")
                .post("/v1/threads")
                .then()
                .statusCode(201);
        given().header("Bobbin-User", "local").get("/v1/threads").then().body("data.id", contains("thr_l"));
        given().header("Bobbin-User", "other").get("/v1/threads").then().body("data.size()", equalTo(0));
    }

    /** As OpenAI's own tests call: with a key that nobody checks. */
    @Test
    void theUserOfHostedThreadsIsTheCallerOrElseTheLocalOne() {
        given().header("Bobbin-User", "ann")
                .contentType("application/json")
                .body("{\"id\":\"thr_ann\"}")
                .post("/v1/threads")
                .then()
                .statusCode(201);
        String threads = "/openai/v1/chatkit/threads";
        given().get(threads + "?user=ann").then().body("data.id", contains("thr_ann"));
        given().header("Authorization", "Bearer My API Key")
                .get(threads + "?after=thr_ann&before=thr_ann&limit=0&order=asc&user=x")
                .then()
                .statusCode(200)
                .body("data.size()", equalTo(0));
        given().get(threads + "/thr_ann").then().statusCode(404);
        given().header("Bobbin-User", "ann").get(threads + "?user=local").then().body("data.size()", equalTo(0));
        given().get(threads).then().statusCode(200).body("data.user.unique()", not(contains("ann")));
    }

    @Test
    void tenantsWithoutAKeyAreCountedTogether() {
        double before = callsOfOthers();
        given().get("/v1/threads").then().statusCode(200);
        assertThat(callsOfOthers()).isEqualTo(before + 1);
    }

    private static double callsOfOthers() {
        String page = given().get("/q/metrics").asString();
        Matcher calls = Pattern.compile("bobbin_tenant_calls_total\\{status=\"2xx\",tenant=\"other\"} (\\S+)")
                .matcher(page);
        assertThat(calls.find()).as(page).isTrue();
        return Double.parseDouble(calls.group(1));
    }
}
