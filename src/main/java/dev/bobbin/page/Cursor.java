package dev.bobbin.page;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.page.Walk.Rest;
import dev.bobbin.page.Walk.Seen;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a page continues, as text: a place and not a row, so it outlives the row. Opaque to clients, and bound to no owner.
 *
 * @param backward whether the page is the one before the place
 * @param walk see {@link PageRequest}
 */
record Cursor(boolean backward, Sort sort, Order order, Place place, @Nullable Walk walk) {

    private static final byte VERSION = 2;
    private static final int MAX_SEEN = 2 * Long.BYTES + 1 + (1 + Snapshot.MAX_RUNNING) * Integer.BYTES;
    private static final int MAX_LENGTH = 2 + 2 * Place.LENGTH + 2 * MAX_SEEN;

    String encode() {
        Rest rest = walk == null ? null : walk.rest();
        ByteBuffer bytes = ByteBuffer.allocate(MAX_LENGTH).put(VERSION).put((byte) (bit(backward)
                | bit(sort == Sort.ACTIVE_AT) << 1
                | bit(order == Order.ASC) << 2
                | bit(walk != null) << 3
                | bit(rest != null) << 4));
        place.put(bytes);
        if (walk != null) {
            put(walk.seen(), bytes);
        }
        if (rest != null) {
            rest.below().put(bytes);
            put(rest.seen(), bytes);
        }
        byte[] written = new byte[bytes.flip().remaining()];
        bytes.get(written);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(written);
    }

    /** No two transactions of a snapshot are further apart than an int can say, or Postgres would have stopped. */
    private static void put(Seen seen, ByteBuffer bytes) {
        Snapshot snapshot = seen.snapshot();
        Place.putTime(seen.floor(), bytes);
        bytes.putLong(snapshot.xmin()).put((byte) snapshot.running().size()).putInt((int)
                (snapshot.xmax() - snapshot.xmin()));
        snapshot.running().forEach(id -> bytes.putInt((int) (id - snapshot.xmin())));
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws dev.bobbin.problem.ProblemException for anything else
     */
    static Cursor decode(String text) {
        try {
            return decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(text)));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw malformed();
        }
    }

    private static Cursor decode(ByteBuffer bytes) {
        if (bytes.get() != VERSION) {
            throw malformed();
        }
        int flags = bytes.get();
        boolean walks = (flags & 8) != 0;
        boolean rests = (flags & 16) != 0;
        // only a list of the newest first by activity is walked so
        if (flags < 0 || flags > 31 || walks && (flags & 6) != 2 || rests && !walks) {
            throw malformed();
        }
        Place place = Place.get(bytes);
        Seen seen = walks ? seen(bytes) : null;
        Rest rest = rests ? new Rest(Place.get(bytes), seen(bytes)) : null;
        if (bytes.hasRemaining()) {
            throw malformed();
        }
        return new Cursor(
                (flags & 1) != 0,
                (flags & 2) != 0 ? Sort.ACTIVE_AT : Sort.CREATED_AT,
                (flags & 4) != 0 ? Order.ASC : Order.DESC,
                place,
                seen == null ? null : new Walk(seen, rest));
    }

    private static Seen seen(ByteBuffer bytes) {
        OffsetDateTime floor = Place.getTime(bytes);
        long xmin = bytes.getLong();
        int running = bytes.get();
        long xmax = xmin + bytes.getInt();
        List<Long> ids = new ArrayList<>();
        for (int n = 0; n < running; n++) {
            ids.add(xmin + bytes.getInt());
        }
        Snapshot snapshot = new Snapshot(xmin, xmax, ids);
        if (running < 0 || running > Snapshot.MAX_RUNNING || !snapshot.isValid()) {
            throw malformed();
        }
        return new Seen(snapshot, floor);
    }

    private static int bit(boolean set) {
        return set ? 1 : 0;
    }

    private static RuntimeException malformed() {
        return INVALID_REQUEST.because("cursor must be the next or previous of a page");
    }
}
