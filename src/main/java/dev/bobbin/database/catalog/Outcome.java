package dev.bobbin.database.catalog;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * What came of a step.
 *
 * @param message Postgres' words for {@link Result#FAILED}, the step's remark for {@link Result#NOT_MENDED}, otherwise null
 * @param millis how long it took
 */
@RegisterForReflection
public record Outcome(Step step, Result result, @Nullable String message, long millis) {

    /** How a step ended. */
    public enum Result {
        MENDED,
        /** Postgres refused, or a lock could not be had; what the step did before is said by the next plan. */
        FAILED,
        /** There was nothing to run. */
        NOT_MENDED
    }
}
