package dev.bobbin.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What removes one difference, and what came of it.
 *
 * @param statements SQL, each to be committed before the next; none where only a loss could remove the difference
 * @param message what to know before it runs, or why it was not or cannot be run and what to do instead; null when there is
 *     nothing to say
 * @param milliseconds how long it took; 0 before it ran
 */
@RegisterForReflection
public record SyncStep(
        Difference difference,
        String summary,
        List<String> statements,
        Result result,
        @Nullable String message,
        long milliseconds) {

    /** How it ended. */
    public enum Result {
        PLANNED,
        MENDED,
        /** Postgres refused, or a lock timed out; the next plan shows what the step did before that. */
        FAILED,
        /** There was nothing to run. */
        NOT_MENDED
    }

    static SyncStep planned(Difference difference, @Nullable String message, String... statements) {
        Result result = statements.length == 0 ? Result.NOT_MENDED : Result.PLANNED;
        return new SyncStep(difference, difference.describe(), List.of(statements), result, message, 0);
    }

    /** What differs, and what helps against it. */
    String advice() {
        return summary + "; " + (canRun() ? "add it: " + String.join("; ", statements) : message);
    }

    SyncStep ended(@Nullable String failure, long milliseconds) {
        Result ended = failure == null ? Result.MENDED : Result.FAILED;
        String why = failure == null || message == null ? failure : failure + ". " + message;
        return new SyncStep(difference, summary, statements, ended, why == null ? message : why, milliseconds);
    }

    @JsonIgnore
    public boolean canRun() {
        return !statements.isEmpty();
    }
}
