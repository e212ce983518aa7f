package dev.bobbin.owner;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
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
}
