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
final class CreatedAt {

    private static final Pattern ISO = Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})"
            + "(?:[Tt _](\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,30}))?)? ?(Z|z|[+-]\\d{2}(?::?\\d{2})?)?)?");

    /** As pydantic has it: a number beyond this is milliseconds, since as seconds it would be the year 2603. */
    private static final BigDecimal MILLIS_FROM = new BigDecimal("2e10");

    private static final int LONGEST_NUMBER = 40;

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
        if (text.length() > LONGEST_NUMBER) {
            return null;
        }
        BigDecimal seconds = new BigDecimal(text);
        if (seconds.precision() - seconds.scale() > 20) {
            return null;
        }
        if (seconds.abs().compareTo(MILLIS_FROM) > 0) {
            seconds = seconds.movePointLeft(3);
        }
        long whole = seconds.longValue();
        long nanos =
                seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue();
        return Instant.ofEpochSecond(whole, nanos).atOffset(ZoneOffset.UTC);
    }

    private static @Nullable OffsetDateTime ofIso(String text) {
        Matcher iso = ISO.matcher(text);
        if (!iso.matches()) {
            return null;
        }
        LocalDateTime local = LocalDateTime.of(
                group(iso, 1), group(iso, 2), group(iso, 3), group(iso, 4), group(iso, 5), group(iso, 6));
        String zone = iso.group(8);
        return local.plusNanos(nanos(iso.group(7)))
                .minusMinutes(zone == null || zone.equalsIgnoreCase("Z") ? 0 : minutes(zone))
                .atOffset(ZoneOffset.UTC);
    }

    /** As in Python up to 23:59, where {@code ZoneOffset} ends at 18:00. */
    private static long minutes(String zone) {
        LocalTime offset = LocalTime.of(
                Integer.parseInt(zone.substring(1, 3)),
                zone.length() == 3 ? 0 : Integer.parseInt(zone.substring(zone.length() - 2)));
        long minutes = offset.toSecondOfDay() / 60;
        return zone.charAt(0) == '-' ? -minutes : minutes;
    }

    private static int group(Matcher iso, int index) {
        String digits = iso.group(index);
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static long nanos(@Nullable String fraction) {
        return fraction == null ? 0 : Long.parseLong((fraction + "000000000").substring(0, 9));
    }
}
