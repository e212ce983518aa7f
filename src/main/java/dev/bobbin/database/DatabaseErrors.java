package dev.bobbin.database;

import static dev.bobbin.problem.ProblemType.DATABASE_UNAVAILABLE;
import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.REFUSED_BY_DATABASE;

import dev.bobbin.database.pool.RetryReason;
import dev.bobbin.problem.ProblemException;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a failure of the database means for the caller; told by SQLSTATE and constraint name, never by message text. */
public final class DatabaseErrors {

    private static final String FOREIGN_KEY_VIOLATION = "23503";

    private DatabaseErrors() {}

    /** Tells the violation of a foreign key, by its constraint's name. */
    public static Predicate<Throwable> foreignKey(String constraint) {
        return failure -> {
            PgException e = postgres(failure);
            return e != null && FOREIGN_KEY_VIOLATION.equals(e.getSqlState()) && constraint.equals(e.getConstraint());
        };
    }

    /** The problem that a failed statement is for its caller; the failure itself when it is an unforeseen one. */
    public static Throwable translate(Throwable failure) {
        ProblemException problem = problem(failure);
        return problem == null ? failure : problem;
    }

    private static @Nullable ProblemException problem(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof PgException e) {
                ProblemException problem = ofSqlState(e.getSqlState(), failure);
                return problem == null && (isRule(e.getSqlState()) || e.getWhere() != null)
                        ? refused(new Rule(e))
                        : problem;
            }
            // Hibernate Reactive makes one of each PgException
            if (t instanceof SQLException e) {
                ProblemException problem = ofSqlState(e.getSQLState(), failure);
                return problem == null && isRule(e.getSQLState()) ? refused(failure) : problem;
            }
            // how the client reports a connection that was lost, and the pool that none is to be had
            if (t instanceof IOException
                    || t instanceof VertxException
                    || t instanceof TimeoutException
                    || t instanceof NoStackTraceThrowable) {
                return DATABASE_UNAVAILABLE.because("The database does not answer; try again", failure);
            }
        }
        return null;
    }

    private static @Nullable ProblemException ofSqlState(@Nullable String sqlState, Throwable e) {
        String state = String.valueOf(sqlState);
        String kind = state.substring(0, Math.min(2, state.length()));
        if (state.equals("25006")) {
            return DATABASE_UNAVAILABLE.because("The database is read-only now; nothing was stored", e);
        }
        if (state.equals("53100")) {
            return DATABASE_UNAVAILABLE.because("The database's disk is full; nothing was stored", e);
        }
        if (state.equals("54000")) {
            // an index entry holds 2,704 bytes, and 255 characters of an id may be 1,020
            return INVALID_REQUEST.because("The ids of user, thread and item are too long together");
        }
        if (state.equals("22021") || state.equals("22P05")) {
            return INVALID_REQUEST.because("The text holds characters that the database cannot store");
        }
        if (UNAVAILABLE.contains(kind) || UNAVAILABLE.contains(state) || RetryReason.of(e) != null) {
            return DATABASE_UNAVAILABLE.because("The database cannot serve this now; try again", e);
        }
        return null;
    }

    /**
     * 08 connection exception, 40 transaction rollback, 53 insufficient resources, 57 operator intervention, 58 system
     * error, 28 invalid authorization, 3D no such database, 55P03 lock not available; XX000 is all that Neon's proxy says.
     */
    private static final Set<String> UNAVAILABLE = Set.of("08", "40", "53", "57", "58", "28", "3D", "55P03", "XX000");

    /**
     * P0 raised by PL/pgSQL, 23 integrity constraint violation, 44 with check option, 09 and 27 triggers, 2F, 38 and 39
     * routines, 22001 a text too long for its column. No statement of ours breaks a constraint of ours, but for the foreign
     * key that {@link #foreignKey} tells.
     */
    private static final Set<String> RULES = Set.of("P0", "23", "44", "09", "27", "2F", "38", "39", "22001");

    private static boolean isRule(@Nullable String sqlState) {
        return sqlState != null
                && sqlState.length() == 5
                && (RULES.contains(sqlState) || RULES.contains(sqlState.substring(0, 2)));
    }

    private static ProblemException refused(Throwable cause) {
        return REFUSED_BY_DATABASE.because(
                "A trigger or a constraint that was added to this database refuses it; nothing was stored", cause);
    }

    /** Says for the log what Postgres tells of a failure beside its message: which constraint, and in which function. */
    private static final class Rule extends RuntimeException {
        private final PgException failure;

        Rule(PgException failure) {
            super(null, failure, false, false);
            this.failure = failure;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(failure.toString());
            append(text, "table", failure.getTable());
            append(text, "column", failure.getColumn());
            append(text, "constraint", failure.getConstraint());
            append(text, "in", failure.getWhere());
            return text.toString();
        }

        private static void append(StringBuilder text, String what, @Nullable String name) {
            if (name != null) {
                text.append(", ")
                        .append(what)
                        .append(' ')
                        .append(name.lines().findFirst().orElse(""));
            }
        }
    }

    private static @Nullable PgException postgres(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof PgException e) {
                return e;
            }
        }
        return null;
    }
}
