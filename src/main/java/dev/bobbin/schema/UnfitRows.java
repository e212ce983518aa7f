package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Rows of version 1 that no document can hold, or no key: V2 would fail, and not say which they are. */
final class UnfitRows {

    private static final int NAMED = 5;

    /** What the API takes for an id. An index holds some 2,700 bytes of owner and ids. */
    private static final int LONGEST_ID = 255;

    /** A document's time is of four digits for the year. A zone is ignored where the column has none. */
    private static final String TIME =
            "created_at < '0001-01-01 00:00:00+00' or created_at >= '10000-01-01 00:00:00+00'";

    /** Bytes of text. As JSON each may take six, and Postgres holds 1 GB in one value. */
    private static final int MOST_TEXT = 150_000_000;

    private record Rule(String condition, String words) {}

    private static final Rule TOO_MUCH = new Rule(
            "octet_length(content) > " + MOST_TEXT,
            "a content of more than " + MOST_TEXT + " bytes, which no document can hold; give them less");

    private UnfitRows() {}

    /**
     * Reads each table once, or not at all where the role may not.
     *
     * @return a sentence for each kind of them, with some ids and what to do; empty when every row fits
     */
    static List<String> of(Connection connection, String schema, boolean jsonMetadata) throws SQLException {
        Rule time = new Rule(TIME, "a created_at outside of the years 1 to 9999; give them another");
        List<Rule> threads = new ArrayList<>(List.of(time, tooLong("id")));
        if (jsonMetadata) {
            int server = connection.getMetaData().getDatabaseMajorVersion();
            threads.add(new Rule(notJsonb(server), "metadata that jsonb cannot hold, such as \\u0000; take that out"));
        }
        List<String> found = new ArrayList<>();
        find(connection, schema, "threads", threads, found);
        find(connection, schema, "thread_items", List.of(time, tooLong("id"), tooLong("thread_id"), TOO_MUCH), found);
        return found;
    }

    /** Which {@code json} is no {@code jsonb}. Before Postgres 16 there is only the commonest reason to look for. */
    static String notJsonb(int server) {
        return server >= 16
                ? "not pg_input_is_valid(metadata::text, 'jsonb')"
                : "metadata::text ~ '(^|[^\\\\])(\\\\\\\\)*\\\\u0000'";
    }

    private static Rule tooLong(String column) {
        return new Rule(
                "length(" + column + ") > " + LONGEST_ID,
                "a longer " + column + " than " + LONGEST_ID + " characters; give them a shorter one");
    }

    private static void find(Connection connection, String schema, String table, List<Rule> rules, List<String> found)
            throws SQLException {
        String name = Sql.quote(schema) + "." + Sql.quote(table);
        try (Statement statement = connection.createStatement()) {
            try (ResultSet may =
                    statement.executeQuery("select has_table_privilege(" + Sql.literal(name) + ", 'select')")) {
                if (!may.next() || !may.getBoolean(1)) {
                    return;
                }
            }
            List<String> counts = rules.stream()
                    .map(rule -> "count(*) filter (where " + rule.condition + ")")
                    .toList();
            List<Long> numbers = new ArrayList<>();
            try (ResultSet counted = statement.executeQuery("select " + String.join(", ", counts) + " from " + name)) {
                counted.next();
                for (int i = 1; i <= rules.size(); i++) {
                    numbers.add(counted.getLong(i));
                }
            }
            for (int i = 0; i < rules.size(); i++) {
                if (numbers.get(i) > 0) {
                    found.add(sentence(statement, name, table, rules.get(i), numbers.get(i)));
                }
            }
        }
    }

    private static String sentence(Statement statement, String name, String table, Rule rule, long count)
            throws SQLException {
        List<String> ids = new ArrayList<>();
        try (ResultSet result = statement.executeQuery(
                "select left(id, 60) from " + name + " where " + rule.condition + " order by id limit " + NAMED)) {
            while (result.next()) {
                ids.add(result.getString(1));
            }
        }
        return count + (count == 1 ? " row of " : " rows of ") + table + " (" + String.join(", ", ids)
                + (count > ids.size() ? ", …" : "") + ") with " + rule.words;
    }
}
