package dev.bobbin.owner;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.bobbin.support.TestEnvironment;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.specification.RequestSpecification;
import io.smallrye.jwt.build.Jwt;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(JwtModeTest.Tokens.class)
class JwtModeTest {

    /** System-wide, since the profile is read by another class loader than the test. */
    private static final String PRIVATE_KEY = "test.private-key";

    public static class Tokens implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            KeyPair keys = keys();
            System.setProperty(
                    PRIVATE_KEY,
                    Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded()));
            return List.of(new TestResourceEntry(
                    TestEnvironment.class,
                    Map.of(
                            "bobbin.auth.mode", "jwt",
                            "bobbin.auth.jwt.tenant-claim", "org",
                            "mp.jwt.verify.issuer", "https://issuer.test",
                            "mp.jwt.verify.publickey",
                                    Base64.getEncoder()
                                            .encodeToString(keys.getPublic().getEncoded()))));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    @Test
    void theTokenSaysWhoTheOwnerIs() throws Exception {
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
    void aUserHeaderBesideATokenIsRefused() throws Exception {
        with(token("acme", "alice", Duration.ofMinutes(5)))
                .header("Bobbin-User", "bob")
                .get("/v1/threads")
                .then()
                .statusCode(400)
                .body("detail", containsString("must not be sent"));
    }

    @Test
    void withoutAGoodTokenNothingIsServed() throws Exception {
        refused(given());
        refused(with("nonsense"));
        refused(with(token("acme", "alice", Duration.ofMinutes(-5))));
        refused(with(Jwt.issuer("https://issuer.test")
                .subject("alice")
                .claim("org", "acme")
                .sign(keys().getPrivate())));
        refused(with(Jwt.issuer("https://other.test")
                .subject("alice")
                .claim("org", "acme")
                .sign(privateKey())));
        refused(given().header("Authorization", "Basic YTpi"));
    }

    @Test
    void aTokenWithoutTheTenantsClaimIsNotEnough() throws Exception {
        with(Jwt.issuer("https://issuer.test").subject("alice").sign(privateKey()))
                .get("/v1/threads")
                .then()
                .statusCode(403)
                .body("detail", equalTo("The token has no claim org that is a text"));
        with(Jwt.issuer("https://issuer.test").subject("alice").claim("org", 5).sign(privateKey()))
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

    private static String token(String tenant, String user, Duration lifetime) throws Exception {
        long now = System.currentTimeMillis() / 1000;
        return Jwt.issuer("https://issuer.test")
                .subject(user)
                .claim("org", tenant)
                .issuedAt(now - 600)
                .expiresAt(now + lifetime.toSeconds())
                .sign(privateKey());
    }

    private static java.security.PrivateKey privateKey() throws Exception {
        byte[] key = Base64.getDecoder().decode(System.getProperty(PRIVATE_KEY));
        return java.security.KeyFactory.getInstance("RSA")
                .generatePrivate(new java.security.spec.PKCS8EncodedKeySpec(key));
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
            rsa.initialize(2048);
            return rsa.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
