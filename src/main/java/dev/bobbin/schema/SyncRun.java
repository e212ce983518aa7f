package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Runs the steps of {@link Sync}. */
final class SyncRun {

    /** A session that waits for a lock on a table makes all others wait after it. */
    private static final String LOCK_TIMEOUT = "set local lock_timeout = '5s'";

    /** What {@code if not exists} says of a name that is taken: a table, index, column or statistics object. */
    private static final Set<String> NAME_IS_TAKEN = Set.of("42P07", "42701", "42710");

    private SyncRun() {}

    /** Of our tables those that have rows, or may have: all of them when the role may not read them. */
    static Set<String> filledTables(Connection connection, Catalog catalog) throws SQLException {
        Set<String> filled = new HashSet<>();
        for (String table : Catalog.TABLES) {
            if (!"table".equals(catalog.kindOf(table))) {
                continue;
            }
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "select 1 from " + Sql.quote(catalog.schema()) + "." + Sql.quote(table) + " limit 1")) {
                if (row.next()) {
                    filled.add(table);
                }
            } catch (SQLException e) {
                if (!"42501".equals(e.getSQLState())) {
                    throw e;
                }
                filled.add(table);
            }
        }
        return filled;
    }

    /**
     * The steps with what came of each. One that fails does not stop the others. Waits for a table's locks for at most 5
     * seconds; indexes are built without such locks, and wait for all older transactions.
     *
     * @param connection direct, not through a pooler, and in autocommit, as it is left
     */
    static UnaryOperator<SyncStep> on(Connection connection) {
        return step -> step.canRun() ? run(connection, step) : step;
    }

    private static SyncStep run(Connection connection, SyncStep step) {
        long start = System.nanoTime();
        String failure = null;
        try {
            for (String statement : step.statements()) {
                failure = failure != null ? failure : execute(connection, statement);
            }
        } catch (SQLException e) {
            failure = ServerMessage.withRows(e);
        }
        return step.ended(failure, (System.nanoTime() - start) / 1_000_000);
    }

    /** Null, or why Postgres did nothing. */
    private static @Nullable String execute(Connection connection, String sql) throws SQLException {
        if (sql.contains(" index concurrently ")) {
            return skipped(connection, sql);
        }
        connection.setAutoCommit(false);
        try {
            skipped(connection, LOCK_TIMEOUT);
            String skipped = skipped(connection, sql);
            if (skipped == null) {
                connection.commit();
            } else {
                connection.rollback();
            }
            connection.setAutoCommit(true);
            return skipped;
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
    }

    private static @Nullable String skipped(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                if (NAME_IS_TAKEN.contains(String.valueOf(warning.getSQLState()))) {
                    return ServerMessage.oneLine(warning);
                }
            }
            return null;
        }
    }
}
