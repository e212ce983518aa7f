package dev.bobbin.database.migration;

import static dev.bobbin.database.migration.SchemaException.Kind.FAILED;

import dev.bobbin.database.pool.Backoff;
import dev.bobbin.database.pool.ConnectFailure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.jspecify.annotations.Nullable;

/** Tries work on a schema again that others' locks or a lost connection broke off; what was begun was undone by then. */
final class Attempts {

    private static final Backoff PAUSE = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(8));

    /** Lock not available, deadlock. */
    private static final Set<String> LOCKED = Set.of("55P03", "40P01");

    /** A full disk and a limit that somebody set: of its class only the rest passes. */
    private static final Set<String> STAYS = Set.of("53100", "53400");

    private static final String CANCELED = "57014";

    private final SchemaTarget target;
    private final Consumer<String> news;

    Attempts(SchemaTarget target, Consumer<String> news) {
        this.target = target;
        this.news = news;
    }

    /** Work that may be done from the start again. */
    interface Work<T> {
        T run() throws SQLException;
    }

    /**
     * Runs it until it succeeds, or has failed for as long as the target's patience says. The time that it takes to succeed
     * is not counted.
     *
     * @throws SchemaException {@code FAILED}, with the database's reason
     */
    <T> T of(Work<T> work) {
        long firstFailure = 0;
        for (int attempt = 1; ; attempt++) {
            try {
                return work.run();
            } catch (SQLException | FlywayException failure) {
                firstFailure = attempt == 1 ? System.nanoTime() : firstFailure;
                SQLException cause = sqlCause(failure);
                String passing = cause == null ? null : passing(cause);
                long left = target.patience().toNanos() - (System.nanoTime() - firstFailure);
                if (cause == null || passing == null || left <= 0) {
                    throw new SchemaException(FAILED, inWords(failure, cause), failure);
                }
                news.accept(passing + " (" + SchemaException.oneLine(cause)
                        + "); what was not finished is undone, trying again");
                DirectConnection.sleep(Math.min(PAUSE.full(attempt), left));
            }
        }
    }

    /** What is said of a failure that another attempt may not meet; null of one that it will. */
    private static @Nullable String passing(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        if (LOCKED.contains(state)) {
            return "Others hold locks on the tables";
        }
        if (state.startsWith("53") && !STAYS.contains(state)) {
            return "The database has no room for another session";
        }
        return !state.equals(CANCELED) && ConnectFailure.isOfTheConnection(failure) ? "The connection was lost" : null;
    }

    private String inWords(Exception failure, @Nullable SQLException cause) {
        String state = cause == null ? "" : String.valueOf(cause.getSQLState());
        String which = failure instanceof FlywayMigrateException migration
                ? migration.getMigration().getScript() + ": "
                : "";
        return "The " + target.where() + " cannot be migrated; nothing was changed by"
                + " the migration that failed. " + which
                + SchemaException.oneLine(cause == null ? failure : cause)
                + switch (state) {
                    case "42501" ->
                        ". Give the role the rights that it lacks, or let one migrate that has them, by"
                                + " DATABASE_DIRECT_URL";
                    case "25006" -> ". It is a replica, or set to read-only: migrate the primary";
                    case "55P03", "40P01" ->
                        ". Others held locks on the tables for all of "
                                + target.patience().toSeconds() + " s; bobbin.migrate-timeout is how long to try";
                    default -> "";
                };
    }

    private static @Nullable SQLException sqlCause(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLException e) {
                return e;
            }
        }
        return null;
    }
}
