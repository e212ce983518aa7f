package dev.bobbin.page;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where a page continues, as text: a place and not a row, so it outlives the row. Opaque to clients, and bound to no owner.
 *
 * @param backward whether the page is the one before the place
 * @param top see {@link PageRequest}
 */
record Cursor(boolean backward, Sort sort, Order order, Place place, @Nullable Place top) {

    private static final byte VERSION = 1;
    private static final int PLACE = 2 * Long.BYTES;

    String encode() {
        ByteBuffer bytes = ByteBuffer.allocate(2 + (top == null ? 1 : 2) * PLACE)
                .put(VERSION)
                .put((byte) (bit(backward)
                        | bit(sort == Sort.ACTIVE_AT) << 1
                        | bit(order == Order.ASC) << 2
                        | bit(top != null) << 3));
        put(place, bytes);
        if (top != null) {
            put(top, bytes);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    private static void put(Place place, ByteBuffer bytes) {
        bytes.putLong(place.at().toEpochSecond() * 1_000_000 + place.at().getNano() / 1_000)
                .putLong(place.seq());
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws dev.bobbin.problem.ProblemException for anything else
     */
    static Cursor decode(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(text));
        if (bytes.remaining() < 2 || bytes.get() != VERSION) {
            throw malformed();
        }
        int flags = bytes.get();
        boolean hasTop = (flags & 8) != 0;
        // only the newest first by activity has a top
        if (flags < 0 || flags > 15 || hasTop && (flags & 6) != 2 || bytes.remaining() != (hasTop ? 2 : 1) * PLACE) {
            throw malformed();
        }
        return new Cursor(
                (flags & 1) != 0,
                (flags & 2) != 0 ? Sort.ACTIVE_AT : Sort.CREATED_AT,
                (flags & 4) != 0 ? Order.ASC : Order.DESC,
                place(bytes),
                hasTop ? place(bytes) : null);
    }

    private static Place place(ByteBuffer bytes) {
        OffsetDateTime at =
                Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
        if (at.isBefore(Place.BEFORE_ALL) || at.isAfter(Place.AFTER_ALL)) {
            throw malformed();
        }
        return new Place(at, bytes.getLong());
    }

    private static byte[] bytes(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static int bit(boolean set) {
        return set ? 1 : 0;
    }

    private static RuntimeException malformed() {
        return INVALID_REQUEST.because("cursor must be the next or previous of a page");
    }
}
