package dev.bobbin.owner;

import dev.bobbin.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The configured API keys. Only their SHA-256 is kept, so a heap dump holds no key. */
final class ApiKeys {

    private static final String HASHED = "sha256:";

    private record Key(String tenant, String sha256) {}

    private final List<Key> keys;

    private ApiKeys(List<Key> keys) {
        this.keys = keys;
    }

    /**
     * @param entries {@code tenant=key} each
     * @throws IllegalArgumentException for an entry of another form; the message has its position and not its text, which
     *     may be a secret
     */
    static ApiKeys parse(List<String> entries) {
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            String entry = entries.get(i).strip();
            int equals = entry.indexOf('=');
            String tenant = equals < 0 ? "" : entry.substring(0, equals).strip();
            String key = entry.substring(equals + 1).strip();
            if (tenant.isEmpty() || key.isEmpty()) {
                throw new IllegalArgumentException("entry " + (i + 1) + " is not of the form tenant=key");
            }
            checkTenant(tenant, i);
            keys.add(
                    new Key(tenant, key.startsWith(HASHED) ? checked(key.substring(HASHED.length()), i) : sha256(key)));
        }
        return new ApiKeys(List.copyOf(keys));
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** The tenant of a key; null for an unknown one. Takes the same time whichever key it is. */
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

    /** One that no owner can have would be a key with which every call fails. */
    private static void checkTenant(String tenant, int index) {
        try {
            new Owner(tenant, "anybody");
        } catch (ProblemException refused) {
            throw new IllegalArgumentException(
                    "in entry " + (index + 1) + " the tenant cannot be one: " + refused.detail());
        }
    }

    private static String checked(String hex, int index) {
        if (!hex.matches("[0-9a-fA-F]{64}")) {
            throw new IllegalArgumentException("entry " + (index + 1) + " has no 64 hex digits behind sha256:");
        }
        return hex.toLowerCase(Locale.ROOT);
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
