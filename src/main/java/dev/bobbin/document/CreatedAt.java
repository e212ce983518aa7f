package dev.bobbin.document;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code created_at} in the spellings that ChatKit's Python SDK reads and writes (pydantic's datetime). */
public final class CreatedAt {

    private static final Pattern ISO = Pattern.compile(
            "(\\d{4})-(\\d{2})-(\\d{2})"
                    + "(?:[Tt _](\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9})\\d{0,21})?)? ?(?:[Zz]|([+-])(\\d{2})(?::?(\\d{2}))?)?)?");

    /** Pydantic takes a number above this as milliseconds; as seconds it would be the year 2603. */
    private static final BigDecimal MAX_SECONDS = new BigDecimal("2e10");

    private CreatedAt() {}

    /**
     * The instant, to the microsecond that Postgres keeps; a time without a zone is in UTC.
     *
     * @return null when it is no date and time of the years 1 to 9999
     */
    public static @Nullable OffsetDateTime parse(String text, boolean number) {
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
        if (seconds.abs().compareTo(MAX_SECONDS) > 0) {
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
        String fraction = iso.group(7) == null ? "0" : iso.group(7);
        int nanos = Integer.parseInt(fraction) * (int) Math.pow(10, 9 - fraction.length());
        // ZoneOffset ends at 18:00, Python's offsets at 23:59
        int offset = LocalTime.of(number(iso, 9), number(iso, 10)).toSecondOfDay();
        return LocalDateTime.of(
                        number(iso, 1),
                        number(iso, 2),
                        number(iso, 3),
                        number(iso, 4),
                        number(iso, 5),
                        number(iso, 6),
                        nanos)
                .minusSeconds("-".equals(iso.group(8)) ? -offset : offset)
                .atOffset(ZoneOffset.UTC);
    }

    private static int number(Matcher iso, int group) {
        String digits = iso.group(group);
        return digits == null ? 0 : Integer.parseInt(digits);
    }
}
