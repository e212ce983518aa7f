package dev.bobbin.schema;

import dev.bobbin.schema.Fact.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * Where tables differ from what the migrations make: the difference of two sets of facts.
 *
 * @param comparedVersion the one that the history says; without one 1, or the newest for tables that a migration made
 */
public record Drift(int comparedVersion, List<Difference> differences) {

    /** @throws SchemaException {@code REFUSED}, when there are no tables, or this build does not know their version */
    public static Drift of(SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {
        return DirectConnection.ask(
                target,
                progress,
                connection -> of(connection, target, SchemaInspection.of(connection, target, migrations)));
    }

    static Drift of(DirectConnection connection, SchemaTarget target, SchemaInspection inspection) throws SQLException {
        Catalog actual = Catalog.read(connection, target.schema());
        int version = inspection.version();
        if (inspection.history() == null && !inspection.ours().isEmpty()) {
            version = HandMadeTables.areMigrated(actual) ? Migrations.newest(Migrations.ours()) : 1;
        }
        String where = "The " + target.where();
        if (version == 0) {
            throw SchemaException.refused(where + " has no tables of Bobbin's to compare; run `db migrate` first");
        }
        if (!Catalog.knows(version)) {
            throw SchemaException.refused(
                    where + " is at version " + version + ", which this build does not know; run the build that does");
        }
        List<Difference> differences = between(Catalog.expected(version), actual);
        if (version == 1 && canBeAdopted(connection, inspection.state(), actual)) {
            // the next migration accepts all spellings of version 1
            differences = differences.stream().map(Difference::harmless).toList();
        }
        return new Drift(version, differences);
    }

    /** Without differences at a version that this build does not know. */
    static Drift from(int version, Catalog actual) {
        return new Drift(version, Catalog.knows(version) ? between(Catalog.expected(version), actual) : List.of());
    }

    /** Rows are read once: a state that is not foreign has looked at tables of version 1 already. */
    private static boolean canBeAdopted(DirectConnection connection, SchemaState state, Catalog actual)
            throws SQLException {
        return state.condition() == SchemaState.Condition.FOREIGN
                ? HandMadeTables.obstacles(connection, actual).isEmpty()
                : state.refusal() == null;
    }

    public List<Difference> breaking() {
        return differences.stream().filter(Difference::isBreaking).toList();
    }

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

    /** Compares one table by pairing facts, the closest first; a fact without a partner is missing or extra. */
    private static final class Comparison {

        private final List<Fact> missing;
        private final List<Fact> extra;
        private final List<Difference> found = new ArrayList<>();

        private Comparison(Catalog expected, Catalog actual, String table) {
            missing = new ArrayList<>(expected.of(table).toList());
            extra = new ArrayList<>(actual.of(table).toList());
        }

        private List<Difference> differences() {
            // statistics of this name may be in another schema, too
            pair((ours, theirs) -> ours.is(theirs.kind(), theirs.name()) && isSame(ours, theirs));
            pair((ours, theirs) -> ours.is(theirs.kind(), theirs.name()));
            pair((ours, theirs) -> ours.kind().isPart()
                    && theirs.kind().isPart()
                    && ours.name().equals(theirs.name()));
            // an invalid index is what a failed build left, and does not replace ours
            pair((ours, theirs) -> ours.kind().isPart()
                    && ours.kind() == theirs.kind()
                    && isSame(ours, theirs)
                    && (theirs.valid() || ours.kind() != Kind.INDEX));
            pair((ours, theirs) -> ours.kind() == Kind.PRIMARY_KEY && theirs.kind() == Kind.PRIMARY_KEY);
            missing.forEach(fact -> found.add(Difference.missing(fact)));
            extra.forEach(fact -> found.add(Difference.extra(fact)));
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
            return ours.kind() == theirs.kind()
                    && (ours.kind() == Kind.COLUMN || ours.definition().equals(theirs.definition()));
        }

        private static boolean isPartOf(Difference whole, Difference part) {
            return whole.kind() == Kind.TABLE
                    ? part.kind() != Kind.TABLE
                    : part.kind().isOfColumn() && part.name().equals(whole.name());
        }
    }
}
