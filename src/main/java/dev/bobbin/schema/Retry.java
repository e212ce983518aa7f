package dev.bobbin.schema;

import static dev.bobbin.schema.SchemaException.Kind.FAILED;

import dev.bobbin.database.pool.Backoff;
import dev.bobbin.database.pool.ConnectFailure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.jspecify.annotations.Nullable;

/** Retries schema work after a lock timeout or a lost connection; Postgres has rolled back what was begun. */
final class Retry {

    private static final Backoff PAUSE = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(8));

    /** Lock not available, deadlock. */
    private static final Set<String> LOCKED = Set.of("55P03", "40P01");

    /** A full disk and a configured limit, which do not pass by themselves as the rest of their class does. */
    private static final Set<String> STAYS = Set.of("53100", "53400");

    private static final String CANCELED = "57014";

    private final SchemaTarget target;
    private final Consumer<String> progress;

    Retry(SchemaTarget target, Consumer<String> progress) {
        this.target = target;
        this.progress = progress;
    }

    /** Work that may be done from the start again. */
    interface Work<T> {
        T run() throws SQLException;
    }

    /**
     * Runs it until it succeeds, or has failed for as long as the target's timeout says. The time that it takes to succeed
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
                String reason = cause == null ? null : reason(cause);
                long left = target.timeout().toNanos() - (System.nanoTime() - firstFailure);
                if (cause == null || reason == null || left <= 0) {
                    throw new SchemaException(FAILED, explain(failure, cause), failure);
                }
                progress.accept(reason + " (" + ServerMessage.oneLine(cause)
                        + "); what was not finished is rolled back, trying again");
                DirectConnection.sleep(Math.min(PAUSE.full(attempt), left));
            }
        }
    }

    /** Why another attempt may succeed; null when it would fail the same way. */
    private static @Nullable String reason(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        if (LOCKED.contains(state)) {
            return "Others hold locks on the tables";
        }
        if (state.startsWith("53") && !STAYS.contains(state)) {
            return "The database has no room for another session";
        }
        return !state.equals(CANCELED) && ConnectFailure.isOfTheConnection(failure) ? "The connection was lost" : null;
    }

    private String explain(Exception failure, @Nullable SQLException cause) {
        String state = cause == null ? "" : String.valueOf(cause.getSQLState());
        String which = failure instanceof FlywayMigrateException migration
                ? migration.getMigration().getScript() + ": "
                : "";
        return "The " + target.where() + " cannot be migrated; nothing was changed by"
                + " the migration that failed. " + which
                + ServerMessage.oneLine(cause == null ? failure : cause)
                + switch (state) {
                    case "42501" ->
                        ". Grant the role the rights that it lacks, or migrate as a role that has them, by"
                                + " DATABASE_DIRECT_URL";
                    case "25006" ->
                        ". It is read-only: a replica, or set to default_transaction_read_only. Let DATABASE_DIRECT_URL"
                                + " lead to the primary";
                    case "55P03", "40P01" ->
                        ". Others held locks on the tables for all of "
                                + target.timeout().toSeconds() + " s; bobbin.migrate-timeout is how long to try";
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
