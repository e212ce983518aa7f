package dev.bobbin.schema;

import dev.bobbin.schema.Difference.Change;
import dev.bobbin.schema.Fact.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Adds what a schema lacks. It never drops, narrows, renames, changes a type or sets not null. */
final class Sync {

    private Sync() {}

    /**
     * A step for every breaking difference, and for what a missing table lacks. Those that can run come first, in the order in
     * which a schema can be built; the rest in the reverse order, since a key holds its columns.
     */
    static List<SyncStep> plan(Catalog expected, Catalog actual) {
        return Drift.between(expected, actual).stream()
                .filter(Difference::isBreaking)
                .flatMap(difference -> Stream.concat(Stream.of(difference), parts(expected, difference)))
                .map(difference -> Remedy.of(difference, expected, actual))
                .sorted(Comparator.comparing(Sync::rank))
                .toList();
    }

    /** The plan in words, for tables that should be of a version. */
    static List<String> advice(int version, Catalog actual) {
        return plan(Catalog.expected(version), actual).stream()
                .map(SyncStep::advice)
                .toList();
    }

    private static int rank(SyncStep step) {
        int kind = step.difference().kind().ordinal();
        return step.canRun() ? kind : 2 * Kind.values().length - kind;
    }

    private static Stream<Difference> parts(Catalog expected, Difference difference) {
        boolean missingTable = difference.kind() == Kind.TABLE && difference.change() == Change.MISSING;
        return expected.of(difference.table())
                .filter(fact -> missingTable && fact.kind().isPart())
                .map(Difference::missing);
    }

    /**
     * Runs a step, and returns it with what came of it. Waits for a table's locks for at most 5 seconds, since all others wait
     * after a session that waits; indexes are built without such locks, and wait for all older transactions.
     *
     * @param connection direct, not through a pooler, and in autocommit
     */
    static SyncStep run(Connection connection, SyncStep step) {
        if (!step.canRun()) {
            return step;
        }
        long start = System.nanoTime();
        String failure = null;
        try (Statement statement = connection.createStatement()) {
            for (String sql : step.statements()) {
                boolean concurrently = sql.contains(" index concurrently ");
                statement.execute("set lock_timeout = " + (concurrently ? "0" : "'5s'"));
                statement.execute(sql);
            }
            statement.execute("set lock_timeout = 0");
        } catch (SQLException e) {
            failure = ServerMessage.withRows(e);
        }
        return step.ended(failure, (System.nanoTime() - start) / 1_000_000);
    }
}
