package dev.bobbin.database.catalog;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs the steps of {@link Sync}. */
public final class SyncRun {

    /** Who waits for a lock on a table makes all others wait behind it. */
    private static final String LOCK_TIMEOUT = "set local lock_timeout = '5s'";

    /** What {@code if not exists} says of a name that is taken: a table, index, column or statistics object. */
    private static final Set<String> NAME_IS_TAKEN = Set.of("42P07", "42701", "42710");

    private SyncRun() {}

    /** Is told how the work goes on. */
    public interface Listener {

        /** Before a step is run, which may take long. */
        default void begins(Step step) {}

        /** After each step, also after one that has nothing to run. */
        void ended(Outcome outcome);
    }

    /**
     * Of the catalog's tables those that have rows, or may have: all, when the role may not read them.
     *
     * @param connection in autocommit
     * @throws SQLException when the connection fails
     */
    public static Set<String> filledTables(Connection connection, Catalog catalog) throws SQLException {
        Sql sql = new Sql(catalog.schema());
        Set<String> filled = new HashSet<>();
        for (Table table : catalog.tables()) {
            if (table.kind() != Table.Kind.TABLE || !ExpectedSchema.TABLES.contains(table.name())) {
                continue;
            }
            try (Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery("select 1 from " + sql.qualified(table.name()) + " limit 1")) {
                if (row.next()) {
                    filled.add(table.name());
                }
            } catch (SQLException e) {
                if (!"42501".equals(e.getSQLState())) {
                    throw e;
                }
                filled.add(table.name());
            }
        }
        return filled;
    }

    /**
     * Runs the steps one after another. One that fails does not stop the others, and its outcome says why. Waits for the
     * locks of a table at most 5 seconds; indexes are built without such locks, and wait for all older transactions.
     *
     * @param connection direct, not through a pooler, and in autocommit, as it is left
     * @return one outcome for each step, in their order
     * @throws SQLException only when the connection cannot be used at all
     */
    public static List<Outcome> run(Connection connection, List<Step> steps, Listener listener) throws SQLException {
        if (!connection.getAutoCommit()) {
            throw new IllegalArgumentException("the connection must be in autocommit");
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Step step : steps) {
            Outcome outcome = step.canBeMended()
                    ? run(connection, step, listener)
                    : new Outcome(step, Outcome.Result.NOT_MENDED, step.remark(), 0);
            listener.ended(outcome);
            outcomes.add(outcome);
        }
        return List.copyOf(outcomes);
    }

    private static Outcome run(Connection connection, Step step, Listener listener) {
        listener.begins(step);
        long start = System.nanoTime();
        String failure = null;
        try {
            switch (step.mode()) {
                case TOGETHER -> failure = inTransaction(connection, step.statements());
                case ONE_BY_ONE -> {
                    for (String statement : step.statements()) {
                        failure = failure == null ? inTransaction(connection, List.of(statement)) : failure;
                    }
                }
                case CONCURRENTLY -> {
                    for (String statement : step.statements()) {
                        failure = failure == null ? execute(connection, statement) : failure;
                    }
                }
            }
        } catch (SQLException e) {
            failure = inOneLine(e);
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        Outcome.Result result = failure == null ? Outcome.Result.MENDED : Outcome.Result.FAILED;
        return new Outcome(step, result, failure, millis);
    }

    private static @Nullable String inTransaction(Connection connection, List<String> statements) throws SQLException {
        connection.setAutoCommit(false);
        String skipped = null;
        try {
            execute(connection, LOCK_TIMEOUT);
            for (String statement : statements) {
                skipped = skipped == null ? execute(connection, statement) : skipped;
            }
            if (skipped == null) {
                connection.commit();
            } else {
                connection.rollback();
            }
        } catch (SQLException e) {
            try {
                connection.rollback();
                connection.setAutoCommit(true);
            } catch (SQLException lost) {
                // what ended the connection says more than that it has ended
                e.addSuppressed(lost);
            }
            throw e;
        }
        connection.setAutoCommit(true);
        return skipped;
    }

    /** Null, or why Postgres did nothing. */
    private static @Nullable String execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                if (NAME_IS_TAKEN.contains(warning.getSQLState())) {
                    return inOneLine(warning);
                }
            }
            return null;
        }
    }

    private static String inOneLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().map(String::strip).collect(Collectors.joining(" "));
    }
}
