package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.impl.Connection;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection to the database, and what the pool knows of it. Times are of {@link Timers#nanos()}. */
final class PooledConnection implements Connection.Holder {

    /** Shutdown and crash, said to all sessions of the database. */
    private static final Set<String> ENDS_ALL = Set.of("57P01", "57P02");

    private final OpenConnection open;
    private final Connection physical;
    private final ConnectionQueue pool;
    private final Timers timers;

    final long openedAt;
    /** When it is too old to be lent. */
    final long retireAt;
    /** When it was returned, or pinged. Guarded by the pool. */
    long lastUsed;
    /** Whether it has not been lent since it was opened or answered a ping. Guarded by the pool. */
    boolean proven = true;

    private volatile @Nullable Lease lease;
    private volatile boolean closed;
    private volatile boolean givenUp;

    PooledConnection(OpenConnection open, ConnectionQueue pool, Timers timers, long lifetime) {
        this.open = open;
        this.physical = open.physical();
        this.pool = pool;
        this.timers = timers;
        this.openedAt = timers.nanos();
        this.retireAt = openedAt + lifetime;
        this.lastUsed = openedAt;
    }

    /** Begins to hear of the connection's end; on the connection's own thread. False when it has ended already. */
    boolean begin() {
        if (!physical.isValid()) {
            return false;
        }
        physical.init(this);
        return true;
    }

    Connection physical() {
        return physical;
    }

    boolean isOn(ContextInternal context) {
        return open.isOn(context);
    }

    boolean isClosed() {
        return closed || !physical.isValid();
    }

    /** Its statement is to be cancelled: whatever the server says to that is no answer of the statement's. */
    void giveUp() {
        givenUp = true;
    }

    boolean isGivenUp() {
        return givenUp;
    }

    void lendTo(@Nullable Lease borrower) {
        lease = borrower;
    }

    @Nullable
    Lease lease() {
        return lease;
    }

    /** One round trip. Fails when there is no answer within the timeout. */
    Future<Void> ping(Duration timeout) {
        Promise<Void> answered = Promise.promise();
        Runnable inTime = timers.after(
                timeout.toNanos(), () -> answered.tryFail("no answer within " + timeout.toMillis() + " ms"));
        open.ping().onComplete(pong -> {
            inTime.run();
            if (pong.succeeded()) {
                answered.tryComplete();
            } else {
                answered.tryFail(pong.cause());
            }
        });
        return answered.future();
    }

    /** Says goodbye to the server, and does not wait for its answer longer than {@code patience}. */
    void close(Duration patience) {
        closed = true;
        Runnable inTime = timers.after(patience.toNanos(), open::discard);
        open.close().onComplete(done -> inTime.run());
    }

    /** Ends it without a word: statements under way fail. */
    void discard() {
        closed = true;
        open.discard();
    }

    @Override
    public void handleClosed() {
        // the client takes a connection for closed when it does not understand the server any more
        discard();
        pool.ended(this);
        Lease borrower = lease;
        if (borrower != null) {
            borrower.handleClosed();
        }
    }

    /** The last words of a server come this way, and go to no statement. */
    @Override
    public void handleException(Throwable failure) {
        if (failure instanceof PgException e) {
            closed = true;
            if (ENDS_ALL.contains(String.valueOf(e.getSqlState()))) {
                pool.suspectAll();
            }
        }
    }

    @Override
    public void handleEvent(Object event) {
        Lease borrower = lease;
        if (borrower != null) {
            borrower.handleEvent(event);
        }
    }
}
