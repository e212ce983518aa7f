package dev.bobbin.command;

import dev.bobbin.database.catalog.Difference;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A difference, as reports have it: the enumerations are in lower case, with underscores. */
@RegisterForReflection
record DifferenceRow(
        String table,
        String kind,
        String name,
        String change,
        @Nullable String expected,
        @Nullable String actual,
        String severity) {

    static List<DifferenceRow> of(List<Difference> differences) {
        return differences.stream().map(DifferenceRow::of).toList();
    }

    static DifferenceRow of(Difference difference) {
        return new DifferenceRow(
                difference.table(),
                lower(difference.kind()),
                difference.name(),
                lower(difference.change()),
                difference.expected(),
                difference.actual(),
                lower(difference.severity()));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    boolean isBreaking() {
        return severity.equals("breaking");
    }

    /** The breaking ones first. */
    static void print(Page page, List<DifferenceRow> rows) {
        TextTable table = TextTable.of("object", "expected", "actual", "severity");
        rows.stream().filter(DifferenceRow::isBreaking).forEach(row -> row.addTo(table));
        rows.stream().filter(row -> !row.isBreaking()).forEach(row -> row.addTo(table));
        page.table(table);
    }

    private void addTo(TextTable table) {
        boolean ofTable = name.equals(this.table);
        String object = this.table + (ofTable ? "" : "." + name) + " (" + kind.replace('_', ' ') + ")";
        table.row(
                object,
                change.equals("missing") && expected == null ? "there" : change.equals("invalid") ? "valid" : expected,
                change.equals("missing") ? "missing" : change.equals("invalid") ? "not valid" : actual,
                severity);
    }
}
