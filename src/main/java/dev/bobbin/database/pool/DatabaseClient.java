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
import io.vertx.sqlclient.impl.command.ExtendedQueryCommand;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The {@link ConnectionPool} with the interface of the reactive client, and calls that are retried. */
@SuppressWarnings("deprecation") // Quarkus casts the result of PgPoolCreator to PgPool
public final class DatabaseClient extends SqlClientBase implements PgPool {

    /** In the local data of a call's context: its {@link Call}. */
    static final Object CALL = "bobbin.call";

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
     * with the call.
     *
     * @param owner to whose rows Postgres is to limit the work's statements; null if it does not limit them
     */
    public <T> Future<T> run(@Nullable String owner, Supplier<Future<T>> work) {
        return run(owner, work, true);
    }

    /** The same for work that may not be done twice: it is run again only when nothing can have been done. */
    public <T> Future<T> runOnce(@Nullable String owner, Supplier<Future<T>> work) {
        return run(owner, work, false);
    }

    private <T> Future<T> run(@Nullable String owner, Supplier<Future<T>> work, boolean repeatable) {
        ContextInternal context = context();
        long end = end();
        Function<Call, Future<T>> run = call -> {
            if (context.isDuplicate()) {
                context.localContextData().put(CALL, call);
            }
            return work.get();
        };
        return new Retries<>(run, repeatable, new Call(end, true, owner), context, pool)
                .run()
                .onComplete(done -> context.localContextData()
                        .computeIfPresent(CALL, (key, call) -> ((Call) call).end() == end ? null : call));
    }

    private Call call(ContextInternal context) {
        Object call = context.isDuplicate() ? context.localContextData().get(CALL) : null;
        return call == null ? new Call(end(), false, null) : (Call) call;
    }

    /** When a call ends that begins now. */
    private long end() {
        return pool.timers.nanos() + pool.times.call();
    }

    /** What calls have revealed; does not query the database. */
    public DatabaseState state() {
        return pool.state();
    }

    /** Passes on each new state from now on, soon after it has begun. */
    public void onState(Consumer<DatabaseState.Kind> observer) {
        pool.observer = observer;
    }

    @Override
    public Future<SqlConnection> getConnection() {
        ContextInternal context = context();
        return pool.acquire(context, call(context).alone())
                .map(lease -> driver.wrapConnection(context, connector.factory(), lease));
    }

    @Override
    public void getConnection(Handler<AsyncResult<SqlConnection>> handler) {
        getConnection().onComplete(handler);
    }

    /** One statement: takes a connection, which reads share, and gives it back with the answer. */
    @Override
    public <R> Future<R> schedule(ContextInternal context, CommandBase<R> command) {
        Call call = isRead(command) ? call(context) : call(context).alone();
        return pool.acquire(context, call)
                .compose(lease -> lease.schedule(context, command, call.owner()).onComplete(done -> lease.end()));
    }

    /** Not of {@code with}, which may change rows. */
    private static boolean isRead(CommandBase<?> command) {
        return command instanceof ExtendedQueryCommand<?> query && query.sql().startsWith("select ");
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
