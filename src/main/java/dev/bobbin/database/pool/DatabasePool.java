package dev.bobbin.database.pool;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.future.PromiseInternal;
import io.vertx.pgclient.PgPool;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SqlClientBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import io.vertx.sqlclient.impl.command.CommandBase;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pool for both the reactive client and Hibernate Reactive: connections of the Vert.x client, lent by rules made for a
 * database that sleeps. docs/adr/0009 says why it is not the client's own pool.
 */
@SuppressWarnings("deprecation") // Quarkus casts the result of PgPoolCreator to PgPool
public final class DatabasePool extends SqlClientBase implements PgPool {

    /** In a context's local data: when the call ends that runs on it. */
    private static final Object UNTIL = "bobbin.call-until";

    private final VertxInternal vertx;
    private final PgConnector connector;
    private final ConnectionQueue queue;
    /** When the call ends that this is the pool of, or null. */
    private final @Nullable Long until;

    /** Opens nothing. */
    public DatabasePool(Vertx vertx, PgConnector connector, PoolConfig config, MeterRegistry registry) {
        super(PgDriver.INSTANCE);
        this.vertx = (VertxInternal) vertx;
        this.connector = connector;
        PoolMeters meters = new PoolMeters(registry);
        Timers timers = Timers.on(this.vertx.createEventLoopContext());
        this.queue = new ConnectionQueue(config, connector, meters, timers);
        this.until = null;
        meters.observe(queue);
    }

    private DatabasePool(DatabasePool pool, long until) {
        super(PgDriver.INSTANCE);
        this.vertx = pool.vertx;
        this.connector = pool.connector;
        this.queue = pool.queue;
        this.until = until;
    }

    /** The same pool, for a call that ends at this time. */
    DatabasePool until(long end) {
        return new DatabasePool(this, end);
    }

    /**
     * Runs a call's work on the pool that it is handed, and runs it again when its connection was lost, or the database asks for
     * it, until the call's time is up. So it must be work that may be done twice.
     */
    public <T> Future<T> run(Function<DatabasePool, Future<T>> work) {
        long end = queue.timers.nanos() + queue.times.call();
        DatabasePool pool = until(end);
        return new Retries<>(() -> work.apply(pool), end, () -> context().promise(), queue.meters, queue.timers).run();
    }

    /**
     * Runs work that takes its connections from the pool by itself, as Hibernate does: they belong to the call that this is
     * the pool of, and end with it. To be called on the caller's own, duplicated context.
     */
    public <T> Future<T> inContext(Supplier<Future<T>> work) {
        Map<Object, Object> locals = context().localContextData();
        if (until != null) {
            locals.put(UNTIL, until);
        }
        return work.get().onComplete(done -> locals.remove(UNTIL));
    }

    private Future<Lease> acquire(ContextInternal context) {
        Long end = until == null && context.isDuplicate()
                ? (Long) context.localContextData().get(UNTIL)
                : until;
        return queue.acquire(context, end == null ? queue.timers.nanos() + queue.times.call() : end);
    }

    /** What is known of the database. Asks it nothing. */
    public DatabaseState state() {
        return queue.state();
    }

    /** Why the database is {@link DatabaseState#DOWN}, or null. */
    public @Nullable String down() {
        return queue.down();
    }

    @Override
    public Future<SqlConnection> getConnection() {
        ContextInternal context = context();
        return acquire(context).map(lease -> {
            SqlConnectionInternal connection = driver.wrapConnection(context, connector.factory(), lease);
            // the pool handles what a server says at last; without a handler the client prints a stack trace
            connection.exceptionHandler(ignored -> {});
            lease.init(connection);
            if (until == null) {
                lease.toHibernate();
            }
            return connection;
        });
    }

    @Override
    public void getConnection(Handler<AsyncResult<SqlConnection>> handler) {
        getConnection().onComplete(handler);
    }

    /** One statement: takes a connection, and gives it back with the answer. */
    @Override
    public <R> Future<R> schedule(ContextInternal context, CommandBase<R> command) {
        return acquire(context).compose(lease -> {
            Future<R> answer = lease.schedule(context, command);
            answer.onComplete(done -> lease.end());
            return answer;
        });
    }

    @Override
    protected ContextInternal context() {
        return vertx.getOrCreateContext();
    }

    @Override
    protected <T> PromiseInternal<T> promise() {
        return vertx.promise();
    }

    @Override
    protected <T> PromiseInternal<T> promise(Handler<AsyncResult<T>> handler) {
        return vertx.promise(handler);
    }

    @Override
    public int size() {
        ConnectionQueue.Counts counts = queue.counts();
        return counts.idle() + counts.used();
    }

    @Override
    public Future<Void> close() {
        queue.close();
        return connector.close();
    }

    @Override
    public void close(Handler<AsyncResult<Void>> handler) {
        close().onComplete(handler);
    }

    @Override
    public PgPool connectHandler(Handler<SqlConnection> handler) {
        throw new UnsupportedOperationException("the pool opens its connections itself");
    }

    @Override
    public PgPool connectionProvider(Function<Context, Future<SqlConnection>> provider) {
        throw new UnsupportedOperationException("the pool opens its connections itself");
    }
}
