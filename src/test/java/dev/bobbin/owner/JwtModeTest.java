package dev.bobbin.owner;

import static dev.bobbin.support.Tokens.keys;
import static dev.bobbin.support.Tokens.privateKey;
import static dev.bobbin.support.Tokens.token;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.bobbin.support.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.specification.RequestSpecification;
import io.smallrye.jwt.build.Jwt;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@QuarkusTest
@TestProfile(Tokens.class)
@Execution(ExecutionMode.SAME_THREAD)
@Tag("postgres")
class JwtModeTest {

    @Test
    void theTokenSaysWhoTheOwnerIs() {
        with(token("acme", "alice", Duration.ofMinutes(5)))
                .contentType("application/json")
                .body("{\"id\":\"thr_1\"}")
                .post("/v1/threads")
                .then()
                .statusCode(201);
        with(token("acme", "alice", Duration.ofMinutes(5)))
                .get("/v1/threads")
                .then()
                .body("data.id", contains("thr_1"));
        with(token("acme", "bob", Duration.ofMinutes(5)))
                .get("/v1/threads/thr_1")
                .then()
                .statusCode(404);
        with(token("beta", "alice", Duration.ofMinutes(5)))
                .get("/v1/threads/thr_1")
                .then()
                .statusCode(404);
    }

    @Test
    void theTokenSaysWhoseHostedThreadsThereAre() {
        with(token("acme", "carol", Duration.ofMinutes(5)))
                .contentType("application/json")
                .body("{\"id\":\"thr_c\"}")
                .post("/v1/threads")
                .then()
                .statusCode(201);
        String threads = "/openai/v1/chatkit/threads";
        with(token("acme", "carol", Duration.ofMinutes(5)))
                .get(threads + "?user=carol")
                .then()
                .statusCode(200)
                .body("data.user", contains("carol"));
        with(token("acme", "bob", Duration.ofMinutes(5)))
                .get(threads + "?user=carol")
                .then()
                .statusCode(200)
                .body("data.size()", equalTo(0));
    }

    @Test
    void aUserHeaderBesideATokenIsRefused() {
        with(token("acme", "alice", Duration.ofMinutes(5)))
                .header("Bobbin-User", "bob")
                .get("/v1/threads")
                .then()
                .statusCode(400)
                .body("detail", containsString("must not be sent"));
    }

    @Test
    void withoutAGoodTokenNothingIsServed() {
        refused(given());
        refused(with("nonsense"));
        refused(with(token("acme", "alice", Duration.ofMinutes(-5))));
        refused(with(
                Jwt.issuer(Tokens.ISSUER).subject("alice").claim("org", "acme").sign(keys().getPrivate())));
        refused(with(Jwt.issuer("https://other.test")
                .subject("alice")
                .claim("org", "acme")
                .sign(privateKey())));
        refused(given().header("Authorization", "Basic YTpi"));
    }

    @Test
    void aTokenWithoutTheTenantsClaimIsNotEnough() {
        with(Jwt.issuer(Tokens.ISSUER).subject("alice").sign(privateKey()))
                .get("/v1/threads")
                .then()
                .statusCode(403)
                .body("detail", equalTo("The token has no claim org that is a text"));
        with(Jwt.issuer(Tokens.ISSUER).claim("org", "acme").sign(privateKey()))
                .get("/v1/threads")
                .then()
                .statusCode(403)
                .body("detail", equalTo("The token has no claim sub that is a text"));
        with(Jwt.issuer(Tokens.ISSUER).subject("alice").claim("org", 5).sign(privateKey()))
                .get("/v1/threads")
                .then()
                .statusCode(403);
    }

    private static void refused(RequestSpecification request) {
        request.get("/v1/threads")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .header("WWW-Authenticate", equalTo("Bearer"))
                .body("type", equalTo("urn:bobbin:problem:unauthenticated"));
    }

    private static RequestSpecification with(String token) {
        return given().header("Authorization", "Bearer " + token);
    }
}
