package dev.bobbin.database.catalog;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The results of one executed statement that holds many, in their order; those without rows are passed over. */
final class Answers {

    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private final PreparedStatement statement;

    Answers(PreparedStatement statement) {
        this.statement = statement;
    }

    <T> List<T> next(Row<T> mapper) throws SQLException {
        List<T> all = new ArrayList<>();
        try (ResultSet rows = nextRows()) {
            while (rows.next()) {
                all.add(mapper.of(rows));
            }
        }
        return all;
    }

    /** By the name in the first column. */
    <T> Map<String, List<T>> nextByTable(Row<T> mapper) throws SQLException {
        Map<String, List<T>> all = new HashMap<>();
        try (ResultSet rows = nextRows()) {
            while (rows.next()) {
                all.computeIfAbsent(rows.getString(1), table -> new ArrayList<>())
                        .add(mapper.of(rows));
            }
        }
        return all;
    }

    private ResultSet nextRows() throws SQLException {
        ResultSet rows = statement.getResultSet();
        while (rows == null) {
            statement.getMoreResults();
            rows = statement.getResultSet();
        }
        statement.getMoreResults(Statement.KEEP_CURRENT_RESULT);
        return rows;
    }
}
