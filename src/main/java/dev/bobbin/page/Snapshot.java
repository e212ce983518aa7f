package dev.bobbin.page;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which transactions a statement of Postgres saw: a {@code pg_snapshot}.
 *
 * @param xmin all transactions below it had ended
 * @param xmax those from it on had not
 * @param running those in between that had not, in their order
 */
public record Snapshot(long xmin, long xmax, List<Long> running) {

    /** Of more, the snapshot ends at the first one left out: what committed after it counts as unseen. */
    static final int MAX_RUNNING = 31;

    /** Reads what Postgres writes. */
    public static Snapshot of(String text) {
        List<Long> ids = Stream.of(text.split("[:,]")).map(Long::valueOf).toList();
        List<Long> running = ids.subList(2, ids.size());
        return running.size() <= MAX_RUNNING
                ? new Snapshot(ids.get(0), ids.get(1), running)
                : new Snapshot(ids.get(0), running.get(MAX_RUNNING), running.subList(0, MAX_RUNNING));
    }

    /** Whether Postgres reads it. */
    boolean isValid() {
        List<Long> ascending = new ArrayList<>(List.of(1L, xmin));
        ascending.addAll(running);
        ascending.add(xmax);
        return ascending.stream().sorted().toList().equals(ascending);
    }

    @Override
    public String toString() {
        return xmin + ":" + xmax + ":" + running.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
