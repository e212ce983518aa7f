package dev.bobbin.database;

import static dev.bobbin.problem.ProblemType.DATABASE_UNAVAILABLE;
import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.REFUSED_BY_DATABASE;

import dev.bobbin.database.pool.RetryReason;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Translates failures of the database into problems, by SQLSTATE and constraint name. Only {@link RetryReason} looks at messages. */
public final class DatabaseErrors {

    private static final String FOREIGN_KEY_VIOLATION = "23503";

    private static final String REFUSED =
            "A trigger or a constraint that was added to this database refuses it; nothing was stored";

    /**
     * 08 connection exception, 40 transaction rollback, 53 insufficient resources, 57 operator intervention, 58 system
     * error, 28 invalid authorization, 3D no such database, 55P03 lock not available, XX000 all errors of Neon's proxy.
     */
    private static final Set<String> UNAVAILABLE = Set.of("08", "40", "53", "57", "58", "28", "3D", "55P03", "XX000");

    /**
     * P0 raised by PL/pgSQL, 23 integrity constraint violation, 44 with check option, 09 and 27 triggers, 2F, 38 and 39
     * routines, 22001 a text too long for its column. Our own statements break no constraint of ours but the foreign key
     * that {@link #foreignKey} recognizes.
     */
    private static final Set<String> RULES = Set.of("P0", "23", "44", "09", "27", "2F", "38", "39", "22001");

    private DatabaseErrors() {}

    /**
     * The row that a write of one row returned.
     *
     * @throws dev.bobbin.problem.ProblemException if a trigger that returns null suppressed the write
     */
    public static Row written(RowSet<Row> rows) {
        return written(rows, 1).iterator().next();
    }

    /** The same for a write of so many rows. */
    public static RowSet<Row> written(RowSet<Row> rows, int sent) {
        int skipped = sent - rows.size();
        if (skipped == 0) {
            return rows;
        }
        String detail = skipped == sent
                ? REFUSED
                : "A trigger that was added to this database skips " + skipped + " of " + sent + " items";
        throw REFUSED_BY_DATABASE.because(detail, new SQLException("a trigger returned null, or a rule does nothing"));
    }

    /**
     * Recognizes the violation of the foreign key of this name. In a distributed Postgres the error of another node has that
     * name with a shard's number, or none.
     */
    public static Predicate<Throwable> foreignKey(String constraint) {
        return failure -> Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .anyMatch(cause -> cause instanceof PgException e
                        && FOREIGN_KEY_VIOLATION.equals(e.getSqlState())
                        && (e.getConstraint() == null || e.getConstraint().matches(constraint + "(_\\d+)?")));
    }

    /** The problem that a failed statement is for its caller; the failure itself when it is an unforeseen one. */
    public static Throwable translate(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException e) {
                return ofSqlState(e.getSqlState(), failure, e);
            }
            // Hibernate Reactive turns each PgException into one
            if (cause instanceof SQLException e) {
                return ofSqlState(e.getSQLState(), failure, null);
            }
            // a lost connection, or none to be had
            if (cause instanceof IOException
                    || cause instanceof VertxException
                    || cause instanceof TimeoutException
                    || cause instanceof NoStackTraceThrowable) {
                return DATABASE_UNAVAILABLE.because("The database does not answer; try again", failure);
            }
        }
        return failure;
    }

    private static Throwable ofSqlState(@Nullable String sqlState, Throwable failure, @Nullable PgException answer) {
        String state = String.valueOf(sqlState);
        return switch (state) {
            case "25006" -> DATABASE_UNAVAILABLE.because("The database is read-only now; nothing was stored", failure);
            case "53100" -> DATABASE_UNAVAILABLE.because("The database's disk is full; nothing was stored", failure);
            // an index entry holds 2,704 bytes, and 255 characters of an id may be 1,020
            case "54000" -> INVALID_REQUEST.because("The ids of user, thread and item are too long together");
            case "22021", "22P05" ->
                INVALID_REQUEST.because("The text holds characters that the database cannot store");
            default -> {
                if (isOneOf(UNAVAILABLE, state) || RetryReason.of(failure) != null) {
                    yield DATABASE_UNAVAILABLE.because("The database cannot serve this now; try again", failure);
                }
                boolean inFunction = answer != null && answer.getWhere() != null;
                yield inFunction || isOneOf(RULES, state)
                        ? REFUSED_BY_DATABASE.because(REFUSED, answer == null ? failure : detailed(answer))
                        : failure;
            }
        };
    }

    private static boolean isOneOf(Set<String> states, String state) {
        return states.contains(state) || states.contains(state.substring(0, Math.min(2, state.length())));
    }

    /** For the log: with the fields that Postgres adds to its message. */
    private static Throwable detailed(PgException failure) {
        String details = Stream.of(
                        "table " + failure.getTable(),
                        "column " + failure.getColumn(),
                        "constraint " + failure.getConstraint(),
                        "in " + failure.getWhere())
                .filter(detail -> !detail.endsWith(" null"))
                .map(detail -> ", " + detail.lines().findFirst().orElse(""))
                .collect(Collectors.joining());
        return new SQLException(failure.getMessage() + details, failure.getSqlState(), failure);
    }
}
