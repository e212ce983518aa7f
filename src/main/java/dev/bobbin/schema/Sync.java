package dev.bobbin.schema;

import dev.bobbin.schema.Difference.Change;
import dev.bobbin.schema.Fact.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Plans the SQL that adds what a schema lacks. It never drops, narrows, renames, changes a type or sets not null. */
final class Sync {

    private static final String HOLDS_THE_TABLE =
            "the table cannot be used while this runs, which takes longer the more rows it has";

    private final Catalog expected;
    private final Catalog actual;
    private final Set<String> filled;
    private final Ddl ddl;

    private Sync(Catalog expected, Catalog actual, Set<String> filled) {
        this.expected = expected;
        this.actual = actual;
        this.filled = filled;
        this.ddl = new Ddl(expected, actual.schema());
    }

    /**
     * A step for every breaking difference, and another for each foreign key of a missing table. Those that can run come
     * first, in the order in which they depend on each other.
     *
     * @param actual also says in which schema the statements work
     * @param filled the tables that have rows
     */
    static List<SyncStep> plan(Catalog expected, Catalog actual, Set<String> filled) {
        Sync sync = new Sync(expected, actual, filled);
        List<SyncStep> steps = new ArrayList<>();
        for (Difference difference : Drift.between(expected, actual)) {
            if (difference.isBreaking()) {
                SyncStep step = sync.step(difference);
                steps.add(step != null ? step : SyncStep.planned(difference, Remedy.of(difference, expected, actual)));
                if (difference.kind() == Kind.TABLE && difference.change() == Change.MISSING) {
                    steps.addAll(sync.foreignKeys(difference));
                }
            }
        }
        steps.sort(Comparator.comparing(Sync::rank));
        return List.copyOf(steps);
    }

    /** A key needs its columns, and a foreign key the other table's key. */
    private static int rank(SyncStep step) {
        Kind kind = step.difference().kind();
        if (!step.canRun()) {
            return Integer.MAX_VALUE;
        }
        boolean createsTable = step.statements().get(0).startsWith("create table");
        return kind == Kind.TABLE && !createsTable || kind == Kind.FOREIGN_KEY
                ? Kind.EXCLUSION.ordinal()
                : kind.ordinal();
    }

    /** Null where nothing that only adds removes the difference. */
    private @Nullable SyncStep step(Difference difference) {
        String table = difference.table();
        String name = difference.name();
        if (difference.change() == Change.INVALID) {
            return SyncStep.planned(
                    difference,
                    null,
                    difference.kind() == Kind.INDEX
                            ? "reindex index concurrently " + ddl.qualified(name)
                            : ddl.validate(table, name));
        }
        if (difference.change() != Change.MISSING) {
            return null;
        }
        return switch (difference.kind()) {
            case TABLE -> SyncStep.planned(difference, null, ddl.createTable(table));
            case COLUMN -> missingColumn(difference);
            case DEFAULT ->
                SyncStep.planned(
                        difference, null, ddl.alterColumn(table, name) + "set default " + difference.expected());
            case IDENTITY -> missingIdentity(difference);
            case FOREIGN_KEY, CHECK -> added(difference, fact(difference));
            case PRIMARY_KEY, UNIQUE, EXCLUSION -> missingKey(difference);
            case INDEX -> SyncStep.planned(difference, null, ddl.createIndex(fact(difference), "concurrently "));
            case STATISTICS -> SyncStep.planned(difference, null, ddl.createStatistics(fact(difference)));
            default -> null;
        };
    }

    private @Nullable SyncStep missingColumn(Difference difference) {
        String table = difference.table();
        boolean hasRows = filled.contains(table);
        if (hasRows && !expected.fillsItself(table, difference.name())) {
            return null;
        }
        boolean rewrites = hasRows && expected.definition(table, Kind.IDENTITY, difference.name()) != null;
        return SyncStep.planned(difference, rewrites ? HOLDS_THE_TABLE : null, ddl.addColumn(table, difference.name()));
    }

    /** Postgres wants a column that is not null and has no other source of values. */
    private @Nullable SyncStep missingIdentity(Difference difference) {
        String table = difference.table();
        String column = difference.name();
        return actual.fillsItself(table, column)
                ? null
                : SyncStep.planned(
                        difference,
                        null,
                        ddl.alterColumn(table, column) + "add " + difference.expected() + "; "
                                + ddl.continueNumbers(table, column));
    }

    /** A primary key would set its columns not null. */
    private @Nullable SyncStep missingKey(Difference difference) {
        String table = difference.table();
        boolean primary = difference.kind() == Kind.PRIMARY_KEY;
        if (primary && actual.columns(table).stream().anyMatch(column -> isNullablePartOf(difference, column))) {
            return null;
        }
        String message = primary && !filled.contains(table) ? null : HOLDS_THE_TABLE;
        return SyncStep.planned(difference, message, ddl.addConstraint(fact(difference)));
    }

    private boolean isNullablePartOf(Difference key, String column) {
        return "null".equals(actual.definition(key.table(), Kind.NULLABILITY, column))
                && String.valueOf(key.expected()).matches(".*[( ]\"?" + Pattern.quote(column) + "\"?[,)].*");
    }

    private List<SyncStep> foreignKeys(Difference missingTable) {
        return expected.of(missingTable.table())
                .filter(fact -> fact.kind() == Kind.FOREIGN_KEY)
                .map(key -> added(missingTable, key))
                .toList();
    }

    /** Writers wait while a constraint is added, but not while the rows are checked. */
    private SyncStep added(Difference difference, Fact constraint) {
        return SyncStep.planned(
                difference,
                null,
                ddl.addConstraint(constraint) + " not valid",
                ddl.validate(constraint.table(), constraint.name()));
    }

    private Fact fact(Difference missing) {
        return expected.of(missing.table())
                .filter(fact -> fact.kind() == missing.kind() && fact.name().equals(missing.name()))
                .findFirst()
                .orElseThrow();
    }
}
