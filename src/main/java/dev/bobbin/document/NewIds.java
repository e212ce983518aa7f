package dev.bobbin.document;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Makes the ids that one call's documents lack: random ones, or the same ones each time the call is repeated. */
public final class NewIds {

    private final @Nullable String seed;
    private int made;

    private NewIds(@Nullable String seed) {
        this.seed = seed;
    }

    public static NewIds random() {
        return new NewIds(null);
    }

    /** Ids that only a call with this seed makes, in this order. */
    public static NewIds derived(String seed) {
        return new NewIds(seed);
    }

    /** ChatKit's prefix for the kind of thing, an underscore, and 24 hex digits. */
    public String next(String prefix) {
        if (seed == null) {
            return Ids.random(prefix);
        }
        byte[] hash = ETag.sha256().digest((seed + '\0' + made++).getBytes(StandardCharsets.UTF_8));
        return prefix + '_' + HexFormat.of().formatHex(hash, 0, Ids.RANDOM_BYTES);
    }
}
