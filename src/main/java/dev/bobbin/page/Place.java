package dev.bobbin.page;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * The place of a row in a list.
 *
 * @param at the time that the list is sorted by
 * @param seq the order of insertion
 */
public record Place(OffsetDateTime at, long seq) {

    /** Earlier than any row, and within what Postgres stores. */
    public static final OffsetDateTime BEFORE_ALL = OffsetDateTime.of(-4000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    /** Later than any row. */
    public static final OffsetDateTime AFTER_ALL = OffsetDateTime.of(200_000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    /** Where a list begins. */
    public static Place start(Order order) {
        return new Place(order == Order.ASC ? BEFORE_ALL : AFTER_ALL, 0);
    }
}
