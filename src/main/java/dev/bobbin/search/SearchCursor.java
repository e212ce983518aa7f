package dev.bobbin.search;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A place in the order of what is found; the rows of a page come after it. It says nothing of the owner or the query.
 *
 * @param micros of {@code created_at}, since 1970
 */
public record SearchCursor(SearchSort sort, int rank, long micros, long seq) {

    private static final byte VERSION = 1;
    private static final int LENGTH = 2 + Integer.BYTES + 2 * Long.BYTES;

    /** Before all rows: the last microsecond of the year 9999. */
    private static final long LATEST = 253_402_300_799_999_999L;

    /** The highest rank first, then the newest; without ranks these are all the same. */
    static final Comparator<SearchCursor> ORDER = Comparator.comparingInt(SearchCursor::rank)
            .thenComparingLong(SearchCursor::micros)
            .thenComparingLong(SearchCursor::seq)
            .reversed();

    static SearchCursor first(SearchSort sort) {
        return new SearchCursor(sort, sort == SearchSort.RANK ? Integer.MAX_VALUE : 0, LATEST, Long.MAX_VALUE);
    }

    /**
     * Reads the query parameters. A cursor has its sort.
     *
     * @throws dev.bobbin.problem.ProblemException if the cursor is none of ours, or of another sort
     */
    public static SearchCursor of(@Nullable String cursor, @Nullable String sort) {
        SearchSort wanted = SearchSort.of(sort);
        if (cursor == null || cursor.isEmpty()) {
            return first(wanted);
        }
        SearchCursor read = read(cursor);
        if (sort != null && !sort.isEmpty() && read.sort != wanted) {
            throw INVALID_REQUEST.because("The cursor belongs to another sort; leave sort out");
        }
        return read;
    }

    OffsetDateTime at() {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    String text() {
        byte[] bytes = ByteBuffer.allocate(LENGTH)
                .put(VERSION)
                .put((byte) sort.ordinal())
                .putInt(rank)
                .putLong(micros)
                .putLong(seq)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static SearchCursor read(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
        if (bytes.length != LENGTH || bytes[0] != VERSION || bytes[1] < 0 || bytes[1] >= SearchSort.values().length) {
            throw malformed();
        }
        ByteBuffer fields = ByteBuffer.wrap(bytes, 2, LENGTH - 2);
        SearchCursor cursor =
                new SearchCursor(SearchSort.values()[bytes[1]], fields.getInt(), fields.getLong(), fields.getLong());
        if (Math.abs(cursor.micros) > LATEST) {
            throw malformed();
        }
        return cursor;
    }

    private static RuntimeException malformed() {
        return INVALID_REQUEST.because("cursor must be the next of an earlier page");
    }
}
