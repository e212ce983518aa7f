package dev.bobbin.transfer;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an import does with a row whose id is stored with another document. */
public enum OnConflict {
    KEEP,
    REPLACE,
    /** Stops there. */
    FAIL;

    /** Reads a parameter; {@link #KEEP} if there is none. */
    public static OnConflict of(@Nullable String parameter) {
        if (parameter == null || parameter.isEmpty()) {
            return KEEP;
        }
        for (OnConflict each : values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(parameter)) {
                return each;
            }
        }
        throw INVALID_REQUEST.because("on_conflict must be keep, replace or fail");
    }
}
