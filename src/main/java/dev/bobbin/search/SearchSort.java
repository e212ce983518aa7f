package dev.bobbin.search;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import org.jspecify.annotations.Nullable;

/** The order of what is found. */
public enum SearchSort {
    NEWEST,
    RANK;

    static SearchSort of(@Nullable String text) {
        if (text == null || text.isEmpty() || text.equals("newest")) {
            return NEWEST;
        }
        if (text.equals("rank")) {
            return RANK;
        }
        throw INVALID_REQUEST.because("sort must be newest or rank");
    }
}
