package dev.bobbin.owner;

import dev.bobbin.StartupException;
import dev.bobbin.problem.ProblemException;
import io.quarkus.runtime.util.HashUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The configured API keys. Only their SHA-256 is kept, so that a heap dump contains no key. */
final class ApiKeys {

    private static final String HASHED = "sha256:";

    private record Key(String tenant, String sha256) {}

    private final List<Key> keys = new ArrayList<>();

    /**
     * @param entries each of the form {@code tenant=key}
     * @throws StartupException for a malformed entry, with its position but not its text, which may be a secret
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
            return new Key(tenant, HashUtil.sha256(key));
        }
        String hex = key.substring(HASHED.length()).toLowerCase(Locale.ROOT);
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("has no 64 hex digits after sha256:");
        }
        return new Key(tenant, hex);
    }

    List<String> tenants() {
        return keys.stream().map(Key::tenant).toList();
    }

    /** The tenant of a key; null for an unknown one. Takes the same time for every key. */
    @Nullable
    String tenantOf(String presented) {
        byte[] hash = bytes(HashUtil.sha256(presented));
        String tenant = null;
        for (Key key : keys) {
            if (MessageDigest.isEqual(bytes(key.sha256), hash)) {
                tenant = key.tenant;
            }
        }
        return tenant;
    }

    private static byte[] bytes(String hex) {
        return hex.getBytes(StandardCharsets.US_ASCII);
    }
}
