package dev.bobbin.command;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers with their units, and texts that others wrote. */
final class Words {

    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB", "PB"};

    private Words() {}

    /** {@code 1 thread}, {@code 1,200 threads}. */
    static String count(long number, String what) {
        return number(number) + " " + what + (number == 1 ? "" : "s");
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** As {@code pg_size_pretty} has it, with one digit behind the point below ten: {@code 1.5 MB}. */
    static String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        boolean broken = size < 9.95 && Math.round(size * 10) % 10 != 0;
        return bytes == 1 ? "1 byte" : String.format(Locale.ROOT, broken ? "%,.1f %s" : "%,.0f %s", size, UNITS[unit]);
    }

    /** In one unit or two: {@code 45 ms}, {@code 2.3 s}, {@code 3 min 5 s}, {@code 2 h 13 min}, {@code 4 days 2 h}. */
    static String duration(Duration time) {
        long seconds = time.toSeconds();
        if (time.toMillis() < 1000) {
            return time.toMillis() + " ms";
        }
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", Math.floor(time.toMillis() / 100.0) / 10);
        }
        if (seconds < 3600) {
            return two(seconds / 60, "min", seconds % 60, "s");
        }
        if (seconds < 86_400) {
            return two(seconds / 3600, "h", seconds % 3600 / 60, "min");
        }
        return two(seconds / 86_400, seconds < 172_800 ? "day" : "days", seconds % 86_400 / 3600, "h");
    }

    private static String two(long big, String unit, long small, String smallUnit) {
        return big + " " + unit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }

    /** Without characters by which a text from the database could steer the terminal. */
    static String printable(@Nullable String text) {
        return text == null ? "" : text.replaceAll("[\\p{Cntrl}\\p{Cf}&&[^\\n]]", "?");
    }
}
