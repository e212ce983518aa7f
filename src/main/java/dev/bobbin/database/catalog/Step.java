package dev.bobbin.database.catalog;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What mends one difference, or why nothing that only adds can.
 *
 * @param statements SQL, in this order; none when it cannot be mended
 * @param remark for people: why it cannot be mended and what to do instead, or what to know before it runs; null when
 *     there is nothing to say
 */
@RegisterForReflection
public record Step(Difference difference, List<String> statements, Mode mode, @Nullable String remark) {

    public Step {
        statements = List.copyOf(statements);
    }

    /** How the statements are run. */
    public enum Mode {
        /** All in one transaction. */
        TOGETHER,
        /** Each in a transaction of its own, so that locks of one are not held during the next. */
        ONE_BY_ONE,
        /** Outside of transactions, and waiting as long as it takes: nobody waits for it. */
        CONCURRENTLY
    }

    /** Whether there is SQL for it. */
    public boolean canBeMended() {
        return !statements.isEmpty();
    }
}
