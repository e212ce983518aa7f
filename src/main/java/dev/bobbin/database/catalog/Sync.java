package dev.bobbin.database.catalog;

import dev.bobbin.database.catalog.Difference.Change;
import dev.bobbin.database.catalog.Difference.Kind;
import dev.bobbin.database.catalog.Difference.Severity;
import dev.bobbin.database.catalog.Step.Mode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans the SQL that adds what a schema lacks. It never drops, narrows, renames, changes a type or sets not null. */
public final class Sync {

    private static final String HOLDS_THE_TABLE =
            "nobody can use the table while this runs, which takes longer the more" + " rows it has";

    private final Catalog expected;
    private final Catalog actual;
    private final Set<String> filled;
    private final Sql sql;
    private final Remedies remedies;

    private Sync(Catalog expected, Catalog actual, Set<String> filled) {
        this.expected = expected;
        this.actual = actual;
        this.filled = filled;
        this.sql = new Sql(actual.schema());
        this.remedies = new Remedies(sql, expected, actual);
    }

    /**
     * A step for every difference that is {@link Severity#BREAKING}, and two for a missing table with a foreign key. Those
     * that can be run come first, in the order in which they depend on each other.
     *
     * @param differences what {@link Drift#between} says of the two catalogs
     * @param actual also says in which schema the statements work
     * @param filled the tables that have rows, see {@link SyncRun#filledTables}
     */
    public static List<Step> plan(List<Difference> differences, Catalog expected, Catalog actual, Set<String> filled) {
        Sync sync = new Sync(expected, actual, filled);
        List<Step> steps = new ArrayList<>();
        for (Difference difference : differences) {
            if (difference.breaks()) {
                steps.add(sync.step(difference));
                if (difference.kind() == Kind.TABLE && difference.change() == Change.MISSING) {
                    steps.addAll(sync.foreignKeys(difference));
                }
            }
        }
        steps.sort(Comparator.comparing(Sync::rank));
        return List.copyOf(steps);
    }

    /** A key needs its columns, and a foreign key the other table's key. */
    private static int rank(Step step) {
        Kind kind = step.difference().kind();
        if (!step.canBeMended()) {
            return Integer.MAX_VALUE;
        }
        boolean addsForeignKey = kind == Kind.FOREIGN_KEY || step.mode() == Mode.ONE_BY_ONE && kind == Kind.TABLE;
        return addsForeignKey ? Kind.EXCLUSION.ordinal() : kind.ordinal();
    }

    private Step step(Difference difference) {
        Table table = expected.table(difference.table());
        Step step = table == null
                ? null
                : switch (difference.change()) {
                    case MISSING -> missing(difference, table);
                    case INVALID -> invalid(difference);
                    case EXTRA, CHANGED, RENAMED -> null;
                };
        return step != null ? step : new Step(difference, List.of(), Mode.TOGETHER, remedies.of(difference));
    }

    private @Nullable Step missing(Difference difference, Table table) {
        return switch (difference.kind()) {
            case TABLE -> new Step(difference, sql.create(table), Mode.TOGETHER, null);
            case COLUMN -> missingColumn(difference, table.column(difference.name()));
            case DEFAULT ->
                together(
                        difference,
                        null,
                        sql.alterColumn(table.name(), difference.name()) + "set default " + difference.expected());
            case IDENTITY -> missingIdentity(difference);
            case PRIMARY_KEY, FOREIGN_KEY, UNIQUE, CHECK, EXCLUSION ->
                table.constraints().stream()
                        .filter(constraint -> constraint.name().equals(difference.name()))
                        .findFirst()
                        .map(constraint -> missingConstraint(difference, constraint))
                        .orElse(null);
            case INDEX ->
                table.indexes().stream()
                        .filter(index -> index.name().equals(difference.name()))
                        .findFirst()
                        .map(index -> concurrently(difference, sql.createConcurrently(table.name(), index)))
                        .orElse(null);
            case STATISTICS ->
                table.statistics().stream()
                        .filter(statistics -> statistics.name().equals(difference.name()))
                        .findFirst()
                        .map(statistics -> together(difference, null, sql.create(table.name(), statistics)))
                        .orElse(null);
            default -> null;
        };
    }

    private @Nullable Step missingColumn(Difference difference, @Nullable Column column) {
        boolean hasRows = filled.contains(difference.table());
        if (column == null || (hasRows && !column.fillsItself())) {
            return null;
        }
        boolean rewrites = hasRows && column.identity() != Column.Identity.NONE;
        return together(difference, rewrites ? HOLDS_THE_TABLE : null, sql.addColumn(difference.table(), column));
    }

    private @Nullable Step missingIdentity(Difference difference) {
        Table table = actual.table(difference.table());
        Column column = table == null ? null : table.column(difference.name());
        if (column == null || column.nullable() || column.defaultExpression() != null) {
            // Postgres wants a column that is not null and has no other source of values
            return null;
        }
        return together(
                difference,
                null,
                sql.alterColumn(difference.table(), difference.name()) + "add " + difference.expected(),
                sql.continueNumbers(difference.table(), difference.name()));
    }

    private @Nullable Step missingConstraint(Difference difference, Constraint constraint) {
        String add = sql.addConstraint(difference.table(), constraint);
        return switch (constraint.kind()) {
            case FOREIGN_KEY, CHECK ->
                new Step(
                        difference,
                        List.of(add + " not valid", sql.validate(difference.table(), constraint.name())),
                        Mode.ONE_BY_ONE,
                        null);
            case PRIMARY_KEY ->
                remedies.nullableKeyColumns(difference.table(), constraint).isEmpty()
                        ? together(difference, filled.contains(difference.table()) ? HOLDS_THE_TABLE : null, add)
                        : null;
            case UNIQUE, EXCLUSION -> together(difference, HOLDS_THE_TABLE, add);
        };
    }

    private @Nullable Step invalid(Difference difference) {
        if (difference.kind() == Kind.INDEX) {
            return concurrently(difference, "reindex index concurrently " + sql.qualified(difference.name()));
        }
        return new Step(
                difference, List.of(sql.validate(difference.table(), difference.name())), Mode.ONE_BY_ONE, null);
    }

    private List<Step> foreignKeys(Difference missingTable) {
        Table table = expected.table(missingTable.table());
        return table == null
                ? List.of()
                : table.constraints().stream()
                        .filter(constraint -> constraint.kind() == Constraint.Kind.FOREIGN_KEY)
                        .map(key -> new Step(
                                missingTable,
                                List.of(
                                        sql.addConstraint(table.name(), key) + " not valid",
                                        sql.validate(table.name(), key.name())),
                                Mode.ONE_BY_ONE,
                                null))
                        .toList();
    }

    private static Step together(Difference difference, @Nullable String remark, String... statements) {
        return new Step(difference, List.of(statements), Mode.TOGETHER, remark);
    }

    private static Step concurrently(Difference difference, String statement) {
        return new Step(difference, List.of(statement), Mode.CONCURRENTLY, null);
    }
}
