package dev.bobbin.page;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.Ids;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What part of a list is wanted.
 *
 * @param limit 1 to {@value #MAX_LIMIT} rows
 * @param after the id after which the page begins, in the direction of {@code order}; null for the first page
 */
public record PageRequest(int limit, @Nullable String after, Order order) {

    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+");

    /**
     * Reads the query parameters. As in ChatKit, a limit of 0 or none is {@value #DEFAULT_LIMIT}, and one over
     * {@value #MAX_LIMIT} is {@value #MAX_LIMIT}.
     *
     * @throws dev.bobbin.problem.ProblemException for a negative limit, or an unknown order
     */
    public static PageRequest of(@Nullable String limit, @Nullable String after, @Nullable String order) {
        return new PageRequest(
                limit(limit), after == null || after.isEmpty() ? null : Ids.check("after", after), order(order));
    }

    /** One row more than the page has, so that its presence says whether there is another page. */
    public int limitAndOneMore() {
        return limit + 1;
    }

    private static int limit(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw INVALID_REQUEST.because("limit must be a whole number from 0 to " + MAX_LIMIT);
        }
        double value = Double.parseDouble(text);
        if (value < 0) {
            throw INVALID_REQUEST.because("limit must not be negative");
        }
        return value == 0 ? DEFAULT_LIMIT : (int) Math.min(value, MAX_LIMIT);
    }

    private static Order order(@Nullable String text) {
        if (text == null || text.isEmpty() || text.equals("desc")) {
            return Order.DESC;
        }
        if (text.equals("asc")) {
            return Order.ASC;
        }
        throw INVALID_REQUEST.because("order must be asc or desc");
    }
}
