package dev.bobbin.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.bobbin.schema.Fact.Kind;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What removes one difference, and its result. It never drops, narrows, renames, changes a type or sets not null.
 *
 * @param statements SQL, each to be committed before the next; none where adding cannot remove the difference
 * @param message what to know before it runs, or why it was not or cannot be run and what to do instead; null for nothing
 * @param milliseconds how long it took; 0 before it ran
 */
@RegisterForReflection
public record SyncStep(
        Difference difference,
        String summary,
        List<String> statements,
        Result result,
        @Nullable String message,
        long milliseconds) {

    public enum Result {
        PLANNED,
        FIXED,
        /** Postgres refused, or a lock timed out; the next plan shows what the step did before that. */
        FAILED,
        /** There was nothing to run. */
        NEEDS_OPERATOR
    }

    static SyncStep planned(Difference difference, @Nullable String message, List<String> statements) {
        Result result = statements.isEmpty() ? Result.NEEDS_OPERATOR : Result.PLANNED;
        return new SyncStep(difference, difference.describe(), statements, result, message, 0);
    }

    /** What comes first in a plan. */
    int rank() {
        int kind = difference.kind().ordinal();
        return canRun() ? kind : 2 * Kind.values().length - kind;
    }

    String advice() {
        return summary + "; " + (canRun() ? "add it: " + String.join("; ", statements) : message);
    }

    @JsonIgnore
    public boolean canRun() {
        return !statements.isEmpty();
    }

    /**
     * Runs it, and returns it with its result. Waits for a table's locks for at most 5 seconds, since all other sessions queue
     * after one that waits; indexes are built without such locks, and wait for all older transactions.
     *
     * @param connection direct, not through a pooler, and in autocommit
     */
    SyncStep run(Connection connection) {
        if (!canRun()) {
            return this;
        }
        long start = System.nanoTime();
        Result ended = Result.FIXED;
        String why = message;
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                boolean concurrently = sql.contains(" index concurrently ");
                statement.execute("set lock_timeout = " + (concurrently ? "0" : "'5s'"));
                statement.execute(sql);
            }
            statement.execute("set lock_timeout = 0");
        } catch (SQLException failure) {
            ended = Result.FAILED;
            why = ServerMessage.withRows(failure) + (message == null ? "" : ". " + message);
        }
        return new SyncStep(difference, summary, statements, ended, why, (System.nanoTime() - start) / 1_000_000);
    }
}
