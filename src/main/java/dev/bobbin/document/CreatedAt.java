package dev.bobbin.document;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code created_at} in the spellings that ChatKit's Python SDK reads and writes (pydantic's datetime). */
final class CreatedAt {

    private static final Pattern ISO = Pattern.compile("(\\d{4}-\\d{2}-\\d{2})"
            + "(?:[Tt _](\\d{2}:\\d{2}(?::\\d{2})?)(?:(?<=:\\d\\d:\\d\\d)[.,](\\d{1,9})\\d{0,21})?"
            + " ?(?:[Zz]|([+-])(\\d{2})(?::?(\\d{2}))?)?)?");

    /** As pydantic has it: a number beyond this is milliseconds, since as seconds it would be the year 2603. */
    private static final BigDecimal MILLIS_FROM = new BigDecimal("2e10");

    private CreatedAt() {}

    /**
     * The instant, to the microsecond that Postgres keeps. A time without a zone is taken for UTC.
     *
     * @return null when it is no date and time of the years 1 to 9999
     */
    static @Nullable OffsetDateTime parse(String text, boolean number) {
        try {
            OffsetDateTime instant = number ? ofNumber(text) : ofIso(text);
            if (instant == null || instant.getYear() < 1 || instant.getYear() > 9999) {
                return null;
            }
            return instant.truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeException | ArithmeticException | NumberFormatException outOfRange) {
            return null;
        }
    }

    private static @Nullable OffsetDateTime ofNumber(String text) {
        BigDecimal seconds = new BigDecimal(text);
        if (seconds.precision() - seconds.scale() > 20) {
            return null;
        }
        if (seconds.abs().compareTo(MILLIS_FROM) > 0) {
            seconds = seconds.movePointLeft(3);
        }
        long whole = seconds.longValue();
        BigDecimal fraction = seconds.subtract(BigDecimal.valueOf(whole));
        return Instant.ofEpochSecond(whole, fraction.movePointRight(9).longValue())
                .atOffset(ZoneOffset.UTC);
    }

    private static @Nullable OffsetDateTime ofIso(String text) {
        Matcher iso = ISO.matcher(text);
        if (!iso.matches()) {
            return null;
        }
        String time = Objects.requireNonNullElse(iso.group(2), "00:00");
        String fraction = iso.group(3) == null ? "" : "." + iso.group(3);
        return LocalDate.parse(iso.group(1))
                .atTime(LocalTime.parse(time + fraction))
                .minusMinutes(offset(iso))
                .atOffset(ZoneOffset.UTC);
    }

    /** In minutes: to 23:59 as in Python, where {@code ZoneOffset} ends at 18:00. */
    private static int offset(Matcher iso) {
        if (iso.group(4) == null) {
            return 0;
        }
        String minutes = Objects.requireNonNullElse(iso.group(6), "00");
        int offset = LocalTime.parse(iso.group(5) + ":" + minutes).toSecondOfDay() / 60;
        return iso.group(4).equals("-") ? -offset : offset;
    }
}
