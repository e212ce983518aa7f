package dev.bobbin.owner;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.bobbin.support.As;
import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(ApiKeyModeTest.Keys.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class ApiKeyModeTest {

    public static class Keys implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(
                    TestEnvironment.class,
                    Map.of("bobbin.auth.api-keys", "acme=plain, acme=second ,hashed=sha256:" + sha256("kept=secret"))));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }

        private static String sha256(String key) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().withUpperCase().formatHex(hash);
            } catch (java.security.NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void everyKeyOfATenantOpensTheSameThreads() {
        new As("plain", "u").thread("thr_1");
        new As("second", "u").get("/v1/threads/thr_1").then().statusCode(200);
        new As("kept=secret", "u").get("/v1/threads/thr_1").then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer wrong", "Basic cGxhaW46", "plain", "Bearer plainer"})
    void withoutAKnownKeyNothingIsServed(String authorization) {
        given().header("Authorization", authorization)
                .header("Bobbin-User", "u")
                .get("/v1/threads")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", equalTo("Bearer"))
                .contentType("application/problem+json")
                .body("type", equalTo("urn:bobbin:problem:unauthenticated"));
    }

    @Test
    void theUserMustBeNamed() {
        given().header("Authorization", "Bearer plain")
                .get("/v1/threads")
                .then()
                .statusCode(400)
                .body("detail", startsWith("The header Bobbin-User is needed"));
        given().header("Authorization", "Bearer plain")
                .header("Bobbin-User", "x".repeat(256))
                .get("/v1/threads")
                .then()
                .statusCode(400);
        given().header("Authorization", "Bearer plain")
                .header("Bobbin-User", "utf-8''%zz")
                .get("/v1/threads")
                .then()
                .statusCode(400);
    }

    @Test
    void aUserBeyondAsciiIsTakenPercentEncoded() {
        new As("plain", "utf-8''zo%C3%AB%20%F0%9F%98%80").thread("thr_z");
        new As("plain", "UTF-8''zo%c3%ab%20%f0%9f%98%80")
                .get("/v1/threads/thr_z")
                .then()
                .statusCode(200);
    }
}
