package dev.bobbin.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Help.Ansi;

/** Prints a report for people: sentences, and records as sections with a heading. */
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

    /** The last sentence, which says how it went. */
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

    /** Text that is not changed, such as SQL to be run. */
    void verbatim(String text) {
        out.println(text);
        begun = true;
    }

    /**
     * What the JSON document has of a value: a record as names and values, and each record within as a section of its own; a
     * list as a table. Prints nothing where there is nothing.
     */
    void section(String heading, Object value) {
        section(heading, Report.JSON.<JsonNode>valueToTree(value));
    }

    private void section(String heading, JsonNode value) {
        if (value.isEmpty()) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        if (value.isArray()) {
            rows.add(names(value.get(0)));
            value.forEach(element -> rows.add(cells(element)));
        } else {
            rows.add(List.of("", ""));
            value.properties().forEach(member -> rows.add(List.of(words(member.getKey()), text(member))));
            rows.removeIf(fact -> fact.get(1).isEmpty() && !fact.get(0).isEmpty());
        }
        if (rows.size() > 1) {
            paragraph(Ansi.Style.bold, heading);
        }
        align(rows).stream().filter(line -> !line.isEmpty()).forEach(line -> line(INDENT + line));
        if (value.isObject()) {
            value.properties().stream()
                    .filter(member -> isSection(member.getValue()))
                    .forEach(member -> section(capitalized(member.getKey()), member.getValue()));
        }
    }

    private static boolean isSection(JsonNode value) {
        return value.isObject() || value.path(0).isObject();
    }

    private static List<String> names(JsonNode element) {
        List<String> names = new ArrayList<>();
        element.fieldNames().forEachRemaining(name -> names.add(words(name)));
        return element.isObject() ? names : List.of("");
    }

    private static List<String> cells(JsonNode element) {
        return element.isObject()
                ? element.properties().stream().map(TextPrinter::text).toList()
                : List.of(element.asText());
    }

    /** Empty for what is absent, or a section of its own. */
    private static String text(Map.Entry<String, JsonNode> member) {
        String name = member.getKey();
        JsonNode value = member.getValue();
        if (isSection(value) || value.isNull() || name.equals("exit_code")) {
            return "";
        }
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(JsonNode::asText)
                    .collect(Collectors.joining(", "));
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? "yes" : "no";
        }
        if (!value.isNumber()) {
            return value.asText().replace("\n", " ");
        }
        return name.endsWith("bytes")
                ? bytes(value.longValue())
                : name.endsWith("milliseconds") ? duration(value.longValue()) : number(value.longValue());
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }

    private static String capitalized(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + words(name).substring(1);
    }

    /** Columns as wide as their content, numbers to the right, without columns that are empty. The first row has names. */
    private static List<String> align(List<List<String>> rows) {
        List<StringBuilder> lines =
                rows.stream().map(row -> new StringBuilder()).toList();
        for (int i = 0; i < rows.get(0).size(); i++) {
            int column = i;
            List<String> cells = rows.stream().map(row -> row.get(column)).toList();
            List<String> values = cells.subList(1, cells.size());
            if (values.stream().allMatch(String::isEmpty)) {
                continue;
            }
            boolean right = values.stream().allMatch(value -> value.matches("(\\d[\\d,.]*( [a-zA-Z]+)?)?"));
            int width = cells.stream().mapToInt(TextPrinter::width).max().orElse(0);
            for (int row = 0; row < cells.size(); row++) {
                String blanks = " ".repeat(width - width(cells.get(row)));
                lines.get(row)
                        .append(right ? blanks : "")
                        .append(cells.get(row))
                        .append(right ? "" : blanks)
                        .append(INDENT);
            }
        }
        return lines.stream().map(line -> line.toString().stripTrailing()).toList();
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Without characters with which text from the database could control the terminal. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}&&[^\\n]]", "?");
    }

    /** {@code 1 thread}, {@code 1,200 threads}. */
    static String count(long number, String what) {
        return number(number) + " " + what + (number == 1 ? "" : "s");
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Like {@code pg_size_pretty}, with one decimal below ten: {@code 1.5 MB}. */
    static String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        String digits = String.format(Locale.ROOT, size < 9.95 ? "%.1f" : "%,.0f", size);
        return digits.replaceFirst("\\.0$", "") + " " + UNITS[unit];
    }

    /** {@code 45 ms}, {@code 2.3 s}, {@code 3m5s}, {@code 97h52m}. */
    static String duration(long milliseconds) {
        Duration time = Duration.ofMillis(milliseconds);
        if (milliseconds < 1000) {
            return milliseconds + " ms";
        }
        return time.toMinutes() == 0
                ? time.toSeconds() + "." + time.toMillisPart() / 100 + " s"
                : time.withNanos(0).toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
