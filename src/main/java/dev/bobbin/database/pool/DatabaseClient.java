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
import io.vertx.sqlclient.impl.command.CommandBase;
import java.util.function.Function;
import java.util.function.Supplier;

/** The {@link ConnectionPool} as the reactive client and Hibernate Reactive use it, and calls that are retried. */
@SuppressWarnings("deprecation") // Quarkus casts the result of PgPoolCreator to PgPool
public final class DatabaseClient extends SqlClientBase implements PgPool {

    /** In the local data of a call's context: when the call ends. */
    static final Object CALL_END = "bobbin.call-end";

    private final VertxInternal vertx;
    private final PgConnector connector;
    private final ConnectionPool pool;

    public DatabaseClient(Vertx vertx, PgConnector connector, PoolConfig config, MeterRegistry registry) {
        super(PgDriver.INSTANCE);
        this.vertx = (VertxInternal) vertx;
        this.connector = connector;
        Timers timers = Timers.on(this.vertx.createEventLoopContext());
        PoolMeters meters = new PoolMeters(registry);
        this.pool = new ConnectionPool(config, connector, meters, timers);
        meters.observe(pool);
    }

    /**
     * Runs a call's work, and runs it again when its connection was lost or the database asks for it, until the call's time is
     * over. So it must be work that may be done twice, and on a duplicated context, where the connections that it takes end
     * with the call, also those that Hibernate takes.
     */
    public <T> Future<T> run(Supplier<Future<T>> work) {
        ContextInternal context = context();
        long end = end();
        if (context.isDuplicate()) {
            context.localContextData().put(CALL_END, end);
        }
        return new Retries<>(work, end, context::promise, pool).run().onComplete(done -> context.localContextData()
                .remove(CALL_END, end));
    }

    private Future<Lease> acquire(ContextInternal context) {
        Object end = context.isDuplicate() ? context.localContextData().get(CALL_END) : null;
        return pool.acquire(context, end == null ? end() : (Long) end);
    }

    /** When a call ends that begins now. */
    private long end() {
        return pool.timers.nanos() + pool.times.call();
    }

    DatabaseState state() {
        return pool.state();
    }

    @Override
    public Future<SqlConnection> getConnection() {
        ContextInternal context = context();
        return acquire(context).map(lease -> {
            lease.wrapFailures();
            return driver.wrapConnection(context, connector.factory(), lease);
        });
    }

    @Override
    public void getConnection(Handler<AsyncResult<SqlConnection>> handler) {
        getConnection().onComplete(handler);
    }

    /** One statement: takes a connection, and gives it back with the answer. */
    @Override
    public <R> Future<R> schedule(ContextInternal context, CommandBase<R> command) {
        return acquire(context)
                .compose(lease -> lease.schedule(context, command).onComplete(done -> lease.end()));
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
        return pool.counts().idle() + pool.counts().used();
    }

    @Override
    public Future<Void> close() {
        pool.close();
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
