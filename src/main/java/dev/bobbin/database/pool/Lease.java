package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.sqlclient.impl.Connection;
import io.vertx.sqlclient.impl.command.CommandBase;
import io.vertx.sqlclient.spi.DatabaseMetadata;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A connection while it is lent to one call. Closing it gives it back. */
final class Lease implements Connection {

    /** A statement was cancelled because there was no answer. */
    static final class SilentStatement extends IOException {
        SilentStatement() {
            super("the statement was silent, and cancelled");
        }
    }

    /** A statement came after the connection was given back, and was not sent. */
    static final class GivenBack extends VertxException {
        GivenBack() {
            super("the connection was given back", true);
        }
    }

    private static final int BORROWED = 1;
    private static final int STATEMENT = 2;

    private final PooledConnection connection;
    private final ConnectionQueue pool;
    /** {@link #BORROWED} until the borrower gives it back, and {@link #STATEMENT} for each statement without an answer. */
    private final AtomicInteger use = new AtomicInteger(BORROWED);

    /** When the call ends that it was lent to. */
    private final long until;

    /** When it was lent, or its last statement began or ended. */
    private volatile long since;

    private volatile @Nullable Holder borrower;

    /** Hibernate Reactive would replace a PgException by an SQLException that lacks most of it, and so gets none. */
    private volatile boolean forHibernate;

    Lease(PooledConnection connection, ConnectionQueue pool, long until) {
        this.connection = connection;
        this.pool = pool;
        this.since = pool.timers.nanos();
        this.until = until;
    }

    long until() {
        return until;
    }

    void toHibernate() {
        forHibernate = true;
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
            return context.failedFuture(new GivenBack());
        }
        // the pool learns of a loss before the borrower does, whose retry must not meet the same dead connections
        return connection.physical().schedule(context, command).transform(answer -> {
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
            Throwable failure = connection.givenUp ? new SilentStatement() : answer.cause();
            return Future.failedFuture(forHibernate ? new CompletionException(failure) : failure);
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
    public void init(Holder holder) {
        borrower = holder;
    }

    void handleClosed() {
        Holder holder = borrower;
        if (holder != null) {
            holder.handleClosed();
        }
    }

    void handleEvent(Object event) {
        Holder holder = borrower;
        if (holder != null && !isOver(use.get())) {
            holder.handleEvent(event);
        }
    }

    @Override
    public Connection unwrap() {
        return connection.physical();
    }

    @Override
    public boolean isValid() {
        return !isOver(use.get()) && connection.physical().isValid();
    }

    @Override
    public int pipeliningLimit() {
        return connection.physical().pipeliningLimit();
    }

    @Override
    public TracingPolicy tracingPolicy() {
        return connection.physical().tracingPolicy();
    }

    @Override
    public SocketAddress server() {
        return connection.physical().server();
    }

    @Override
    public String system() {
        return connection.physical().system();
    }

    @Override
    public String database() {
        return connection.physical().database();
    }

    @Override
    public String user() {
        return connection.physical().user();
    }

    @Override
    public ClientMetrics metrics() {
        return connection.physical().metrics();
    }

    @Override
    public boolean isSsl() {
        return connection.physical().isSsl();
    }

    @Override
    public DatabaseMetadata getDatabaseMetaData() {
        return connection.physical().getDatabaseMetaData();
    }

    @Override
    public int getProcessId() {
        return connection.physical().getProcessId();
    }

    @Override
    public int getSecretKey() {
        return connection.physical().getSecretKey();
    }

    @Override
    public boolean isIndeterminatePreparedStatementError(Throwable error) {
        return connection.physical().isIndeterminatePreparedStatementError(error);
    }
}
