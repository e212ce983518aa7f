package dev.bobbin.database;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import java.util.function.Supplier;

/** Runs the statements of the hot calls on the reactive client, without a layer in between. */
@ApplicationScoped
public class Statements {

    private final Pool pool;

    Statements(Pool pool) {
        this.pool = pool;
    }

    /** One prepared statement, autocommitted: one round trip once its connection has prepared it. */
    public Uni<RowSet<Row>> run(String sql, Tuple parameters) {
        return uni(() -> pool.preparedQuery(sql).execute(parameters));
    }

    /** Statements of one transaction, which is rolled back when {@code work} fails. */
    public <T> Uni<T> inTransaction(Function<SqlConnection, Future<T>> work) {
        return uni(() -> pool.withTransaction(work));
    }

    private static <T> Uni<T> uni(Supplier<Future<T>> work) {
        return Uni.createFrom()
                .<T>emitter(emitter -> work.get().onComplete(emitter::complete, emitter::fail))
                .onFailure()
                .transform(DatabaseErrors::translate);
    }
}
