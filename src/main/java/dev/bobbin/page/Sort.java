package dev.bobbin.page;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import java.util.Arrays;
import java.util.Locale;

/** What a list is sorted by, before the order of insertion. */
public enum Sort {
    CREATED_AT,
    ACTIVE_AT;

    static Sort of(String name) {
        return Arrays.stream(values())
                .filter(sort -> sort.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> INVALID_REQUEST.because("sort must be created_at or active_at"));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
