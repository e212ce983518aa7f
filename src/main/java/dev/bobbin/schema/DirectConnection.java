package dev.bobbin.schema;

import static dev.bobbin.schema.SchemaException.Kind.UNREACHABLE;

import dev.bobbin.database.connect.DriverOptions;
import dev.bobbin.database.connect.TlsFailure;
import dev.bobbin.database.pool.Backoff;
import dev.bobbin.database.pool.ConnectFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A connection past the pooler, once the database answers: it may sleep, be starting, or be full for a moment.
 *
 * @param waited from the first attempt to the answer
 * @param attempts how many it took
 */
public record DirectConnection(Connection jdbc, Duration waited, int attempts) implements AutoCloseable {

    private static final Backoff PAUSE = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(8));

    /** Milliseconds without a word from the server after which a connection is given up; its statements are short. */
    private static final int SILENCE = 20_000;

    /**
     * Connects, and tries again for as long as the target's timeout says.
     *
     * @param progress is told of each attempt that failed, in a line
     * @throws SchemaException {@code UNREACHABLE}, when waiting did not help or would not
     */
    public static DirectConnection open(SchemaTarget target, Consumer<String> progress) {
        long start = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                PGSimpleDataSource source = DriverOptions.jdbc(new PGSimpleDataSource(), target.url());
                source.setLoginTimeout(Math.min(source.getLoginTimeout(), seconds(target.timeout())));
                Connection jdbc = source.getConnection();
                jdbc.setNetworkTimeout(Runnable::run, SILENCE);
                SessionSettings.apply(jdbc);
                return new DirectConnection(jdbc, Duration.ofNanos(System.nanoTime() - start), attempt);
            } catch (SQLException failure) {
                long left = target.timeout().toNanos() - (System.nanoTime() - start);
                refuseWhatWaitingDoesNotHelp(target, failure, left);
                progress.accept(
                        target.url() + " does not answer (" + ServerMessage.oneLine(failure) + "); trying again");
                sleep(Math.min(PAUSE.full(attempt), left));
            }
        }
    }

    private static void refuseWhatWaitingDoesNotHelp(SchemaTarget target, SQLException failure, long left) {
        TlsFailure.explain(failure, target.url()).ifPresent(why -> {
            throw new SchemaException(UNREACHABLE, why, failure);
        });
        if (ConnectFailure.of(failure) == ConnectFailure.HOPELESS) {
            throw new SchemaException(
                    UNREACHABLE,
                    target.url() + " refuses: " + ServerMessage.oneLine(failure)
                            + ". Check DATABASE_URL and the role's rights",
                    failure);
        }
        if (left <= 0) {
            throw new SchemaException(
                    UNREACHABLE,
                    target.url() + " did not answer for " + target.timeout().toSeconds() + " s: "
                            + ServerMessage.oneLine(failure) + ". Check DATABASE_URL and that the database runs"
                            + " (bobbin.migrate-timeout is how long to wait)",
                    failure);
        }
    }

    /** For one attempt, which is to find out something: a second at least. */
    private static int seconds(Duration patience) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, patience.toSeconds()));
    }

    /** What is asked of a database, or done to it. */
    interface Work<T> {
        T on(DirectConnection connection) throws SQLException;
    }

    /**
     * The answer to a question that changes nothing, over a connection of its own.
     *
     * @throws SchemaException when the database cannot be reached, or does not answer the question
     */
    static <T> T ask(SchemaTarget target, Consumer<String> progress, Work<T> question) {
        try (DirectConnection connection = open(target, progress)) {
            return question.on(connection);
        } catch (SQLException failure) {
            throw SchemaException.whileReading(target, failure);
        }
    }

    /** Does work that reads or builds whole tables: it may be silent for long, and wait for locks for long. */
    <T> T unhurried(Work<T> work) throws SQLException {
        jdbc.setNetworkTimeout(Runnable::run, 0);
        execute("set lock_timeout = 0");
        T result = work.on(this);
        execute("set lock_timeout = " + SessionSettings.LOCK_TIMEOUT);
        jdbc.setNetworkTimeout(Runnable::run, SILENCE);
        return result;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = jdbc.createStatement()) {
            statement.execute(sql);
        }
    }

    static void sleep(long nanos) {
        try {
            Thread.sleep(Duration.ofNanos(nanos).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemaException(UNREACHABLE, "It was interrupted while it waited for the database", e);
        }
    }

    @Override
    public void close() {
        try {
            jdbc.close();
        } catch (SQLException alreadyGone) {
            // it was to go anyway
        }
    }
}
