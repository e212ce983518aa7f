package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.impl.Connection;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A connection to the database, and what the pool knows of it. Times are of {@link System#nanoTime()}. */
final class PooledConnection implements Connection.Holder {

    private final SqlConnectionInternal connection;
    private final Connection physical;
    private final NetSocketInternal socket;
    private final ContextInternal context;
    private final Connections pool;

    final long openedAt;
    /** When it is too old to be lent. */
    final long retireAt;
    /** When it was returned, or pinged. Guarded by the pool. */
    long lastUsed;
    /** Whether it has not been lent since it was opened or answered a ping. Guarded by the pool. */
    boolean proven;

    private volatile @Nullable Lease lease;
    private volatile boolean closed;
    private volatile boolean givenUp;

    PooledConnection(Attempt.Opened opened, ContextInternal context, Connections pool, long openedAt, long retireAt) {
        this.connection = opened.connection();
        this.physical = opened.connection().unwrap();
        this.socket = opened.socket();
        this.context = context;
        this.pool = pool;
        this.openedAt = openedAt;
        this.retireAt = retireAt;
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

    /** Whether a borrower on this context needs no other thread to use it. */
    boolean isOn(ContextInternal other) {
        return context.nettyEventLoop() == other.nettyEventLoop();
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
        var answered = context.<Void>promise();
        long timer = context.setTimer(
                timeout.toMillis(), late -> answered.tryFail("no answer within " + timeout.toMillis() + " ms"));
        connection.query("SELECT 1").execute().onComplete(pong -> {
            context.owner().cancelTimer(timer);
            if (pong.succeeded()) {
                answered.tryComplete();
            } else {
                answered.tryFail(pong.cause());
            }
        });
        return answered.future();
    }

    /** Says farewell to the server, and does not wait for its answer longer than {@code patience}. */
    void close(Duration patience) {
        closed = true;
        long timer = context.setTimer(patience.toMillis(), late -> Sockets.closeHard(socket));
        connection.close().onComplete(done -> context.owner().cancelTimer(timer));
    }

    /** Ends it without a word: statements under way fail. */
    void discard() {
        closed = true;
        Sockets.closeHard(socket);
    }

    @Override
    public void handleClosed() {
        closed = true;
        // the client takes a connection for closed when it does not understand the server any more
        Sockets.closeHard(socket);
        pool.ended(this);
        Lease borrower = lease;
        if (borrower != null) {
            borrower.handleClosed();
        }
    }

    /** A server's farewells come this way, and go to no statement. 57P01 and 57P02 are meant for all of its sessions. */
    @Override
    public void handleException(Throwable failure) {
        if (failure instanceof PgException e) {
            closed = true;
            if (String.valueOf(e.getSqlState()).matches("57P0[12]")) {
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
