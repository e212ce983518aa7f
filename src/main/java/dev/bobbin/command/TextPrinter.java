package dev.bobbin.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bobbin.transfer.Counts;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Ansi;

/** Prints a report for people: sentences, and the JSON of records and lists as sections. */
final class TextPrinter {

    private static final String INDENT = "  ";
    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB", "PB"};

    private final PrintWriter out;
    private final Ansi ansi;
    private boolean begun;

    TextPrinter(PrintWriter out, Ansi ansi) {
        this.out = out;
        this.ansi = ansi;
    }

    void verdict(boolean good, String text) {
        paragraph(good ? Ansi.Style.fg_green : Ansi.Style.fg_red, text);
    }

    private void paragraph(Ansi.Style style, String text) {
        if (begun) {
            out.println();
        }
        verbatim(ansi.apply(printable(text), List.of(style)).toString());
    }

    void line(String text) {
        verbatim(printable(text));
    }

    /** Prints text as it is, such as SQL to be run. */
    void verbatim(String text) {
        out.println(text);
        begun = true;
    }

    /**
     * Prints a list as a table; of a record first the simple values, with their names, then its {@link #sections}. Prints
     * nothing for an empty one.
     */
    void section(String heading, Object value) {
        section(heading, Members.tree(value));
    }

    /** Prints each record and each list in a record as a section. */
    void sections(Object record) {
        sections(Members.tree(record));
    }

    private void section(String heading, JsonNode value) {
        List<List<String>> rows = new ArrayList<>();
        if (value.isArray()) {
            rows.add(names(value.path(0)));
            value.forEach(element -> rows.add(cells(element)));
        } else {
            rows.add(List.of("", ""));
            value.properties().stream()
                    .map(member -> List.of(words(member.getKey()), text(member)))
                    .filter(row -> !row.get(1).isEmpty())
                    .forEach(rows::add);
        }
        if (rows.size() > 1) {
            paragraph(Ansi.Style.bold, heading);
            aligned(rows).filter(row -> !row.isEmpty()).forEach(row -> line(INDENT + row));
        }
        sections(value);
    }

    private void sections(JsonNode value) {
        value.properties().stream()
                .filter(member -> member.getValue().isContainerNode())
                .forEach(member -> section(capitalized(member.getKey()), member.getValue()));
    }

    private static List<String> names(JsonNode element) {
        return element.isObject()
                ? element.properties().stream()
                        .map(member -> words(member.getKey()))
                        .toList()
                : List.of("");
    }

    private static List<String> cells(JsonNode element) {
        return element.isObject()
                ? element.properties().stream().map(TextPrinter::text).toList()
                : List.of(element.asText());
    }

    /** Empty for null, and for a section of its own. */
    private static String text(Map.Entry<String, JsonNode> member) {
        String name = member.getKey();
        JsonNode value = member.getValue();
        if (value.isContainerNode() || value.isNull()) {
            return "";
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? "yes" : "no";
        }
        if (!value.isNumber()) {
            return value.asText().replace("\n", " ");
        }
        long number = value.longValue();
        return name.endsWith("bytes")
                ? bytes(number)
                : name.endsWith("milliseconds") ? duration(number) : String.format(Locale.ROOT, "%,d", number);
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }

    private static String capitalized(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + words(name).substring(1);
    }

    /** Aligns columns, numbers to the right, and leaves out columns without values. The first row has their names. */
    private static Stream<String> aligned(List<List<String>> rows) {
        List<List<String>> columns = IntStream.range(0, rows.get(0).size())
                .mapToObj(i -> rows.stream().map(row -> row.get(i)).toList())
                .filter(cells -> cells.stream().skip(1).anyMatch(cell -> !cell.isEmpty()))
                .map(TextPrinter::padded)
                .toList();
        return IntStream.range(0, rows.size())
                .mapToObj(row -> columns.stream().map(cells -> cells.get(row)).collect(Collectors.joining(INDENT)))
                .map(String::stripTrailing);
    }

    private static List<String> padded(List<String> cells) {
        boolean numbers = cells.stream().skip(1).allMatch(cell -> cell.matches("(\\d[\\d,.]*( [a-zA-Z]+)?)?"));
        int width = cells.stream().mapToInt(String::length).max().orElseThrow();
        String format = "%" + (numbers ? "" : "-") + width + "s";
        return cells.stream()
                .map(cell -> String.format(Locale.ROOT, format, cell))
                .toList();
    }

    /** Replaces characters by which text from the database could control the terminal. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}&&[^\\n]]", "?");
    }

    /** {@code 1 thread}, {@code 1,200 threads}. */
    static String count(long number, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }

    /** {@code 2 threads, 40 items and 1 attachment}. */
    static String counts(Counts counts) {
        return count(counts.threads(), "thread") + ", " + count(counts.items(), "item") + " and "
                + count(counts.attachments(), "attachment");
    }

    /** Like {@code pg_size_pretty}: {@code 1,536 bytes}, {@code 16 kB}. */
    static String bytes(long bytes) {
        int unit = 0;
        long size = bytes;
        while (size >= 10_240 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%,d %s", size, UNITS[unit]);
    }

    /** {@code 45 ms}, {@code 2.3 s}, {@code 3m5s}, {@code 97h52m}. */
    static String duration(long milliseconds) {
        if (milliseconds < 60_000) {
            return milliseconds < 1000
                    ? milliseconds + " ms"
                    : milliseconds / 1000 + "." + milliseconds % 1000 / 100 + " s";
        }
        return Duration.ofSeconds(milliseconds / 1000).toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
