package dev.bobbin.support;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** The statements that the server says it executed for an application, read from its log. */
public final class StatementLog {

    /** Generous: the log's writer is a process of its own. */
    private static final int TRIES = 500;

    private static final String EXECUTE = "execute ";

    private final String url;

    public StatementLog(String url) {
        this.url = url;
    }

    /** The statements, in order, that came of {@code work} in the database of the URL; those of this class left out. */
    public List<String> during(Runnable work) throws Exception {
        return linesDuring(work).stream()
                .map(line -> line.substring(line.indexOf(": ") + 2).strip())
                .toList();
    }

    /**
     * By which prepared statement each of them was executed that was executed by one: its name, or {@code <unnamed>}, which
     * the next one replaces.
     */
    public List<String> preparedNamesDuring(Runnable work) throws Exception {
        return linesDuring(work).stream()
                .filter(line -> line.startsWith(EXECUTE))
                .map(line -> line.substring(EXECUTE.length(), line.indexOf(": ")))
                .toList();
    }

    private List<String> linesDuring(Runnable work) throws Exception {
        try (Connection connection = TestDatabase.get().connect(url)) {
            long from = length(connection);
            String begin = mark(connection);
            work.run();
            String end = mark(connection);
            for (int i = 0; i < TRIES; i++) {
                String log = read(connection, from);
                int to = log.indexOf(end);
                if (to >= 0) {
                    return lines(log.substring(log.indexOf(begin), to));
                }
                Thread.sleep(10);
            }
        }
        throw new AssertionError("the mark does not come up in the log");
    }

    private List<String> lines(String log) {
        String prefix = url.substring(url.lastIndexOf('/') + 1) + ",bobbin,LOG:  ";
        return Stream.of(log.split("\n"))
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .filter(line -> line.startsWith(EXECUTE) || line.startsWith("statement: "))
                .toList();
    }

    private static String mark(Connection connection) throws SQLException {
        String mark = "mark-" + UUID.randomUUID();
        try (var statement = connection.createStatement()) {
            statement.execute("select '" + mark + "'");
        }
        return mark;
    }

    private static long length(Connection connection) throws SQLException {
        return Long.parseLong(value(connection, "select (pg_stat_file(pg_current_logfile())).size"));
    }

    private static String read(Connection connection, long from) throws SQLException {
        return value(
                connection,
                "select encode(pg_read_binary_file(f, " + from + ", (pg_stat_file(f)).size - " + from + "), 'escape')"
                        + " from (select pg_current_logfile() as f) as log");
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
