package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.sqlclient.impl.Connection;
import io.vertx.sqlclient.impl.command.CommandBase;
import io.vertx.sqlclient.spi.DatabaseMetadata;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/** A connection while it is lent to one call. Closing it gives it back; then nothing can be sent on it any more. */
final class Lease implements Connection {

    private static final int BORROWED = 1;
    private static final int STATEMENT = 2;

    private final PooledConnection connection;
    private final Connection physical;
    private final ConnectionPool pool;
    private final long callEnd;
    /** {@link #BORROWED} until it is given back, and {@link #STATEMENT} for each statement without an answer. */
    private final AtomicInteger use = new AtomicInteger(BORROWED);
    /** When it was lent, or its last statement began or ended. */
    private volatile long since;

    /** Hibernate Reactive would replace a PgException by an SQLException that lacks most of it; so it gets none. */
    private volatile boolean wrapsFailures;

    Lease(PooledConnection connection, ConnectionPool pool, long callEnd) {
        this.connection = connection;
        this.physical = connection.physical();
        this.pool = pool;
        this.since = pool.timers.nanos();
        this.callEnd = callEnd;
    }

    /** When the call ends that it is lent to. */
    long callEnd() {
        return callEnd;
    }

    void wrapFailures() {
        wrapsFailures = true;
    }

    PooledConnection connection() {
        return connection;
    }

    /** Whether statements have no answer yet. */
    boolean isBusy() {
        return use.get() >= STATEMENT;
    }

    /** Nanoseconds since a statement began or ended. */
    long silentFor(long now) {
        return now - since;
    }

    @Override
    public <R> Future<R> schedule(ContextInternal context, CommandBase<R> command) {
        // first, so that the watchdog does not take the time before for the statement's
        since = pool.timers.nanos();
        if (isOver(use.getAndUpdate(now -> isOver(now) ? now : now + STATEMENT))) {
            return context.failedFuture(new PoolException("the connection was given back", RetryReason.NEVER_SENT));
        }
        // the pool learns of a loss before the borrower does, whose retry must not meet the same dead connections
        return physical.schedule(context, command).transform(answer -> {
            since = pool.timers.nanos();
            RetryReason loss = answer.failed() ? RetryReason.of(answer.cause()) : null;
            if (loss != null && loss.ofConnection()) {
                pool.lost(connection, loss);
            }
            if (use.addAndGet(-STATEMENT) == 0) {
                pool.giveBack(connection);
            }
            if (answer.succeeded()) {
                return Future.succeededFuture(answer.result());
            }
            Throwable failure = connection.givenUp
                    ? new PoolException("the statement was silent, and cancelled", RetryReason.SILENT)
                    : answer.cause();
            return Future.failedFuture(wrapsFailures ? new CompletionException(failure) : failure);
        });
    }

    @Override
    public void close(Holder holder, Promise<Void> promise) {
        end();
        promise.complete();
    }

    /** Gives it back once its last statement is answered. */
    void end() {
        if (use.getAndUpdate(now -> now & ~BORROWED) == BORROWED) {
            pool.giveBack(connection);
        }
    }

    private static boolean isOver(int use) {
        return (use & BORROWED) == 0;
    }

    @Override
    public void init(Holder borrower) {
        throw new UnsupportedOperationException("the pool handles what happens to the connection");
    }

    @Override
    public boolean isValid() {
        return !isOver(use.get()) && physical.isValid();
    }

    @Override
    public int pipeliningLimit() {
        return physical.pipeliningLimit();
    }

    @Override
    public TracingPolicy tracingPolicy() {
        return physical.tracingPolicy();
    }

    @Override
    public SocketAddress server() {
        return physical.server();
    }

    @Override
    public String system() {
        return physical.system();
    }

    @Override
    public String database() {
        return physical.database();
    }

    @Override
    public String user() {
        return physical.user();
    }

    @Override
    public ClientMetrics metrics() {
        return physical.metrics();
    }

    @Override
    public boolean isSsl() {
        return physical.isSsl();
    }

    @Override
    public DatabaseMetadata getDatabaseMetaData() {
        return physical.getDatabaseMetaData();
    }

    @Override
    public int getProcessId() {
        return physical.getProcessId();
    }

    @Override
    public int getSecretKey() {
        return physical.getSecretKey();
    }

    @Override
    public boolean isIndeterminatePreparedStatementError(Throwable error) {
        return physical.isIndeterminatePreparedStatementError(error);
    }
}
