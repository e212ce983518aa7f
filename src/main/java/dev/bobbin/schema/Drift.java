package dev.bobbin.schema;

import dev.bobbin.schema.Fact.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The difference of two sets of facts: what a schema should hold, and what it holds. */
public final class Drift {

    private final Catalog expected;
    private final Catalog actual;
    private final List<Difference> found = new ArrayList<>();

    private Drift(Catalog expected, Catalog actual) {
        this.expected = expected;
        this.actual = actual;
    }

    /**
     * What differs in the tables that are expected, by table and {@link Kind}. Other tables are no drift, nor are the names of
     * the two schemas, views, and the order of columns. Of a missing table, or of something else under its name, nothing more
     * is said.
     */
    public static List<Difference> between(Catalog expected, Catalog actual) {
        Drift drift = new Drift(expected, actual);
        Set<String> tables =
                expected.facts().stream().map(Fact::table).collect(Collectors.toCollection(LinkedHashSet::new));
        tables.forEach(drift::compare);
        drift.found.sort(Comparator.comparing(Difference::table).thenComparing(Difference::kind));
        return List.copyOf(drift.found);
    }

    /** Where the tables are not what the service needs at a version; empty for one that this build does not know. */
    static List<Difference> breaking(DirectConnection connection, SchemaTarget target, int version)
            throws SQLException {
        return Catalog.knows(version)
                ? between(Catalog.expected(version), Catalog.read(connection.jdbc(), target.schema())).stream()
                        .filter(Difference::isBreaking)
                        .toList()
                : List.of();
    }

    private void compare(String table) {
        Fact kind = expected.of(table).findFirst().orElseThrow();
        String kindThere = actual.kindOf(table);
        if (kindThere == null) {
            found.add(Difference.missing(kind));
            return;
        }
        if (!kind.definition().equals(kindThere)) {
            found.add(Difference.changed(kind, kindThere));
            return;
        }
        List<Fact> missing = new ArrayList<>(expected.of(table).toList());
        List<Fact> extra = new ArrayList<>(
                actual.of(table).filter(fact -> fact.kind() != Kind.VIEW).toList());
        List<Fact> same = missing.stream()
                .filter(fact -> take(extra, other -> isSame(fact, other)) != null)
                .toList();
        missing.removeAll(same);
        actual.of(table)
                .filter(fact -> !fact.valid() && same.contains(valid(fact)))
                .forEach(fact -> found.add(Difference.invalid(fact)));
        columns(table, missing, extra);
        attributes(missing, extra);
        parts(table, missing, extra);
    }

    /** A column that only one side has is one difference, whatever its type, default and so on. */
    private void columns(String table, List<Fact> missing, List<Fact> extra) {
        List<String> ours = expected.columns(table);
        List<String> theirs = actual.columns(table);
        for (String name : ours) {
            if (!theirs.contains(name)) {
                missing.removeIf(fact -> fact.kind().isOfColumn() && fact.name().equals(name));
                found.add(Difference.missing(column(expected, table, name)));
            }
        }
        for (String name : theirs) {
            if (!ours.contains(name)) {
                extra.removeIf(fact -> fact.kind().isOfColumn() && fact.name().equals(name));
                found.add(Difference.extra(column(actual, table, name), actual.fillsItself(table, name)));
            }
        }
    }

    private static Fact column(Catalog catalog, String table, String name) {
        return new Fact(table, Kind.COLUMN, name, String.valueOf(catalog.column(table, name)), true);
    }

    /** What a table or a column has one of: its type, its default and so on. */
    private void attributes(List<Fact> missing, List<Fact> extra) {
        Predicate<Fact> attribute =
                fact -> fact.kind().isOfTable() || fact.kind().isOfColumn();
        // another type has other collations and writes its defaults in another way: one difference is enough
        Set<String> retyped = missing.stream()
                .filter(fact -> fact.kind() == Kind.TYPE)
                .map(Fact::name)
                .collect(Collectors.toSet());
        missing.removeIf(fact -> fact.kind() == Kind.COLLATION && retyped.contains(fact.name()));
        extra.removeIf(fact -> fact.kind() == Kind.COLLATION && retyped.contains(fact.name()));
        for (Fact fact : missing.stream().filter(attribute).toList()) {
            missing.remove(fact);
            Fact other = take(
                    extra, there -> there.kind() == fact.kind() && there.name().equals(fact.name()));
            if (other != null && fact.kind() == Kind.DEFAULT && retyped.contains(fact.name())) {
                continue;
            }
            if (other != null || fact.kind() == Kind.COLLATION) {
                found.add(Difference.changed(fact, other == null ? "default" : other.definition()));
            } else {
                found.add(Difference.missing(fact));
            }
        }
        for (Fact fact : extra.stream().filter(attribute).toList()) {
            extra.remove(fact);
            Fact usual = new Fact(fact.table(), fact.kind(), fact.name(), "default", true);
            found.add(
                    fact.kind() == Kind.COLLATION
                            ? Difference.changed(usual, fact.definition())
                            : Difference.extra(fact, false));
        }
    }

    /** What has a name of its own, and may be there under another one. */
    private void parts(String table, List<Fact> missing, List<Fact> extra) {
        Set<String> names = expected.of(table)
                .filter(fact -> !fact.kind().isOfColumn())
                .map(Fact::name)
                .collect(Collectors.toSet());
        for (Fact part : missing) {
            // an index that is not valid is what a failed build left, and does not stand for ours
            Fact renamed = take(
                    extra,
                    other -> other.kind() == part.kind()
                            && other.definition().equals(part.definition())
                            && !names.contains(other.name())
                            && (other.valid() || part.kind() != Kind.INDEX));
            if (renamed != null) {
                found.add(Difference.renamed(part, renamed));
                if (!renamed.valid()) {
                    found.add(Difference.invalid(renamed));
                }
                continue;
            }
            Fact changed = take(extra, other -> other.name().equals(part.name()));
            if (changed == null && part.kind() == Kind.PRIMARY_KEY) {
                changed = take(extra, other -> other.kind() == Kind.PRIMARY_KEY);
            }
            found.add(changed == null ? Difference.missing(part) : Difference.changed(part, changed.definition()));
        }
        extra.forEach(part -> found.add(Difference.extra(part, false)));
    }

    private static boolean isSame(Fact expected, Fact actual) {
        return expected.equals(valid(actual));
    }

    private static Fact valid(Fact fact) {
        return fact.valid() ? fact : new Fact(fact.table(), fact.kind(), fact.name(), fact.definition(), true);
    }

    private static @Nullable Fact take(List<Fact> from, Predicate<Fact> which) {
        for (Fact fact : from) {
            if (which.test(fact)) {
                from.remove(fact);
                return fact;
            }
        }
        return null;
    }
}
