package dev.bobbin.command;

import dev.bobbin.schema.Difference;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report for people: sections with headings, facts, tables and sentences. */
final class TextPrinter {

    private static final String INDENT = "  ";

    private final PrintWriter out;
    private final boolean colours;
    private boolean begun;

    TextPrinter(PrintWriter out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    /** Begins a section. */
    void heading(String text) {
        if (begun) {
            out.println();
        }
        out.println(Style.HEADING.on(text, colours));
        begun = true;
    }

    /** A sentence, or several lines, as they are. */
    void line(String text) {
        out.println(Words.printable(text));
        begun = true;
    }

    /** A sentence that says how it stands. */
    void verdict(Style style, String text) {
        if (begun) {
            out.println();
        }
        out.println(style.on(Words.printable(text), colours));
        begun = true;
    }

    /** What stands for itself, such as SQL that is to be run. */
    void verbatim(String text) {
        out.println(text);
        begun = true;
    }

    /** Names and values, one beneath the other. Values that are null are left out. */
    void facts(@Nullable Object... namesAndValues) {
        Map<String, String> facts = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] != null) {
                facts.put(String.valueOf(namesAndValues[i]), String.valueOf(namesAndValues[i + 1]));
            }
        }
        int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
        facts.forEach((name, value) -> {
            String padded = name + " ".repeat(width - name.length());
            String[] lines = Words.printable(value).split("\n", -1);
            out.println(INDENT + Style.QUIET.on(padded, colours) + INDENT + lines[0]);
            for (int i = 1; i < lines.length; i++) {
                out.println(INDENT + " ".repeat(width) + INDENT + lines[i]);
            }
        });
        begun = true;
    }

    void table(TextTable table) {
        table.lines(header -> Style.QUIET.on(header, colours)).forEach(line -> out.println(INDENT + line));
        begun = true;
    }

    /** The breaking ones first. */
    void differences(List<Difference> differences) {
        TextTable table = TextTable.of("object", "expected", "actual", "severity");
        for (boolean breaking : new boolean[] {true, false}) {
            differences.stream()
                    .filter(difference -> difference.isBreaking() == breaking)
                    .forEach(difference -> addTo(table, difference));
        }
        table(table);
    }

    private static void addTo(TextTable table, Difference difference) {
        boolean ofTable = difference.name().equals(difference.table());
        String object = difference.table() + (ofTable ? "" : "." + difference.name()) + " (" + difference.kind() + ")";
        String severity = difference.severity().name().toLowerCase(Locale.ROOT);
        switch (difference.change()) {
            case MISSING -> table.row(object, ofTable ? "there" : difference.expected(), "missing", severity);
            case INVALID -> table.row(object, "valid", "not valid", severity);
            default -> table.row(object, difference.expected(), difference.actual(), severity);
        }
    }

    /** A list of sentences. */
    void items(Iterable<String> items, @Nullable String mark) {
        for (String item : items) {
            out.println(INDENT + (mark == null ? "" : mark + " ") + Words.printable(item));
        }
        begun = true;
    }
}
