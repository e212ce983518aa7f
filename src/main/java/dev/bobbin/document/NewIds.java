package dev.bobbin.document;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the ids that one call's documents lack: random ones, or the same ones each time the call is repeated. */
public final class NewIds {

    private final @Nullable String seed;
    private final Set<String> made = new HashSet<>();

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
        String id = derived(prefix, seed);
        made.add(id);
        return id;
    }

    /** Whether it was made, and a repeated call makes it again. */
    public boolean madeAgain(String id) {
        return made.contains(id);
    }

    /** What the next one may be, by its prefix; none of random ones. */
    public String[] following(Collection<String> prefixes) {
        return seed == null
                ? new String[0]
                : prefixes.stream().map(prefix -> derived(prefix, seed)).toArray(String[]::new);
    }

    private String derived(String prefix, String seed) {
        byte[] hash = ETag.sha256().digest((seed + '\0' + made.size()).getBytes(StandardCharsets.UTF_8));
        return prefix + '_' + HexFormat.of().formatHex(hash, 0, Ids.RANDOM_BYTES);
    }
}
