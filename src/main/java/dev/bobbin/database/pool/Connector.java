package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import io.vertx.sqlclient.impl.Connection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the pool needs of the network. */
interface Connector {

    /**
     * An open connection, on its home context.
     *
     * @param ping one round trip, which does not end if there is no answer
     * @param abort closes the socket without a message to the server; statements in flight fail
     */
    record Opened(Connection physical, ContextInternal home, Supplier<Future<Void>> ping, Runnable abort) {}

    /** Opens a connection, on the event loop of {@code near} if given; completes on that loop. */
    Future<Opened> open(@Nullable ContextInternal near);

    /** What a failed attempt means. */
    ConnectFailure explain(Throwable failure);

    /** Asks the server to cancel a connection's statement. Completes when the request was sent, or cannot be. */
    Future<Void> cancel(Connection connection);
}
