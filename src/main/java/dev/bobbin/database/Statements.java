package dev.bobbin.database;

import dev.bobbin.database.pool.DatabasePool;
import dev.bobbin.database.pool.Retries;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs the stores' work on the pool, and runs it again when its connection was lost: work that is given to this class may be
 * done twice. All of the stores' is, since every row has its id before it is sent.
 */
@ApplicationScoped
public class Statements {

    private final Retries retries;

    Statements(DatabasePool pool) {

        this.retries = pool.retries();
    }

    /** One prepared statement, autocommitted: one round trip once its connection has prepared it. */
    public Uni<RowSet<Row>> run(String sql, Tuple parameters) {
        return uni(pool -> pool.preparedQuery(sql).execute(parameters));
    }

    /** Statements of one transaction, which is rolled back when {@code work} fails. */
    public <T> Uni<T> inTransaction(Function<SqlConnection, Future<T>> work) {
        return uni(pool -> pool.withTransaction(work));
    }

    /** Work of Hibernate Reactive's. */
    public <T> Uni<T> inSession(Supplier<Uni<T>> work) {
        return retries.runUni(() -> Panache.withSession(work)).onFailure().transform(DatabaseErrors::translate);
    }

    private <T> Uni<T> uni(Function<DatabasePool, Future<T>> work) {
        return Uni.createFrom()
                .<T>emitter(emitter -> retries.run(work).onComplete(emitter::complete, emitter::fail))
                .onFailure()
                .transform(DatabaseErrors::translate);
    }
}
