package dev.bobbin.schema;

import dev.bobbin.schema.Fact.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiPredicate;

/** Compares one table by pairing facts, the closest first; a fact without a partner is missing or extra. */
final class Comparison {

    private final List<Fact> missing;
    private final List<Fact> extra;
    private final List<Difference> found = new ArrayList<>();
    private final List<String> ourColumns;

    /**
     * What differs in the tables that are expected, by table and {@link Kind}. Other tables are no drift, nor are the names of
     * the two schemas and the order of columns. Of a missing table or column nothing more is said.
     */
    static List<Difference> between(Catalog expected, Catalog actual) {
        List<Difference> found = new ArrayList<>();
        expected.facts().stream()
                .map(Fact::table)
                .distinct()
                .forEach(table -> found.addAll(new Comparison(expected, actual, table).differences()));
        found.sort(Comparator.comparing(Difference::table).thenComparing(Difference::kind));
        return List.copyOf(found);
    }

    private Comparison(Catalog expected, Catalog actual, String table) {
        missing = new ArrayList<>(expected.of(table).toList());
        extra = new ArrayList<>(actual.of(table).toList());
        ourColumns = expected.columns(table);
    }

    private List<Difference> differences() {
        // statistics of this name may be in another schema, too
        pair((ours, theirs) -> ours.is(theirs.kind(), theirs.name()) && isSame(ours, theirs));
        pair((ours, theirs) -> ours.is(theirs.kind(), theirs.name()));
        pair((ours, theirs) ->
                ours.kind().isPart() && theirs.kind().isPart() && ours.name().equals(theirs.name()));
        // an invalid index is what a failed build left, and does not replace ours
        pair((ours, theirs) -> ours.kind().isPart()
                && ours.kind() == theirs.kind()
                && isSame(ours, theirs)
                && (theirs.valid() || ours.kind() != Kind.INDEX));
        pair((ours, theirs) -> ours.kind() == Kind.PRIMARY_KEY && theirs.kind() == Kind.PRIMARY_KEY);
        missing.forEach(fact -> found.add(Difference.missing(fact)));
        extra.forEach(fact -> found.add(Difference.extra(fact, ourColumns)));
        List<Difference> wholes = found.stream()
                .filter(difference -> difference.kind() == Kind.TABLE || difference.kind() == Kind.COLUMN)
                .toList();
        found.removeIf(difference -> wholes.stream().anyMatch(whole -> isPartOf(whole, difference)));
        return found;
    }

    private void pair(BiPredicate<Fact, Fact> match) {
        for (Fact ours : List.copyOf(missing)) {
            extra.stream()
                    .filter(theirs -> match.test(ours, theirs))
                    .findFirst()
                    .ifPresent(theirs -> addPair(ours, theirs));
        }
    }

    private void addPair(Fact ours, Fact theirs) {
        missing.remove(ours);
        extra.remove(theirs);
        if (!isSame(ours, theirs)) {
            found.add(Difference.changed(ours, theirs));
            return;
        }
        if (!ours.name().equals(theirs.name())) {
            found.add(Difference.renamed(ours, theirs));
        }
        if (!theirs.valid()) {
            found.add(Difference.invalid(theirs));
        }
    }

    /** A column that both have differs in its properties, which are facts of their own. */
    private static boolean isSame(Fact ours, Fact theirs) {
        return ours.kind() == theirs.kind() && (ours.kind() == Kind.COLUMN || ours.allows(theirs));
    }

    private static boolean isPartOf(Difference whole, Difference part) {
        return whole.kind() == Kind.TABLE
                ? part.kind() != Kind.TABLE
                : part.kind().isOfColumn() && part.name().equals(whole.name());
    }
}
