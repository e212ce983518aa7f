package dev.bobbin.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.bobbin.schema.Fact.Kind;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing in which a table differs from what the migrations make of it.
 *
 * @param name that of the {@link Fact}; for {@link Change#INVALID} the name that it has in the database
 * @param expected null for {@link Change#EXTRA}; the name for {@link Change#RENAMED}
 * @param actual null for {@link Change#MISSING}; the name for {@link Change#RENAMED}
 */
@RegisterForReflection
public record Difference(
        String table,
        Kind kind,
        String name,
        Change change,
        @Nullable String expected,
        @Nullable String actual,
        Severity severity) {

    public enum Change {
        MISSING,
        EXTRA,
        CHANGED,
        /** As expected, under another name. */
        RENAMED,
        /** An index whose build failed, a constraint that was not validated, or a trigger that is disabled. */
        INVALID
    }

    public enum Severity {
        /** Calls may fail, take longer than they should, or store what they should not. */
        BREAKING,
        /** The service does not notice. */
        HARMLESS
    }

    /** The service writes all of its columns, so a default does not matter, nor do objects that no statement depends on. */
    private static final Set<Kind> HARMLESS_EXTRAS = Set.of(Kind.DEFAULT, Kind.STATISTICS, Kind.TRIGGER);

    static Difference missing(Fact expected) {
        String definition = expected.kind() == Kind.TABLE ? null : expected.definition();
        return of(expected, Change.MISSING, definition, null, false);
    }

    /** @param columns those that the service writes: a key of other columns only, which stay null, rejects nothing */
    static Difference extra(Fact actual, List<String> columns) {
        boolean harmless =
                switch (actual.kind()) {
                    case COLUMN -> actual.fillsItself();
                    case INDEX -> !actual.definition().startsWith("unique ");
                    case FOREIGN_KEY, UNIQUE -> actual.keyColumns().stream().noneMatch(columns::contains);
                    default -> HARMLESS_EXTRAS.contains(actual.kind());
                };
        return of(actual, Change.EXTRA, null, actual.definition(), harmless);
    }

    static Difference changed(Fact expected, Fact actual) {
        return of(expected, Change.CHANGED, expected.definition(), actual.definition(), false);
    }

    /** The service reads the name of the foreign key from errors, and no other name. */
    static Difference renamed(Fact expected, Fact actual) {
        return of(expected, Change.RENAMED, expected.name(), actual.name(), expected.kind() != Kind.FOREIGN_KEY);
    }

    static Difference invalid(Fact actual) {
        String mark =
                switch (actual.kind()) {
                    case INDEX -> " (invalid)";
                    case TRIGGER -> " (disabled)";
                    default -> " NOT VALID";
                };
        return of(actual, Change.INVALID, actual.definition(), actual.definition() + mark, false);
    }

    private static Difference of(
            Fact fact, Change change, @Nullable String expected, @Nullable String actual, boolean harmless) {
        Severity severity = harmless ? Severity.HARMLESS : Severity.BREAKING;
        return new Difference(fact.table(), fact.kind(), fact.name(), change, expected, actual, severity);
    }

    Difference harmless() {
        return new Difference(table, kind, name, change, expected, actual, Severity.HARMLESS);
    }

    @JsonIgnore
    public boolean isBreaking() {
        return severity == Severity.BREAKING;
    }

    /** One sentence without a full stop, such as {@code threads: index threads_order_idx is missing: btree (owner_id)}. */
    public String describe() {
        String what = table + ": " + kind + (kind.isOfTable() ? "" : kind.isOfColumn() ? " of " + name : " " + name);
        return switch (change) {
            case MISSING -> what + " is missing" + (expected == null ? "" : ": " + expected);
            case EXTRA -> what + " is not ours: " + actual;
            case CHANGED -> what + " should be " + expected + ", is " + actual;
            case RENAMED -> what + " has the name " + actual;
            case INVALID -> what + " is not valid";
        };
    }
}
