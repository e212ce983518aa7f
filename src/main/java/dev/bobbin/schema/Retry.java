package dev.bobbin.schema;

import static dev.bobbin.schema.SchemaException.Kind.FAILED;
import static dev.bobbin.schema.SchemaException.Kind.UNREACHABLE;

import dev.bobbin.database.connect.NetworkFailure;
import dev.bobbin.database.pool.Backoff;
import dev.bobbin.database.pool.ConnectFailure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.jspecify.annotations.Nullable;

/**
 * Retries schema work while the database does not answer, and after a lock timeout or a lost connection, when Postgres has
 * rolled back what was begun. Gives up when that has lasted as long as the target's timeout.
 */
final class Retry {

    private static final Backoff PAUSE = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(8));

    /** In a row, over a few seconds: a name that does not exist stays unknown, and one may be about to be published. */
    private static final int LOOKUPS = 4;

    private static final String LOST = "The connection was lost";

    private final SchemaTarget target;
    private final Consumer<String> progress;
    private long since = System.nanoTime();
    private int failures;
    private int unknownHosts;
    private boolean worked;

    Retry(SchemaTarget target, Consumer<String> progress) {
        this.target = target;
        this.progress = progress;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    int attempts() {
        return failures + 1;
    }

    /** Forgets earlier failures, after work that will not be done again. */
    void succeeded() {
        since = System.nanoTime();
        failures = 0;
        worked = false;
    }

    /**
     * Pauses before the next attempt.
     *
     * @param connected whether the work failed, and not the attempt to connect
     * @throws SchemaException when the next attempt would fail the same way, or it is too late for one
     */
    void after(Exception failure, boolean connected) {
        if (connected && !worked) {
            // the time that the work takes until it fails for the first time does not count
            since = System.nanoTime();
            worked = true;
        }
        failures++;
        String reason = connected ? workMaySucceed(failure) : connectMaySucceed(failure);
        long left = target.timeout().minus(elapsed()).toNanos();
        if (reason == null || left <= 0) {
            SchemaException.Kind kind = connected && !LOST.equals(reason) ? FAILED : UNREACHABLE;
            throw new SchemaException(kind, connected ? workFailed(failure) : connectFailed(failure, reason), failure);
        }
        String cause = connected ? " (" + ServerMessage.oneLine(failure) + ")" : "";
        progress.accept(reason + cause + "; trying again");
        pause(Math.min(PAUSE.full(failures), left));
    }

    /** @throws SchemaException when the thread is interrupted */
    static void pause(long nanos) {
        try {
            Thread.sleep(Duration.ofNanos(nanos).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemaException(UNREACHABLE, "Interrupted while waiting for the database", e);
        }
    }

    /** Why another attempt may succeed; null when it would not. */
    private @Nullable String connectMaySucceed(Exception failure) {
        ConnectFailure meaning = ConnectFailure.of(failure, target.url());
        unknownHosts = NetworkFailure.isUnknownHost(failure) ? unknownHosts + 1 : 0;
        return meaning.isHopeless() || unknownHosts == LOOKUPS ? null : meaning.reason();
    }

    private String connectFailed(Exception failure, @Nullable String reason) {
        return reason == null
                ? ConnectFailure.of(failure, target.url()).reason()
                : reason + ". Gave up after " + target.timeout().toSeconds()
                        + " s (bobbin.migrate-timeout is how long to try)";
    }

    private static @Nullable String workMaySucceed(Exception failure) {
        SQLException cause = ServerMessage.cause(failure);
        return switch (ServerMessage.sqlState(failure)) {
            case "55P03", "40P01" -> "Others hold locks on the tables";
            // of their class only a full disk and a configured limit do not pass by themselves
            case "53000", "53200", "53300" -> "The database has no room for another session";
            case "", "57014", "53100", "53400" -> null;
            default -> cause != null && !ConnectFailure.of(cause).isHopeless() ? LOST : null;
        };
    }

    private String workFailed(Exception failure) {
        String script =
                failure instanceof FlywayMigrateException e ? e.getMigration().getScript() + ": " : "";
        String remedy =
                switch (ServerMessage.sqlState(failure)) {
                    case "42501" ->
                        ". Grant the role the rights that it lacks, or set DATABASE_DIRECT_URL to a role that has them";
                    case "25006" ->
                        ". It is read-only: a replica, or set to default_transaction_read_only. Set"
                                + " DATABASE_DIRECT_URL to the primary";
                    case "55P03", "40P01" ->
                        ". Others held locks on the tables for all of "
                                + target.timeout().toSeconds() + " s; bobbin.migrate-timeout is how long to try";
                    default -> "";
                };
        return "Work on the " + target.where() + " failed, and what failed changed no table or row. " + script
                + ServerMessage.oneLine(failure) + remedy;
    }
}
