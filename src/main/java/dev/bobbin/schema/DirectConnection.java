package dev.bobbin.schema;

import dev.bobbin.database.connect.DriverOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A connection past the pooler, which may have waited for the database to wake or to start.
 *
 * @param waited from the first attempt until it was open
 */
public record DirectConnection(Connection jdbc, Duration waited, int attempts) implements AutoCloseable {

    /** Milliseconds that a statement waits for a lock: calls that queue after it wait no longer than that. */
    static final int LOCK_TIMEOUT = 3000;

    /** Milliseconds without an answer after which a connection is given up; most statements are short. */
    private static final int SILENCE = 20_000;

    /** Against what a role or a database may set: limits, and what changes the meaning of SQL or of the catalog's texts. */
    private static final String SETTINGS =
            """
            do $$
            declare
                setting text;
            begin
                foreach setting in array array['statement_timeout=0', 'idle_in_transaction_session_timeout=0',
                    'standard_conforming_strings=on', 'quote_all_identifiers=off', 'client_min_messages=notice',
                    -- a role to which policies hide rows fails, rather than to work on a part of them
                    'row_security=off',
                    -- the locks of a client that vanished are released soon
                    'tcp_keepalives_idle=10', 'tcp_keepalives_interval=5', 'tcp_keepalives_count=3',
                    'client_connection_check_interval=2s', 'idle_session_timeout=0', 'transaction_timeout=0',
                    'lock_timeout=%s']
                loop
                    begin
                        perform set_config(split_part(setting, '=', 1), split_part(setting, '=', 2), false);
                    exception when others then
                        null; -- some versions and systems do not have it
                    end;
                end loop;
            end $$""";

    /** A parameter as Postgres itself writes it, which the driver does not know. */
    private static final Pattern NUMBERED = Pattern.compile("\\$(\\d+)");

    /** Work that may be done again from its start. */
    public interface Work<T> {
        T on(DirectConnection connection) throws SQLException;
    }

    /** Reads the current row of a result. */
    public interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    /**
     * Does work over a connection of its own, and retries it as {@link Retry} says.
     *
     * @param progress is told of each attempt that failed, in a line
     * @throws SchemaException when the database cannot be reached, or the work fails
     */
    static <T> T ask(SchemaTarget target, Consumer<String> progress, Work<T> work) {
        return ask(target, new Retry(target, progress), work);
    }

    static <T> T ask(SchemaTarget target, Retry retry, Work<T> work) {
        while (true) {
            boolean connected = false;
            try (DirectConnection connection = open(target, retry)) {
                connected = true;
                connection.jdbc.setNetworkTimeout(Runnable::run, SILENCE);
                connection.execute(settings(LOCK_TIMEOUT));
                return work.on(connection);
            } catch (SQLException | FlywayException failure) {
                retry.after(failure, connected);
            }
        }
    }

    private static DirectConnection open(SchemaTarget target, Retry retry) throws SQLException {
        PGSimpleDataSource source = DriverOptions.jdbc(new PGSimpleDataSource(), target.url());
        long seconds = Math.min(source.getLoginTimeout(), target.timeout().toSeconds());
        source.setLoginTimeout((int) Math.max(1, seconds));
        Connection jdbc = source.getConnection();
        return new DirectConnection(jdbc, retry.elapsed(), retry.attempts());
    }

    /** @param lockTimeout in milliseconds; 0 waits without limit */
    static String settings(int lockTimeout) {
        return SETTINGS.formatted(lockTimeout);
    }

    /** Does work that reads or builds whole tables: neither silence nor locks end it. */
    <T> T unhurried(Work<T> work) throws SQLException {
        jdbc.setNetworkTimeout(Runnable::run, 0);
        try {
            execute("set lock_timeout = 0");
            T result = work.on(this);
            execute("set lock_timeout = " + LOCK_TIMEOUT);
            return result;
        } finally {
            // a lost connection would hide why it was lost
            if (!jdbc.isClosed()) {
                jdbc.setNetworkTimeout(Runnable::run, SILENCE);
            }
        }
    }

    public void execute(String sql) throws SQLException {
        try (Statement statement = jdbc.createStatement()) {
            statement.execute(sql);
        }
    }

    /** @param parameters for the query's question marks, or for $1 and so on; an array of strings is a {@code text[]} */
    public <T> List<T> all(String query, Row<T> row, @Nullable Object... parameters) throws SQLException {
        List<T> all = new ArrayList<>();
        List<Integer> numbers = NUMBERED.matcher(query)
                .results()
                .map(number -> Integer.valueOf(number.group(1)))
                .toList();
        int count = numbers.isEmpty() ? parameters.length : numbers.size();
        try (PreparedStatement statement =
                jdbc.prepareStatement(NUMBERED.matcher(query).replaceAll("?"))) {
            // a plan for any owner would be chosen after ten times, which may read whole tables
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
            for (int i = 0; i < count; i++) {
                Object parameter = parameters[numbers.isEmpty() ? i : numbers.get(i) - 1];
                statement.setObject(
                        i + 1,
                        parameter instanceof OffsetDateTime[] times
                                ? jdbc.createArrayOf("timestamptz", times)
                                : parameter);
            }
            ResultSet result = statement.executeQuery();
            while (result.next()) {
                all.add(row.of(result));
            }
        }
        return all;
    }

    /** The first column of the first row; null without a row. */
    public @Nullable String first(String query, @Nullable Object... parameters) throws SQLException {
        return all(query, row -> Optional.ofNullable(row.getString(1)), parameters).stream()
                .findFirst()
                .flatMap(first -> first)
                .orElse(null);
    }

    @Override
    public void close() {
        try {
            jdbc.close();
        } catch (SQLException lost) {
            // it is closed anyway
        }
    }
}
