package dev.bobbin.support;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.smallrye.jwt.build.Jwt;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Mode jwt as a browser needs it: tokens of one issuer, and pages of one origin that may call. */
public class Tokens implements QuarkusTestProfile {

    public static final String ISSUER = "https://issuer.test";
    public static final String ORIGIN = "https://chat.test";

    // system-wide, since the profile is read by another class loader than the test; and made once: classes whose
    // settings
    // are the same share an application
    private static final String PRIVATE_KEY = "test.private-key";
    private static final String PUBLIC_KEY = "test.public-key";

    @Override
    public List<TestResourceEntry> testResources() {
        String publicKey = System.getProperty(PUBLIC_KEY);
        if (publicKey == null) {
            KeyPair keys = keys();
            publicKey = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
            System.setProperty(
                    PRIVATE_KEY,
                    Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded()));
            System.setProperty(PUBLIC_KEY, publicKey);
        }
        return List.of(new TestResourceEntry(
                TestEnvironment.class,
                Map.of(
                        "bobbin.auth.mode",
                        "jwt",
                        "bobbin.auth.jwt.tenant-claim",
                        "org",
                        "mp.jwt.verify.issuer",
                        ISSUER,
                        "mp.jwt.verify.publickey",
                        publicKey,
                        "quarkus.http.cors.enabled",
                        "true",
                        "quarkus.http.cors.origins",
                        ORIGIN)));
    }

    @Override
    public boolean disableGlobalTestResources() {
        return true;
    }

    public static String token(String tenant, String user, Duration lifetime) {
        long now = System.currentTimeMillis() / 1000;
        return Jwt.issuer(ISSUER)
                .subject(user)
                .claim("org", tenant)
                .issuedAt(now - 600)
                .expiresAt(now + lifetime.toSeconds())
                .sign(privateKey());
    }

    public static PrivateKey privateKey() {
        try {
            byte[] key = Base64.getDecoder().decode(System.getProperty(PRIVATE_KEY));
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static KeyPair keys() {
        try {
            KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
            rsa.initialize(2048);
            return rsa.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
