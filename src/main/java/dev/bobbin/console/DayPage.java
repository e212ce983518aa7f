package dev.bobbin.console;

import dev.bobbin.console.Day.Slot;
import dev.bobbin.console.Day.Sums;
import dev.bobbin.console.Day.Wake;
import dev.bobbin.database.pool.DatabaseState.Kind;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** What the page of the database's day shows, read from memory only. */
final class DayPage {

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Minutes in a bar of the calls. */
    private static final int BAR = 15;

    /** The height of the bars, in units of the drawing. */
    private static final int HEIGHT = 48;

    private static final int RECENT = 5;
    private static final double HOURS_OF_MONTH = 730;
    private static final double MILLIS_OF_HOUR = 3_600_000;

    /** Something that is drawn, in minutes from the left. */
    @RegisterForReflection
    record Shape(String kind, int x, int width, int height) {

        /** From the top. */
        public int y() {
            return HEIGHT - height;
        }
    }

    /** A state with its part of the day. */
    @RegisterForReflection
    record Part(String kind, String time, String share) {}

    @RegisterForReflection
    record WakeRow(String at, String took) {}

    private final Day day;
    private final MeterRegistry registry;
    private final ConsoleConfig config;

    DayPage(Day day, MeterRegistry registry, ConsoleConfig config) {
        this.day = day;
        this.registry = registry;
        this.config = config;
    }

    Map<String, Object> values(long now) {
        List<Slot> slots = day.slots();
        long first = now / Day.SLOT - Day.SLOTS + 1;
        Sums all = Day.sum(slots);
        Sums recent = Day.sum(slots.subList(Math.max(0, slots.size() - RECENT), slots.size()));
        double seen = Math.max(1, Math.min(now - day.began(), Day.SLOTS * Day.SLOT));
        double unitHours = all.billed() / MILLIS_OF_HOUR * config.computeSize();
        double month = all.billed() / seen * HOURS_OF_MONTH * config.computeSize();

        Map<String, Object> values = new HashMap<>();
        values.put("state", name(day.state()));
        values.put("since", MINUTE.format(Instant.ofEpochMilli(day.since())));
        values.put("sinceFor", time(now - day.since()));
        values.put("ribbon", ribbon(slots, first));
        values.put("marks", marks(slots, first));
        values.put("hours", hours(now));
        values.put("parts", parts(all, seen));
        values.put("seen", time((long) seen));
        values.put("whole", seen >= Day.SLOTS * Day.SLOT);
        values.put("wakes", all.wakes());
        values.put("wakeRows", wakeRows());
        values.put("unitHours", decimals(unitHours));
        values.put("monthHours", decimals(month));
        values.put("monthCost", decimals(month * config.computePrice()));
        values.put("computeSize", config.computeSize());
        values.put("computePrice", config.computePrice());
        values.put("suspendAfter", time(config.suspendAfter().toMillis()));
        values.put("idle", connections("idle"));
        values.put("used", connections("used"));
        values.put("opening", connections("opening"));
        values.put("retries", all.retries());
        values.put("calls", all.calls());
        values.put("callCount", String.format(Locale.ROOT, "%,d", all.calls()));
        values.put("failed", all.failed());
        double seconds = Math.min(seen, RECENT * Day.SLOT) / 1000;
        values.put("callsPerSecond", decimals(recent.calls() / Math.max(1, seconds)));
        values.put("p50", all.p50());
        values.put("p95", all.p95());
        values.put("bars", bars(slots, first));
        values.put("now", SECOND.format(Instant.ofEpochMilli(now)));
        return values;
    }

    /** Adjacent minutes of one state are one shape. */
    private static List<Shape> ribbon(List<Slot> slots, long first) {
        List<Shape> shapes = new ArrayList<>();
        for (Slot slot : slots) {
            String kind = name(longest(slot));
            int x = (int) (slot.minute() - first);
            Shape last = shapes.isEmpty() ? null : shapes.get(shapes.size() - 1);
            if (last != null && last.kind().equals(kind) && last.x() + last.width() == x) {
                shapes.set(shapes.size() - 1, new Shape(kind, last.x(), last.width() + 1, HEIGHT));
            } else if (x >= 0) {
                shapes.add(new Shape(kind, x, 1, HEIGHT));
            }
        }
        return shapes;
    }

    /** Wakes are shorter than a minute, and would not be seen. */
    private static List<Shape> marks(List<Slot> slots, long first) {
        return slots.stream()
                .filter(slot -> slot.wakes() > 0)
                .map(slot -> new Shape("waking", (int) (slot.minute() - first), 1, HEIGHT))
                .toList();
    }

    private static Kind longest(Slot slot) {
        Kind longest = Kind.ASLEEP;
        for (Kind kind : Kind.values()) {
            // trouble of a second counts, too
            if (kind == Kind.DOWN && slot.millis(kind) > 0) {
                return kind;
            }
            longest = slot.millis(kind) > slot.millis(longest) ? kind : longest;
        }
        return longest;
    }

    private static List<String> hours(long now) {
        return IntStream.rangeClosed(0, 6)
                .mapToObj(at -> MINUTE.format(Instant.ofEpochMilli(now).minus(Duration.ofHours(24 - 4L * at))))
                .toList();
    }

    private static List<Part> parts(Sums all, double seen) {
        List<Part> parts = new ArrayList<>();
        for (Kind kind : List.of(Kind.AWAKE, Kind.WAKING, Kind.ASLEEP, Kind.DOWN)) {
            long millis = all.millis(kind);
            long share = Math.round(100 * millis / seen);
            parts.add(new Part(name(kind), time(millis), share == 0 && millis > 0 ? "< 1 %" : share + " %"));
        }
        return parts;
    }

    private static List<Shape> bars(List<Slot> slots, long first) {
        int[] calls = new int[Day.SLOTS / BAR];
        for (Slot slot : slots) {
            int bar = (int) ((slot.minute() - first) / BAR);
            if (bar >= 0 && bar < calls.length) {
                calls[bar] += slot.calls();
            }
        }
        int most = Math.max(1, IntStream.of(calls).max().orElse(1));
        return IntStream.range(0, calls.length)
                .filter(bar -> calls[bar] > 0)
                .mapToObj(bar ->
                        new Shape("calls", bar * BAR, BAR - 3, Math.max(2, (int) ((long) HEIGHT * calls[bar] / most))))
                .toList();
    }

    private List<WakeRow> wakeRows() {
        List<WakeRow> rows = new ArrayList<>();
        for (Wake wake : day.wakes()) {
            String at = SECOND.format(Instant.ofEpochMilli(wake.at()));
            rows.add(new WakeRow(at, String.format(Locale.ROOT, "%.2f s", wake.took() / 1000.0)));
        }
        return rows;
    }

    private int connections(String state) {
        Gauge gauge =
                registry.find("bobbin.pool.connections").tag("state", state).gauge();
        return gauge == null ? 0 : (int) gauge.value();
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String decimals(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }

    /** Such as 3 h 12 min. */
    static String time(long millis) {
        long seconds = Math.round(millis / 1000.0);
        if (seconds < 60) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        return minutes < 60 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
    }
}
