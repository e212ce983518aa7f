package dev.bobbin.page;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * The place of a row in a list.
 *
 * @param at the time that the list is sorted by
 * @param seq the order of insertion
 */
public record Place(OffsetDateTime at, long seq) {

    /** Of its form as bytes. */
    public static final int LENGTH = 2 * Long.BYTES;

    /** Earlier than any row, and within what Postgres stores. */
    public static final OffsetDateTime BEFORE_ALL = OffsetDateTime.of(-4000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    /** Later than any row. */
    public static final OffsetDateTime AFTER_ALL = OffsetDateTime.of(200_000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    /** Where a list begins. */
    public static Place start(Order order) {
        return new Place(order == Order.ASC ? BEFORE_ALL : AFTER_ALL, 0);
    }

    /** Writes it as {@value #LENGTH} bytes of a cursor. */
    public void put(ByteBuffer bytes) {
        putTime(at, bytes);
        bytes.putLong(seq);
    }

    /**
     * Reads what {@link #put} wrote.
     *
     * @throws IllegalArgumentException for a time that no row can have
     */
    public static Place get(ByteBuffer bytes) {
        return new Place(getTime(bytes), bytes.getLong());
    }

    static void putTime(OffsetDateTime time, ByteBuffer bytes) {
        bytes.putLong(time.toEpochSecond() * 1_000_000 + time.getNano() / 1_000);
    }

    static OffsetDateTime getTime(ByteBuffer bytes) {
        OffsetDateTime time =
                Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
        if (time.isBefore(BEFORE_ALL) || time.isAfter(AFTER_ALL)) {
            throw new IllegalArgumentException("No row has the time " + time);
        }
        return time;
    }
}
