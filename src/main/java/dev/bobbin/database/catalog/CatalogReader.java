package dev.bobbin.database.catalog;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the catalog of a schema. Any role can, whether it may use the tables or not. All questions travel together: two
 * round trips, and two more inside of a transaction.
 */
public final class CatalogReader {

    private CatalogReader() {}

    /** All of the schema, without what belongs to extensions. Otherwise as {@link #read(Connection, String, Set)}. */
    public static Catalog read(Connection connection, String schema) throws SQLException {
        return read(connection, schema, null);
    }

    /**
     * The tables of these names in full, and the others by name, kind and persistence only. Changes nothing in the
     * database or of the connection's state: a transaction that was begun goes on. May wait as long as another session
     * holds an exclusive lock on one of the tables.
     *
     * @param inFull names of tables, null for all
     * @throws SQLException also when the connection was in a failed transaction
     */
    public static Catalog read(Connection connection, String schema, @Nullable Set<String> inFull) throws SQLException {
        // a session's temporary tables come first unless the search path says otherwise, and would take the names of
        // ours
        String searchPath = "set local search_path = " + Sql.quote(schema) + ", pg_temp";
        if (connection.getAutoCommit()) {
            connection.setAutoCommit(false);
            // a migration that ends meanwhile is seen wholly or not at all
            String snapshot = "set transaction isolation level repeatable read, read only; ";
            return undoing(
                    () -> {
                        connection.rollback();
                        connection.setAutoCommit(true);
                    },
                    () -> ask(connection, snapshot + searchPath, schema, inFull));
        }
        Savepoint before = connection.setSavepoint();
        return undoing(
                () -> {
                    connection.rollback(before);
                    connection.releaseSavepoint(before);
                },
                () -> ask(connection, searchPath, schema, inFull));
    }

    private interface Undo {
        void run() throws SQLException;
    }

    private interface Question {
        Catalog ask() throws SQLException;
    }

    /** What went wrong first is what is thrown: on a connection that was lost, undoing fails, too. */
    private static Catalog undoing(Undo undo, Question question) throws SQLException {
        Catalog answer;
        try {
            answer = question.ask();
        } catch (SQLException e) {
            try {
                undo.run();
            } catch (SQLException lost) {
                e.addSuppressed(lost);
            }
            throw e;
        }
        undo.run();
        return answer;
    }

    private static Catalog ask(Connection connection, String first, String schema, @Nullable Collection<String> inFull)
            throws SQLException {
        String sql = first + "; " + String.join("; ", CatalogQueries.ALL);
        Array names = inFull == null ? null : connection.createArrayOf("text", inFull.toArray());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            statement.setString(parameter++, schema);
            for (int question = 1; question < CatalogQueries.ALL.size(); question++) {
                statement.setString(parameter++, schema);
                statement.setArray(parameter++, names);
            }
            statement.execute();
            return new Catalog(schema, tables(new Answers(statement)));
        }
    }

    private static List<Table> tables(Answers answers) throws SQLException {
        record Head(String name, Table.Kind kind, boolean unlogged, boolean rowSecurity) {}
        List<Head> heads = answers.next(
                row -> new Head(row.getString(1), tableKind(row.getString(2)), row.getBoolean(3), row.getBoolean(4)));
        Map<String, List<Column>> columns = answers.nextByTable(row -> new Column(
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getBoolean(5),
                row.getString(6),
                identity(row.getString(7)),
                row.getString(8)));
        Map<String, List<Index>> indexes = answers.nextByTable(
                row -> new Index(row.getString(2), row.getBoolean(3), row.getBoolean(4), row.getString(5)));
        Map<String, List<Constraint>> constraints = answers.nextByTable(row -> new Constraint(
                row.getString(2), constraintKind(row.getString(3)), row.getString(4), row.getBoolean(5)));
        Map<String, List<Statistics>> statistics =
                answers.nextByTable(row -> new Statistics(row.getString(2), row.getString(3)));
        Map<String, List<String>> triggers = answers.nextByTable(row -> row.getString(2));
        Map<String, List<String>> views = answers.nextByTable(row -> row.getString(2));
        return heads.stream()
                .map(head -> new Table(
                        head.name,
                        head.kind,
                        head.unlogged,
                        head.rowSecurity,
                        columns.getOrDefault(head.name, List.of()),
                        indexes.getOrDefault(head.name, List.of()),
                        constraints.getOrDefault(head.name, List.of()),
                        statistics.getOrDefault(head.name, List.of()),
                        triggers.getOrDefault(head.name, List.of()),
                        views.getOrDefault(head.name, List.of())))
                .toList();
    }

    private static Table.Kind tableKind(String relkind) {
        return switch (relkind) {
            case "p" -> Table.Kind.PARTITIONED_TABLE;
            case "v" -> Table.Kind.VIEW;
            case "m" -> Table.Kind.MATERIALIZED_VIEW;
            case "f" -> Table.Kind.FOREIGN_TABLE;
            default -> Table.Kind.TABLE;
        };
    }

    private static Column.Identity identity(String attidentity) {
        return switch (attidentity) {
            case "a" -> Column.Identity.ALWAYS;
            case "d" -> Column.Identity.BY_DEFAULT;
            default -> Column.Identity.NONE;
        };
    }

    private static Constraint.Kind constraintKind(String contype) {
        return switch (contype) {
            case "p" -> Constraint.Kind.PRIMARY_KEY;
            case "f" -> Constraint.Kind.FOREIGN_KEY;
            case "u" -> Constraint.Kind.UNIQUE;
            case "x" -> Constraint.Kind.EXCLUSION;
            default -> Constraint.Kind.CHECK;
        };
    }
}
