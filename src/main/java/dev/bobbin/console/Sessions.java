package dev.bobbin.console;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Who has signed in. A session is its cookie, {@code id.expiry.signature}: every replica knows it, also after a restart, and
 * another key ends all.
 */
final class Sessions {

    static final Duration LENGTH = Duration.ofHours(12);

    private static final String ALGORITHM = "HmacSHA256";
    private static final int ID_BYTES = 8;

    /**
     * A session.
     *
     * @param id names it in the log
     * @param expires in seconds since 1970
     */
    record Session(String id, long expires) {

        private String text() {
            return id + '.' + expires;
        }
    }

    private final byte[] key;
    private final SecretKeySpec signing;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Sessions(String key, Clock clock) {
        SecretKeySpec root = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM);
        this.key = mac(root, "key");
        this.signing = new SecretKeySpec(mac(root, "sessions"), ALGORITHM);
        this.clock = clock;
    }

    /** Whether this is the console's key. Takes the same time for every wrong one. */
    boolean isKey(String presented) {
        // an empty one cannot be a key of Java's
        return !presented.isEmpty()
                && MessageDigest.isEqual(
                        key, mac(new SecretKeySpec(presented.getBytes(StandardCharsets.UTF_8), ALGORITHM), "key"));
    }

    Session open() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return new Session(
                HexFormat.of().formatHex(id), clock.instant().plus(LENGTH).getEpochSecond());
    }

    String cookie(Session session) {
        return session.text() + '.' + sign("cookie", session);
    }

    /** The session of a cookie; null if it is over, or not of this console. */
    @Nullable
    Session of(String cookie) {
        String[] parts = cookie.split("\\.", 3);
        if (parts.length < 3 || !parts[1].matches("\\d{1,15}")) {
            return null;
        }
        Session session = new Session(parts[0], Long.parseLong(parts[1]));
        boolean genuine = isEqual(parts[2], sign("cookie", session));
        return genuine && session.expires > clock.instant().getEpochSecond() ? session : null;
    }

    /** What a form of this session has, and one of another site cannot have. */
    String formToken(Session session) {
        return sign("form", session);
    }

    boolean isFormToken(String presented, Session session) {
        return isEqual(presented, formToken(session));
    }

    private String sign(String purpose, Session session) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac(signing, purpose + ':' + session.text()));
    }

    private static boolean isEqual(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] mac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has " + ALGORITHM, impossible);
        }
    }
}
