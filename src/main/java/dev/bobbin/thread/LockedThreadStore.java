package dev.bobbin.thread;

import static dev.bobbin.problem.ProblemType.THREAD_LOCKED;

import dev.bobbin.database.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.function.Function;

/** Runs writes of items; in a transaction that locks the thread first, if its status is to be enforced. */
@ApplicationScoped
class LockedThreadStore {

    /** As strong as the lock of a delete, which may follow: two that made it stronger would wait for each other. */
    private static final String LOCK = "select status from bobbin.threads where owner_id = $1 and id = $2 for update";

    private static final Set<String> LOCKED = Set.of("locked", "closed");

    private final Statements statements;

    LockedThreadStore(Statements statements) {
        this.statements = statements;
    }

    /** Runs one statement. */
    <T> Uni<T> run(ItemsOf thread, String sql, Tuple parameters, Function<RowSet<Row>, T> result) {
        return thread.enforceStatus()
                ? inTransaction(thread, connection -> statements
                        .run(connection, sql, parameters)
                        .map(result))
                : statements.run(sql, parameters).map(result);
    }

    /** Runs statements in a transaction, which is rolled back when {@code work} fails. */
    <T> Uni<T> inTransaction(ItemsOf thread, Function<SqlConnection, Future<T>> work) {
        return statements.inTransaction(
                thread.owner(),
                connection -> thread.enforceStatus()
                        ? lock(connection, thread).compose(found -> work.apply(connection))
                        : work.apply(connection));
    }

    /** Locks the thread and checks its status, if that is to be enforced; returns whether it exists. */
    Future<Boolean> lock(SqlConnection connection, ItemsOf thread) {
        return statements
                .run(connection, LOCK, Tuple.of(thread.owner().id(), thread.threadId()))
                .map(rows -> {
                    for (Row row : rows) {
                        check(thread, row);
                    }
                    return rows.size() > 0;
                });
    }

    /** Checks the {@code status} of a thread that is locked in the database, if that is to be enforced. */
    static void check(ItemsOf thread, Row row) {
        String status = row.getString("status");
        if (thread.enforceStatus() && status != null && LOCKED.contains(status)) {
            throw THREAD_LOCKED.because("Thread " + thread.threadId() + " is " + status);
        }
    }

    /** With which statuses nothing may be written. */
    static String[] refused(ItemsOf thread) {
        return thread.enforceStatus() ? LOCKED.toArray(String[]::new) : new String[0];
    }
}
