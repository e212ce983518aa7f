package dev.bobbin.owner;

import dev.bobbin.StartupException;
import dev.bobbin.problem.ProblemException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The configured API keys. Only their SHA-256 is kept, so that a heap dump holds no key. */
@Singleton
final class ApiKeys {

    private static final String HASHED = "sha256:";

    private record Key(String tenant, String sha256) {}

    private final List<Key> keys = new ArrayList<>();

    @Inject
    ApiKeys(AuthConfig auth) {
        this(auth.apiKeys().orElse(List.of()));
    }

    /**
     * @param entries {@code tenant=key} each
     * @throws StartupException for a malformed entry; the message has its position but not its text, which may be a secret
     */
    ApiKeys(List<String> entries) {
        for (String entry : entries) {
            try {
                keys.add(parse(entry));
            } catch (IllegalArgumentException malformed) {
                throw new StartupException("bobbin.auth.api-keys (BOBBIN_AUTH_API_KEYS) cannot be used: entry "
                        + (keys.size() + 1) + " " + malformed.getMessage()
                        + ". Each entry is tenant=key or tenant=sha256:<64 hex digits>, separated by commas");
            }
        }
    }

    private static Key parse(String entry) {
        String[] parts = entry.split("=", 2);
        String tenant = parts[0].strip();
        String key = parts.length < 2 ? "" : parts[1].strip();
        if (tenant.isEmpty() || key.isEmpty()) {
            throw new IllegalArgumentException("is not of the form tenant=key");
        }
        try {
            new Owner(tenant, "anybody");
        } catch (ProblemException impossible) {
            throw new IllegalArgumentException("has an impossible tenant: " + impossible.detail());
        }
        if (!key.startsWith(HASHED)) {
            return new Key(tenant, sha256(key));
        }
        String hex = key.substring(HASHED.length()).toLowerCase(Locale.ROOT);
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("has no 64 hex digits after sha256:");
        }
        return new Key(tenant, hex);
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** The tenant of a key; null for an unknown one. Takes the same time for every key. */
    @Nullable
    String tenantOf(String presented) {
        byte[] hash = sha256(presented).getBytes(StandardCharsets.US_ASCII);
        String tenant = null;
        for (Key key : keys) {
            if (MessageDigest.isEqual(key.sha256.getBytes(StandardCharsets.US_ASCII), hash)) {
                tenant = key.tenant;
            }
        }
        return tenant;
    }

    private static String sha256(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
