package dev.bobbin.page;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/**
 * Where a page continues, as text: a place and not a row, so it outlives the row. Opaque to clients, and bound to no owner.
 *
 * @param backward whether the page is the one before the place
 */
record Cursor(boolean backward, Sort sort, Order order, Place place) {

    private static final byte VERSION = 1;
    private static final int LENGTH = 2 + 2 * Long.BYTES;

    String encode() {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH)
                .put(VERSION)
                .put((byte) (bit(backward) | bit(sort == Sort.ACTIVE_AT) << 1 | bit(order == Order.ASC) << 2))
                .putLong(place.at().toEpochSecond() * 1_000_000 + place.at().getNano() / 1_000)
                .putLong(place.seq());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws dev.bobbin.problem.ProblemException for anything else
     */
    static Cursor decode(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(text));
        if (bytes.remaining() != LENGTH || bytes.get() != VERSION) {
            throw malformed();
        }
        int flags = bytes.get();
        OffsetDateTime at =
                Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
        if (flags < 0 || flags > 7 || at.isBefore(Place.BEFORE_ALL) || at.isAfter(Place.AFTER_ALL)) {
            throw malformed();
        }
        return new Cursor(
                (flags & 1) != 0,
                (flags & 2) != 0 ? Sort.ACTIVE_AT : Sort.CREATED_AT,
                (flags & 4) != 0 ? Order.ASC : Order.DESC,
                new Place(at, bytes.getLong()));
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
