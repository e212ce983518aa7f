package dev.bobbin.page;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.Ids;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What part of a list is wanted.
 *
 * @param limit 1 to {@value #MAX_LIMIT} rows
 * @param order the order of the page's rows, whichever way it is read
 * @param id the row that the page is next to, unless there is a place
 * @param place the place that the page is next to; the start of the list for its first page
 * @param walk of a list by activity, the newest first: what the pages before this one have seen
 */
public record PageRequest(
        int limit,
        Order order,
        Sort sort,
        Start start,
        @Nullable String id,
        @Nullable Place place,
        @Nullable Walk walk) {

    /** How a page lies to its id or place. */
    public enum Start {
        FIRST,
        AFTER,
        BEFORE,
        AROUND
    }

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
        return of(limit, after, null, order, null, Sort.CREATED_AT.toString());
    }

    /**
     * The same with all that a list takes. Order and sort are those of the cursor, if there is one.
     *
     * @throws dev.bobbin.problem.ProblemException also for parameters that contradict each other, or a malformed cursor
     */
    public static PageRequest of(
            @Nullable String limit,
            @Nullable String after,
            @Nullable String before,
            @Nullable String order,
            @Nullable String cursor,
            @Nullable String sort) {
        int rows = limit(limit);
        Order given = order == null || order.isEmpty() ? null : order(order);
        Sort by = sort == null || sort.isEmpty() ? null : Sort.of(sort);
        String afterId = sent(after);
        String beforeId = sent(before);
        if (afterId != null && beforeId != null) {
            throw INVALID_REQUEST.because("after and before exclude each other");
        }
        if (cursor != null && !cursor.isEmpty()) {
            if (afterId != null || beforeId != null) {
                throw INVALID_REQUEST.because("cursor excludes after and before");
            }
            return of(rows, Cursor.decode(cursor), given, by);
        }
        Order direction = given == null ? Order.DESC : given;
        Sort sorted = by == null ? Sort.CREATED_AT : by;
        if (afterId != null) {
            return new PageRequest(rows, direction, sorted, Start.AFTER, Ids.check("after", afterId), null, null);
        }
        if (beforeId != null) {
            return new PageRequest(rows, direction, sorted, Start.BEFORE, Ids.check("before", beforeId), null, null);
        }
        return new PageRequest(rows, direction, sorted, Start.FIRST, null, Place.start(direction), null);
    }

    private static PageRequest of(int limit, Cursor cursor, @Nullable Order order, @Nullable Sort sort) {
        if (order != null && order != cursor.order()) {
            throw INVALID_REQUEST.because("cursor is of a list in the other order");
        }
        if (sort != null && sort != cursor.sort()) {
            throw INVALID_REQUEST.because("cursor is of a list sorted by " + cursor.sort());
        }
        Start start = cursor.backward() ? Start.BEFORE : Start.AFTER;
        return new PageRequest(limit, cursor.order(), cursor.sort(), start, null, cursor.place(), cursor.walk());
    }

    /**
     * The page with this row amid its neighbours; the same request if there is no id.
     *
     * @throws dev.bobbin.problem.ProblemException if the request says already where the page begins
     */
    public PageRequest around(@Nullable String id) {
        if (id == null || id.isEmpty()) {
            return this;
        }
        if (start != Start.FIRST) {
            throw INVALID_REQUEST.because("around excludes after, before and cursor");
        }
        return new PageRequest(limit, order, sort, Start.AROUND, Ids.check("around", id), null, null);
    }

    /** The time of the place; null if there is an id. */
    public @Nullable OffsetDateTime at() {
        return place == null ? null : place.at();
    }

    /** The other part of the place. */
    public @Nullable Long seq() {
        return place == null ? null : place.seq();
    }

    /** Whether the page begins with rows that have moved above its place, where it would not see them otherwise. */
    public boolean hasMoved() {
        return walk != null && start == Start.AFTER;
    }

    /** The order to read rows in: from the place on. */
    public Order reading() {
        return start == Start.BEFORE ? order.reversed() : order;
    }

    /** One row more than the page has, so that its presence says whether there is another page. */
    public int limitAndOneMore() {
        return limit + 1;
    }

    /** How many of the rows come before the one that the page is around. */
    public int limitBefore() {
        return switch (start) {
            case FIRST, AFTER -> 0;
            case BEFORE -> limit;
            case AROUND -> limit / 2;
        };
    }

    private static @Nullable String sent(@Nullable String parameter) {
        return parameter == null || parameter.isEmpty() ? null : parameter;
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

    private static Order order(String text) {
        return switch (text) {
            case "asc" -> Order.ASC;
            case "desc" -> Order.DESC;
            default -> throw INVALID_REQUEST.because("order must be asc or desc");
        };
    }
}
