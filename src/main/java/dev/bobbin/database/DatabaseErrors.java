package dev.bobbin.database;

import static dev.bobbin.problem.ProblemType.DATABASE_FORBIDS;
import static dev.bobbin.problem.ProblemType.DATABASE_UNAVAILABLE;
import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.REFUSED_BY_DATABASE;
import static dev.bobbin.problem.ProblemType.SCHEMA_NOT_READY;

import dev.bobbin.database.pool.RetryReason;
import dev.bobbin.database.pool.SqlState;
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

/** Translates failures of the database into problems, by SQLSTATE and constraint name. Only {@link RetryReason} looks at messages. */
public final class DatabaseErrors {

    private static final String NOT_NULL_VIOLATION = "23502";
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
     * routines, 22001 a text too long for its column. Of our own constraints, statements only break the foreign key.
     */
    private static final Set<String> RULES = Set.of("P0", "23", "44", "09", "27", "2F", "38", "39", "22001");

    private static final Set<String> FORBIDDEN = Set.of("42501");

    /** Our statements are tested, so a table, column, type or constraint that they name is missing. */
    private static final Set<String> SCHEMA = Set.of("42", "3F");

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
        checkWritten(rows.size(), sent);
        return rows;
    }

    /** The same for a write that returned how many rows it wrote. */
    public static void checkWritten(int rows, int sent) {
        int skipped = sent - rows;
        if (skipped == 0) {
            return;
        }
        String detail = skipped == sent
                ? REFUSED
                : "A trigger that was added to this database skips " + skipped + " of " + sent + " items";
        throw REFUSED_BY_DATABASE.because(detail, new SQLException("a trigger returned null, or a rule does nothing"));
    }

    /**
     * Recognizes the violation of the foreign key of this name, and a null in its column. In a distributed Postgres the error of
     * another node has that name with a shard's number, or none.
     */
    public static Predicate<Throwable> foreignKey(String constraint, String column) {
        return failure -> causes(failure)
                .anyMatch(cause -> cause instanceof PgException e
                        && switch (String.valueOf(e.getSqlState())) {
                            case NOT_NULL_VIOLATION -> column.equals(e.getColumn());
                            case FOREIGN_KEY_VIOLATION ->
                                e.getConstraint() == null || e.getConstraint().matches(constraint + "(_\\d+)?");
                            default -> false;
                        });
    }

    /** The problem that a failed statement is for its caller; the failure itself when it is an unforeseen one. */
    public static Throwable translate(Throwable failure) {
        SqlState error = SqlState.of(failure);
        if (error != null) {
            return translate(error, failure);
        }
        // a lost connection, or none to be had
        boolean unanswered = causes(failure)
                .anyMatch(cause -> cause instanceof IOException
                        || cause instanceof VertxException
                        || cause instanceof TimeoutException
                        || cause instanceof NoStackTraceThrowable);
        return unanswered ? DATABASE_UNAVAILABLE.because("The database does not answer; try again", failure) : failure;
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }

    private static Throwable translate(SqlState error, Throwable failure) {
        return switch (error.code()) {
            case "25006" -> DATABASE_UNAVAILABLE.because("The database is read-only now; nothing was stored", failure);
            case "53100" -> DATABASE_UNAVAILABLE.because("The database's disk is full; nothing was stored", failure);
            // an index entry holds 2,704 bytes, and 255 characters of an id may be 1,020
            case "54000" -> INVALID_REQUEST.because("The ids of user, thread and item are too long together");
            case "22021", "22P05" ->
                INVALID_REQUEST.because("The text holds characters that the database cannot store");
            default -> {
                if (error.isOneOf(UNAVAILABLE) || RetryReason.of(failure) != null) {
                    yield DATABASE_UNAVAILABLE.because("The database cannot serve this now; try again", failure);
                }
                PgException answer = error.reported() instanceof PgException e ? e : null;
                boolean inFunction = answer != null && answer.getWhere() != null;
                if (inFunction || error.isOneOf(RULES)) {
                    yield REFUSED_BY_DATABASE.because(REFUSED, answer == null ? failure : detailed(answer));
                }
                if (error.isOneOf(FORBIDDEN)) {
                    yield DATABASE_FORBIDS.because("The database does not permit this to the service's role", failure);
                }
                yield error.isOneOf(SCHEMA)
                        ? SCHEMA_NOT_READY.because(
                                "The database's schema does not fit this version of the service", failure)
                        : failure;
            }
        };
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
