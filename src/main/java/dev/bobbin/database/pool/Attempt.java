package dev.bobbin.database.pool;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.pgclient.impl.PgConnectionFactory;
import io.vertx.sqlclient.impl.Connection;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect, which has an end: the client by itself waits for ever for a server that has accepted and is
 * silent, as Neon's proxy is while the database wakes.
 */
final class Attempt extends PgConnectionFactory {

    private final NetClient client;
    private final Server server;
    private final ContextInternal context;

    private volatile @Nullable NetSocketInternal socket;
    private volatile boolean givenUp;

    /**
     * @param context an event loop's, where the connection will live
     */
    Attempt(ContextInternal context, NetClient client, Server server) {
        super(context.owner(), () -> Future.succeededFuture(server.options()));
        this.context = context;
        this.client = client;
        this.server = server;
    }

    /** What came of it, within {@code timeout}; after a failure no socket is left. Completes on the context. */
    Future<OpenConnection> within(Duration timeout) {
        Promise<OpenConnection> opened = context.promise();
        context.runOnContext(start -> {
            long timer = context.setTimer(timeout.toMillis(), late -> {
                givenUp = true;
                closeSocket();
                opened.tryFail(new TimeoutException("no connection within " + timeout.toMillis() + " ms"));
            });
            connect((Context) context, server.options()).onComplete(connected -> {
                context.owner().cancelTimer(timer);
                NetSocketInternal open = socket;
                if (connected.failed() || open == null) {
                    // a refused TLS, for one, leaves its socket open
                    closeSocket();
                    opened.tryFail(connected.cause());
                } else if (!opened.tryComplete(
                        new ClientConnection((SqlConnectionInternal) connected.result(), open, context))) {
                    closeSocket();
                }
            });
        });
        return opened.future();
    }

    /**
     * Asks the server to cancel what another connection does. Completes when it was asked, or after {@code patience}: then
     * it goes on until {@code timeout}, as a statement that is not cancelled holds its session, and what it has locked.
     * Whether the server has done it is not known.
     */
    Future<Void> cancel(Connection other, Duration patience, Duration timeout) {
        Promise<Void> asked = context.promise();
        context.runOnContext(start -> {
            long impatient = context.setTimer(patience.toMillis(), late -> asked.tryComplete());
            long end = context.setTimer(timeout.toMillis(), late -> {
                givenUp = true;
                closeSocket();
            });
            cancelRequest(server.options(), other.getProcessId(), other.getSecretKey(), done -> {
                context.owner().cancelTimer(impatient);
                context.owner().cancelTimer(end);
                asked.tryComplete();
            });
        });
        return asked.future();
    }

    @Override
    protected NetClient netClient(NetClientOptions unused) {
        return new SocketListener(client, this::opened);
    }

    private void opened(NetSocketInternal fresh) {
        socket = fresh;
        if (givenUp) {
            closeSocket();
        } else {
            server.beforeStartup().accept(fresh);
        }
    }

    private void closeSocket() {
        NetSocketInternal open = socket;
        if (open != null) {
            ClientConnection.closeHard(open);
        }
    }
}
