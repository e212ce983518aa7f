package dev.bobbin.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Rows under a header, in columns as wide as what is in them, two blanks apart. */
final class TextTable {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final Set<Integer> right;

    private TextTable(Set<Integer> right, List<String> header) {
        this.right = right;
        rows.add(header);
    }

    /** A header that begins with {@code >} is of a column of numbers, which stand at its right. */
    static TextTable of(String... headers) {
        List<String> header = new ArrayList<>();
        Set<Integer> right = new java.util.HashSet<>();
        for (int i = 0; i < headers.length; i++) {
            boolean number = headers[i].startsWith(">");
            if (number) {
                right.add(i);
            }
            header.add(number ? headers[i].substring(1) : headers[i]);
        }
        return new TextTable(right, header);
    }

    /** A row. Null is an empty cell. */
    TextTable row(@Nullable Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(Words.printable(Objects.toString(cell, "")).replace('\n', ' '));
        }
        rows.add(row);
        return this;
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    /** The lines, without blanks at their ends. */
    List<String> lines(UnaryOperator<String> onHeader) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String blanks = " ".repeat(widths[i] - width(row.get(i)));
                line.append(i == 0 ? "" : GAP).append(right.contains(i) ? blanks + row.get(i) : row.get(i) + blanks);
            }
            String text = line.toString().stripTrailing();
            lines.add(lines.isEmpty() ? onHeader.apply(text) : text);
        }
        return lines;
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
