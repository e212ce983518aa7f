package dev.bobbin.database;

import dev.bobbin.database.pool.DatabasePool;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs the stores' work on the pool, and runs it again when its connection was lost: work that is given to this class may be
 * done twice. All of the stores' is, since every row has its id before it is sent.
 */
@ApplicationScoped
public class Statements {

    private final DatabasePool pool;
    private final Schema schema;
    private final Map<String, String> inSchema = new ConcurrentHashMap<>();

    Statements(DatabasePool pool, Database database) {
        this.pool = pool;
        this.schema = database.schema();
    }

    /**
     * SQL as stores have it, in which a table is {@code bobbin.threads}, for the schema that is configured. Each text is put
     * together once, so a constant costs a look into a map.
     */
    public String inSchema(String sql) {
        return inSchema.computeIfAbsent(sql, schema::in);
    }

    /**
     * One prepared statement, autocommitted: one round trip once its connection has prepared it.
     *
     * @param sql a constant, which is put {@link #inSchema}
     */
    public Uni<RowSet<Row>> run(String sql, Tuple parameters) {
        return uni(pool -> pool.preparedQuery(inSchema(sql)).execute(parameters));
    }

    /** Statements of one transaction, which is rolled back when {@code work} fails; it puts them {@link #inSchema}. */
    public <T> Uni<T> inTransaction(Function<SqlConnection, Future<T>> work) {
        return uni(pool -> pool.withTransaction(work));
    }

    /** Work of Hibernate Reactive's, which knows the schema of entities; native SQL is to be put {@link #inSchema}. */
    public <T> Uni<T> inSession(Supplier<Uni<T>> work) {
        return uni(pool -> pool.inContext(
                () -> Future.fromCompletionStage(Panache.withSession(work).subscribeAsCompletionStage())));
    }

    private <T> Uni<T> uni(Function<DatabasePool, Future<T>> work) {
        return Uni.createFrom()
                .<T>emitter(emitter -> pool.run(work).onComplete(emitter::complete, emitter::fail))
                .onFailure()
                .transform(DatabaseErrors::translate);
    }
}
