package dev.bobbin.schema;

import dev.bobbin.schema.Fact.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

/** The difference of two sets of facts: what a table should have, and what it has. */
final class Drift {

    private final List<Fact> missing;
    private final List<Fact> extra;
    private final List<Difference> found = new ArrayList<>();

    private Drift(Catalog expected, Catalog actual, String table) {
        missing = new ArrayList<>(expected.of(table).toList());
        extra = new ArrayList<>(actual.of(table).toList());
    }

    /**
     * What differs in the tables that are expected, by table and {@link Kind}. Other tables are no drift, nor are the names of
     * the two schemas and the order of columns. Of a missing table, or of something else under its name, nothing more is said.
     */
    static List<Difference> between(Catalog expected, Catalog actual) {
        List<Difference> found = new ArrayList<>();
        for (Fact table : expected.facts()) {
            if (table.kind() == Kind.TABLE) {
                found.addAll(compare(expected, actual, table));
            }
        }
        found.sort(Comparator.comparing(Difference::table).thenComparing(Difference::kind));
        return List.copyOf(found);
    }

    /** Where the tables are not what the service needs at a version; empty for one that this build does not know. */
    static List<Difference> breaking(Catalog actual, int version) {
        return Catalog.knows(version)
                ? between(Catalog.expected(version), actual).stream()
                        .filter(Difference::isBreaking)
                        .toList()
                : List.of();
    }

    private static List<Difference> compare(Catalog expected, Catalog actual, Fact table) {
        String name = table.table();
        Fact there = actual.find(name, Kind.TABLE, name).orElse(null);
        if (there == null || !there.equals(table)) {
            return List.of(there == null ? Difference.missing(table) : Difference.changed(table, there));
        }
        Drift drift = new Drift(expected, actual, name);
        drift.columns(expected, actual, name);
        drift.facts();
        return drift.found;
    }

    /** A column that only one side has is one difference, whatever its type, default and so on. */
    private void columns(Catalog expected, Catalog actual, String table) {
        List<String> ours = expected.columns(table);
        List<String> theirs = actual.columns(table);
        ours.stream().filter(name -> !theirs.contains(name)).forEach(name -> {
            missing.removeIf(fact -> fact.kind().isOfColumn() && fact.name().equals(name));
            found.add(Difference.missing(column(expected, table, name)));
        });
        theirs.stream().filter(name -> !ours.contains(name)).forEach(name -> {
            extra.removeIf(fact -> fact.kind().isOfColumn() && fact.name().equals(name));
            found.add(Difference.extra(column(actual, table, name), actual.fillsItself(table, name)));
        });
    }

    private static Fact column(Catalog catalog, String table, String name) {
        return new Fact(table, Kind.COLUMN, name, catalog.column(table, name), true);
    }

    /** The closest pairs first. An index that is not valid is what a failed build left, and does not stand for ours. */
    private void facts() {
        pair(
                (ours, theirs) -> ours.is(theirs.kind(), theirs.name()) && sameDefinition(ours, theirs),
                (ours, theirs) -> addInvalid(theirs));
        pair(
                (ours, theirs) -> ours.is(theirs.kind(), theirs.name())
                        || ours.name().equals(theirs.name())
                                && ours.kind().isPart()
                                && theirs.kind().isPart(),
                (ours, theirs) -> found.add(Difference.changed(ours, theirs)));
        pair(
                (ours, theirs) -> ours.kind().isPart()
                        && ours.kind() == theirs.kind()
                        && sameDefinition(ours, theirs)
                        && (theirs.valid() || ours.kind() != Kind.INDEX),
                (ours, theirs) -> {
                    found.add(Difference.renamed(ours, theirs));
                    addInvalid(theirs);
                });
        pair(
                (ours, theirs) -> ours.kind() == Kind.PRIMARY_KEY && theirs.kind() == Kind.PRIMARY_KEY,
                (ours, theirs) -> found.add(Difference.changed(ours, theirs)));
        missing.forEach(fact -> found.add(Difference.missing(fact)));
        extra.forEach(fact -> found.add(Difference.extra(fact, false)));
    }

    private void pair(BiPredicate<Fact, Fact> match, BiConsumer<Fact, Fact> difference) {
        for (Fact ours : List.copyOf(missing)) {
            extra.stream()
                    .filter(theirs -> match.test(ours, theirs))
                    .findFirst()
                    .ifPresent(theirs -> {
                        missing.remove(ours);
                        extra.remove(theirs);
                        difference.accept(ours, theirs);
                    });
        }
    }

    private void addInvalid(Fact theirs) {
        if (!theirs.valid()) {
            found.add(Difference.invalid(theirs));
        }
    }

    private static boolean sameDefinition(Fact ours, Fact theirs) {
        return ours.definition().equals(theirs.definition());
    }
}
