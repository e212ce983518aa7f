package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.document.CreatedAt;
import dev.bobbin.page.Place;
import io.vertx.core.MultiMap;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** The times from one, inclusive, to another, exclusive. */
public record TimeRange(OffsetDateTime from, OffsetDateTime to) {

    private static final TimeRange ALL = new TimeRange(Place.BEFORE_ALL, Place.AFTER_ALL);

    /** Reads the parameters {@code name[gt]}, {@code name[gte]}, {@code name[lt]} and {@code name[lte]}, all of which hold. */
    static TimeRange of(String name, MultiMap query) {
        return ALL.from(query, name + "[gte]", 0)
                .from(query, name + "[gt]", 1)
                .to(query, name + "[lt]", 0)
                .to(query, name + "[lte]", 1);
    }

    boolean isAll() {
        return equals(ALL);
    }

    private TimeRange from(MultiMap query, String parameter, int later) {
        OffsetDateTime time = time(query, parameter, later);
        return time == null || time.isBefore(from) ? this : new TimeRange(time, to);
    }

    private TimeRange to(MultiMap query, String parameter, int later) {
        OffsetDateTime time = time(query, parameter, later);
        return time == null || time.isAfter(to) ? this : new TimeRange(from, time);
    }

    /** To the microsecond, as it is stored. */
    private static @Nullable OffsetDateTime time(MultiMap query, String parameter, int later) {
        String text = query.get(parameter);
        if (text == null) {
            return null;
        }
        OffsetDateTime time = CreatedAt.parse(text, false);
        if (time == null) {
            throw INVALID_REQUEST.because(
                    parameter + " must be a date and time such as 2026-11-21T00:54:09Z (a + is %2B in a query)");
        }
        return time.plus(later, ChronoUnit.MICROS);
    }
}
