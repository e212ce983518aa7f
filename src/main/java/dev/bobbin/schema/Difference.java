package dev.bobbin.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.bobbin.schema.Fact.Kind;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing in which a table differs from what the migrations make of it.
 *
 * @param name of the column, constraint, index, statistics object or trigger; the table's for a difference of the table. For
 *     {@link Change#INVALID} the name that it has in the database
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

    /** How it differs. */
    public enum Change {
        MISSING,
        EXTRA,
        CHANGED,
        /** As expected, under another name. */
        RENAMED,
        /** An index whose build failed, or a constraint that was not validated. */
        INVALID
    }

    /** Whether the service can go on as it does. */
    public enum Severity {
        /** Calls may fail, take longer than they should, or store what should not be. */
        BREAKING,
        /** The service does not notice. */
        HARMLESS
    }

    /** The service always writes its columns, so a default does not matter, nor does what no statement depends on. */
    private static final Set<Kind> HARMLESS_EXTRAS = Set.of(Kind.DEFAULT, Kind.STATISTICS, Kind.TRIGGER);

    static Difference missing(Fact expected) {
        String definition = expected.kind() == Kind.TABLE ? null : expected.definition();
        return of(expected, Change.MISSING, definition, null, Severity.BREAKING);
    }

    /** @param fillsItself for a column, whether rows can be written without it */
    static Difference extra(Fact actual, boolean fillsItself) {
        boolean harmless = fillsItself
                || HARMLESS_EXTRAS.contains(actual.kind())
                || actual.kind() == Kind.INDEX && !actual.definition().startsWith("unique ");
        return of(actual, Change.EXTRA, null, actual.definition(), harmless ? Severity.HARMLESS : Severity.BREAKING);
    }

    static Difference changed(Fact expected, Fact actual) {
        return of(expected, Change.CHANGED, expected.definition(), actual.definition(), Severity.BREAKING);
    }

    /** The service reads the name of the foreign key from errors, and no other. */
    static Difference renamed(Fact expected, Fact actual) {
        Severity severity = expected.kind() == Kind.FOREIGN_KEY ? Severity.BREAKING : Severity.HARMLESS;
        return of(expected, Change.RENAMED, expected.name(), actual.name(), severity);
    }

    static Difference invalid(Fact actual) {
        String mark = actual.kind() == Kind.INDEX ? " (invalid)" : " NOT VALID";
        return of(actual, Change.INVALID, actual.definition(), actual.definition() + mark, Severity.BREAKING);
    }

    private static Difference of(
            Fact fact, Change change, @Nullable String expected, @Nullable String actual, Severity severity) {
        return new Difference(fact.table(), fact.kind(), fact.name(), change, expected, actual, severity);
    }

    /** The same, where the next migration makes what is needed. */
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
