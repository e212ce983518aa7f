package dev.bobbin.page;

import java.time.Duration;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * What the pages of a list by activity, the newest first, have seen: a thread that was written later may have moved above the place
 * where they continue, past them. {@code docs/adr/0022} shows that none is missed.
 *
 * @param seen by the latest page
 * @param rest of the threads that had moved before it; null if they all had room
 */
public record Walk(Seen seen, @Nullable Rest rest) {

    /**
     * What one page has seen.
     *
     * @param floor no older than what is written later: an item has its time before it is stored, by less than a minute
     */
    public record Seen(Snapshot snapshot, OffsetDateTime floor) {}

    /** Threads below a place that were written after {@code seen}. */
    public record Rest(Place below, Seen seen) {}

    /** How much older an item may be than the newest one that was seen, and the present. */
    private static final Duration LATE = Duration.ofMinutes(1);

    /** The walk after its first page, read at a time and beginning with a place. */
    static Walk begin(Seen read, Place newest) {
        return new Walk(new Seen(read.snapshot(), floor(read, newest)), null);
    }

    /**
     * The walk after another page.
     *
     * @param read its snapshot and time
     * @param newest the first thread on it that has moved, if there is any
     * @param last the last one, if there are more
     */
    Walk next(Seen read, @Nullable Place newest, @Nullable Place last) {
        OffsetDateTime floor = newest == null ? seen.floor() : floor(read, newest);
        Seen now = new Seen(read.snapshot(), floor.isAfter(seen.floor()) ? floor : seen.floor());
        return new Walk(now, last == null ? null : new Rest(last, rest == null ? seen : rest.seen()));
    }

    /** The rest; if there is none, one below all places. */
    public Rest restOrNone() {
        return rest == null ? new Rest(new Place(Place.BEFORE_ALL, 0), seen) : rest;
    }

    private static OffsetDateTime floor(Seen read, Place newest) {
        return (newest.at().isBefore(read.floor()) ? newest.at() : read.floor()).minus(LATE);
    }
}
