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
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgPool;
import io.vertx.pgclient.impl.PgConnectionFactory;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SqlClientBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import io.vertx.sqlclient.impl.command.CommandBase;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pool under the reactive client and Hibernate Reactive alike: connections of the Vert.x client, lent by rules made for
 * a database that sleeps. Why it is not the client's own pool, docs/adr/0009 says.
 */
@SuppressWarnings("deprecation") // Quarkus casts what PgPoolCreator gives to PgPool
public final class DatabasePool extends SqlClientBase implements PgPool {

    /** In a context's local data: when the call ends that runs on it. */
    private static final Object UNTIL = "bobbin.call-until";

    private final VertxInternal vertx;
    private final ConnectionQueue connections;
    private final NetClient client;
    private final PgConnectionFactory factory;
    private final PoolMeters meters;
    private final Timers timers;
    private final long callTime;
    /** When the call ends that this is the pool of, or null. */
    private final @Nullable Long until;

    /** Opens nothing. */
    public DatabasePool(Vertx vertx, Server server, PoolConfig config, MeterRegistry registry) {
        super(PgDriver.INSTANCE);
        this.vertx = (VertxInternal) vertx;
        this.meters = new PoolMeters(registry);
        NetClientOptions network = new NetClientOptions(server.options())
                .setReconnectAttempts(0)
                .setTcpKeepAlive(true)
                .setConnectTimeout(Math.toIntExact(config.connectTimeout().toMillis()))
                // an attempt has an end of its own
                .setSslHandshakeTimeout(config.connectTimeout().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        if (network.getHostnameVerificationAlgorithm() == null) {
            network.setHostnameVerificationAlgorithm("");
        }
        this.client = vertx.createNetClient(network);
        this.factory = new PgConnectionFactory(this.vertx, () -> Future.succeededFuture(server.options()));
        this.timers = Timers.on(this.vertx.createEventLoopContext());
        this.connections = new ConnectionQueue(
                config,
                near -> new Attempt(home(near), client, server).within(config.connectTimeout()),
                connection -> new Attempt(this.vertx.createEventLoopContext(), client, server)
                        .cancel(connection, config.pingTimeout(), config.connectTimeout()),
                server.objection(),
                meters,
                timers);
        this.callTime = CallTimes.of(config).call();
        this.until = null;
        meters.observe(connections);
    }

    /** The same pool, for a call that ends at a time. */
    DatabasePool(DatabasePool pool, long until) {
        super(PgDriver.INSTANCE);
        this.vertx = pool.vertx;
        this.meters = pool.meters;
        this.timers = pool.timers;
        this.client = pool.client;
        this.factory = pool.factory;
        this.connections = pool.connections;
        this.callTime = pool.callTime;
        this.until = until;
    }

    private ContextInternal home(Optional<ContextInternal> near) {
        return near.map(caller -> vertx.createEventLoopContext(caller.nettyEventLoop(), null, caller.classLoader()))
                .orElseGet(vertx::createEventLoopContext);
    }

    /**
     * Runs work that takes its connections from the pool by itself, as Hibernate's does: those belong to the call that this is
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
        return connections.acquire(context, end == null ? timers.nanos() + callTime : end);
    }

    /** What is known of the database. Asks it nothing. */
    public DatabaseState state() {
        return connections.state();
    }

    /** Why the database is {@link DatabaseState#DOWN}, or null when it is not. */
    public @Nullable String down() {
        return connections.down();
    }

    /** Runs work again when its connection was lost, or the database says so, until its call's time is up. */
    public Retries retries() {
        return new Retries(end -> new DatabasePool(this, end), () -> context().promise(), meters, timers, callTime);
    }

    @Override
    public Future<SqlConnection> getConnection() {
        ContextInternal context = context();
        return acquire(context).map(lease -> {
            SqlConnectionInternal connection = driver.wrapConnection(context, factory, lease);
            // what a server says at last is the pool's matter; without a handler the client prints a stack trace
            connection.exceptionHandler(ignored -> {});
            lease.init(connection);
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
        ConnectionQueue.Counts counts = connections.counts();
        return counts.idle() + counts.used();
    }

    @Override
    public Future<Void> close() {
        connections.close();
        return client.close();
    }

    @Override
    public void close(Handler<AsyncResult<Void>> handler) {
        close().onComplete(handler);
    }

    @Override
    public PgPool connectHandler(Handler<SqlConnection> handler) {
        throw new UnsupportedOperationException("connections are the pool's own matter");
    }

    @Override
    public PgPool connectionProvider(Function<Context, Future<SqlConnection>> provider) {
        throw new UnsupportedOperationException("connections are the pool's own matter");
    }
}
