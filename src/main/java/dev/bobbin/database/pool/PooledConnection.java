package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.impl.Connection;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** An open connection, and what the pool knows of it. What is not volatile is guarded by the pool. */
final class PooledConnection implements Connection.Holder {

    /** Shutdown and crash, reported to all sessions of the database. */
    private static final Set<String> ENDS_ALL = Set.of("57P01", "57P02");

    final long openedAt;
    /** When it is too old to be lent. */
    final long retireAt;
    /** When it was returned, or pinged. */
    long lastUsed;
    /** Whether it has not been lent since it was opened or answered a ping. */
    boolean proven = true;

    @Nullable
    Lease lease;
    /** Whether its statement is being cancelled: what the server reports from now on does not answer the statement. */
    volatile boolean givenUp;

    private volatile boolean closed;
    private final Connector.Opened opened;
    private final ConnectionPool pool;

    PooledConnection(Connector.Opened opened, ConnectionPool pool) {
        this.opened = opened;
        this.pool = pool;
        long lifetime = pool.config.recycle().toNanos();
        this.openedAt = pool.timers.nanos();
        this.retireAt = openedAt + lifetime - ThreadLocalRandom.current().nextLong(lifetime / 10 + 1);
        this.lastUsed = openedAt;
    }

    Connection physical() {
        return opened.physical();
    }

    /** Whether code on this context needs no other thread to use it. */
    boolean isOn(ContextInternal context) {
        return opened.home().nettyEventLoop() == context.nettyEventLoop();
    }

    boolean isClosed() {
        return closed || !physical().isValid();
    }

    /** Whether a round trip ends within ping-timeout. */
    Future<Boolean> ping() {
        Promise<Boolean> answered = Promise.promise();
        Runnable cancelTimer = afterPingTimeout(() -> answered.tryComplete(false));
        opened.ping().get().onComplete(pong -> {
            cancelTimer.run();
            answered.tryComplete(pong.succeeded());
        });
        return answered.future();
    }

    /** Ends the session properly; aborts when the server has not closed within ping-timeout. */
    void close() {
        closed = true;
        Promise<Void> ended = Promise.promise();
        Runnable cancelTimer = afterPingTimeout(opened.abort());
        ended.future().onComplete(done -> cancelTimer.run());
        physical().close(this, ended);
    }

    private Runnable afterPingTimeout(Runnable work) {
        return pool.timers.after(pool.config.pingTimeout().toNanos(), work);
    }

    /** Ends it without a message to the server: statements in flight fail. */
    void discard() {
        closed = true;
        opened.abort().run();
    }

    @Override
    public void handleClosed() {
        // the client also takes a connection for closed when it does not understand the server any more
        discard();
        pool.ended(this);
    }

    /** What a server reports as it ends a session arrives here, and at no statement. */
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
    public void handleEvent(Object notification) {
        // nothing listens to notifications
    }
}
