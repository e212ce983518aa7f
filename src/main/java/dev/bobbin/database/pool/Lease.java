package dev.bobbin.database.pool;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.sqlclient.impl.Connection;
import io.vertx.sqlclient.impl.command.CommandBase;
import io.vertx.sqlclient.impl.command.QueryCommandBase;
import io.vertx.sqlclient.impl.command.TxCommand;
import io.vertx.sqlclient.spi.DatabaseMetadata;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection while it is lent: to one call, or to several that read. Closing it gives it back; then nothing can be sent on it
 * any more.
 */
final class Lease implements Connection {

    /** How long it is lent to further reads: no call waits for longer because of them. */
    private static final long SHARED_FOR = Duration.ofMillis(100).toNanos();

    /** A read joins others only if one was answered so recently, or the first was just sent. */
    private static final long PROMPT = Duration.ofMillis(5).toNanos();

    private final PooledConnection connection;
    private final Connection physical;
    private final ConnectionPool pool;
    private final long callEnd;
    private final boolean shared;
    private final long sharedUntil;
    private final @Nullable String owner;

    // below: guarded by this, in which nothing of the pool is called
    private final ArrayDeque<Promise<?>> unanswered = new ArrayDeque<>();
    private int borrowers = 1;
    /** When it was lent, or a statement was answered, or one was sent after a pause. */
    private long since;

    private volatile boolean inTransaction;

    Lease(PooledConnection connection, ConnectionPool pool, Call call) {
        this.connection = connection;
        this.physical = connection.physical();
        this.pool = pool;
        this.since = pool.timers.nanos();
        this.callEnd = call.end();
        this.shared = call.shares();
        this.sharedUntil = since + SHARED_FOR;
        this.owner = call.owner();
    }

    /** When the first call ends that it is lent to. */
    long callEnd() {
        return callEnd;
    }

    PooledConnection connection() {
        return connection;
    }

    /** Whether statements have no answer yet. */
    synchronized boolean isBusy() {
        return !unanswered.isEmpty();
    }

    /** Whether several calls may have it. */
    boolean isShared() {
        return shared;
    }

    /** Nanoseconds since a statement was answered, or sent after a pause. */
    synchronized long silentFor(long now) {
        return now - since;
    }

    /** Lends it to one more call that reads, unless that might have to wait. */
    boolean join(Call call, long now) {
        if (!shared || sharedUntil - now <= 0 || call.end() - callEnd < 0 || connection.isClosed()) {
            return false;
        }
        synchronized (this) {
            boolean joins = borrowers > 0 && now - since < PROMPT;
            borrowers += joins ? 1 : 0;
            return joins;
        }
    }

    /** Lets the reads that wait after a slow one run again, elsewhere. */
    void overtake() {
        List<Promise<?>> behind;
        synchronized (this) {
            behind = unanswered.stream().skip(1).toList();
        }
        behind.forEach(read -> read.tryFail(new PoolException("another statement is slow", RetryReason.BEHIND)));
    }

    @Override
    public <R> Future<R> schedule(ContextInternal context, CommandBase<R> command) {
        return schedule(context, command, owner);
    }

    /** @param of to whose rows Postgres is to limit the command; null if it does not limit it */
    <R> Future<R> schedule(ContextInternal context, CommandBase<R> command, @Nullable String of) {
        Promise<R> result = context.promise();
        synchronized (this) {
            if (borrowers == 0) {
                return context.failedFuture(new PoolException("the connection was given back", RetryReason.NEVER_SENT));
            }
            // first, so that the watchdog does not take the time before for the statement's
            since = unanswered.isEmpty() ? pool.timers.nanos() : since;
            unanswered.add(result);
        }
        PoolSpans.statement(context, command, result.future());
        send(context, command, of).onComplete(answer -> answered(result, answer));
        return result.future();
    }

    private <R> Future<R> send(ContextInternal context, CommandBase<R> command, @Nullable String of) {
        boolean isOfTransaction = inTransaction;
        if (command instanceof TxCommand<R> control) {
            inTransaction = control.kind == TxCommand.Kind.BEGIN;
            return of == null || isOfTransaction
                    ? physical.schedule(context, command)
                    : OwnedCommands.begin(physical, context, of, control);
        }
        return of == null || isOfTransaction || !(command instanceof QueryCommandBase)
                ? physical.schedule(context, command)
                : OwnedCommands.statement(physical, context, of, command);
    }

    private <R> void answered(Promise<R> result, AsyncResult<R> answer) {
        RetryReason loss = answer.failed() ? RetryReason.of(answer.cause()) : null;
        // the pool learns of a loss before the borrower does, whose retry must not meet the same dead connections
        if (loss != null && loss.ofConnection()) {
            pool.lost(connection, loss);
        }
        boolean over;
        synchronized (this) {
            since = pool.timers.nanos();
            unanswered.remove(result);
            over = borrowers == 0 && unanswered.isEmpty();
        }
        if (over) {
            pool.giveBack(connection);
        }
        if (answer.succeeded()) {
            result.tryComplete(answer.result());
            return;
        }
        Throwable failure = connection.givenUp
                ? new PoolException("the statement was silent, and cancelled", RetryReason.SILENT)
                : answer.cause();
        result.tryFail(failure);
    }

    @Override
    public void close(Holder holder, Promise<Void> promise) {
        end();
        promise.complete();
    }

    /** One call needs it no more. Gives it back once no call does, and its last statement is answered. */
    void end() {
        boolean over;
        synchronized (this) {
            over = borrowers == 1 && unanswered.isEmpty();
            borrowers = Math.max(0, borrowers - 1);
        }
        if (over) {
            pool.giveBack(connection);
        }
    }

    @Override
    public void init(Holder borrower) {
        throw new UnsupportedOperationException("the pool handles what happens to the connection");
    }

    @Override
    public synchronized boolean isValid() {
        return borrowers > 0 && physical.isValid();
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
