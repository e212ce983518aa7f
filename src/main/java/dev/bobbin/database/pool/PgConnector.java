package dev.bobbin.database.pool;

import dev.bobbin.Sockets;
import io.netty.channel.Channel;
import io.quarkus.runtime.annotations.RegisterForProxy;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.impl.PgConnectionFactory;
import io.vertx.sqlclient.impl.Connection;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Connects with the Vert.x client's own factory. */
@RegisterForProxy(targets = NetClient.class)
public final class PgConnector implements Connector {

    private final VertxInternal vertx;
    private final PgConnectOptions target;
    private final Consumer<NetSocketInternal> beforeStartup;
    private final Function<Throwable, ConnectFailure> explanation;
    private final long connectTimeout;
    private final long pingTimeout;
    private final NetClient client;
    private final PgConnectionFactory factory;

    /**
     * Opens nothing.
     *
     * @param beforeStartup receives each new socket before anything is sent
     * @param explanation what a failed attempt means
     */
    public PgConnector(
            Vertx vertx,
            PgConnectOptions target,
            Consumer<NetSocketInternal> beforeStartup,
            Function<Throwable, ConnectFailure> explanation,
            PoolConfig config) {
        this.vertx = (VertxInternal) vertx;
        this.target = target;
        this.beforeStartup = beforeStartup;
        this.explanation = explanation;
        this.connectTimeout = config.connectTimeout().toMillis();
        this.pingTimeout = config.pingTimeout().toMillis();
        NetClientOptions network = new NetClientOptions(target)
                .setReconnectAttempts(0)
                .setTcpKeepAlive(true)
                .setConnectTimeout(Math.toIntExact(connectTimeout))
                .setSslHandshakeTimeout(connectTimeout)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        if (network.getHostnameVerificationAlgorithm() == null) {
            network.setHostnameVerificationAlgorithm("");
        }
        this.client = vertx.createNetClient(network);
        this.factory = new PgConnectionFactory(this.vertx, () -> Future.succeededFuture(target));
    }

    /** What the client's objects around a connection refer to. */
    PgConnectionFactory factory() {
        return factory;
    }

    @Override
    public Future<Opened> open(@Nullable ContextInternal near) {
        ContextInternal home = near == null
                ? vertx.createEventLoopContext()
                : vertx.createEventLoopContext(near.nettyEventLoop(), null, near.classLoader());
        return new Attempt(home).open();
    }

    @Override
    public ConnectFailure explain(Throwable failure) {
        return explanation.apply(failure);
    }

    @Override
    public Future<Void> cancel(Connection connection) {
        return new Attempt(vertx.createEventLoopContext()).cancel(connection);
    }

    /** Also closes what is still open. */
    Future<Void> close() {
        return client.close();
    }

    /**
     * Closes from beneath the client's codec, which would send a message and wait for the server to close; one that is gone
     * never does. Unsent data is dropped: a cancelled statement must not arrive when the network recovers, after its retry.
     */
    static void abort(NetSocketInternal socket) {
        Channel channel = socket.channelHandlerContext().channel();
        channel.eventLoop().execute(() -> Sockets.reset(channel));
    }

    /**
     * One attempt, which ends in time: the client by itself waits for ever for a server that has accepted and is silent, as
     * Neon's proxy is while the database wakes.
     */
    private final class Attempt extends PgConnectionFactory {

        private final ContextInternal context;
        private volatile @Nullable NetSocketInternal socket;
        private volatile boolean givenUp;

        Attempt(ContextInternal context) {
            super(context.owner(), () -> Future.succeededFuture(target));
            this.context = context;
        }

        /** After a failure no socket is left open. */
        Future<Opened> open() {
            Promise<Opened> opened = context.promise();
            context.runOnContext(start -> {
                long timer = context.setTimer(connectTimeout, late -> {
                    giveUp();
                    opened.tryFail(new TimeoutException("no connection within " + connectTimeout + " ms"));
                });
                connect((Context) context, target).onComplete(connected -> {
                    context.owner().cancelTimer(timer);
                    NetSocketInternal open = socket;
                    if (connected.failed() || open == null) {
                        // a refused TLS, for example, leaves its socket open
                        giveUp();
                        opened.tryFail(connected.cause());
                    } else if (!opened.tryComplete(opened((SqlConnectionInternal) connected.result(), open))) {
                        abort(open);
                    }
                });
            });
            return opened.future();
        }

        private Opened opened(SqlConnectionInternal connection, NetSocketInternal open) {
            return new Opened(
                    connection.unwrap(),
                    context,
                    () -> connection.query("SELECT 1").execute().mapEmpty(),
                    () -> abort(open));
        }

        /**
         * Completes after a ping-timeout at the latest, and goes on until the connect-timeout: a statement that is not
         * cancelled holds its session, and its locks.
         */
        Future<Void> cancel(Connection other) {
            Promise<Void> asked = context.promise();
            context.runOnContext(start -> {
                long impatient = context.setTimer(pingTimeout, late -> asked.tryComplete());
                long end = context.setTimer(connectTimeout, late -> giveUp());
                cancelRequest(target, other.getProcessId(), other.getSecretKey(), done -> {
                    context.owner().cancelTimer(impatient);
                    context.owner().cancelTimer(end);
                    asked.tryComplete();
                });
            });
            return asked.future();
        }

        /** The client shows a socket only when the database is awake; this reports it as soon as TCP has connected. */
        @Override
        protected NetClient netClient(NetClientOptions unused) {
            return (NetClient) Proxy.newProxyInstance(
                    NetClient.class.getClassLoader(),
                    new Class<?>[] {NetClient.class},
                    (proxy, method, arguments) -> client.connect((SocketAddress) arguments[0], (String) arguments[1])
                            .map(this::connected));
        }

        private NetSocket connected(NetSocket fresh) {
            NetSocketInternal open = (NetSocketInternal) fresh;
            socket = open;
            if (givenUp) {
                abort(open);
            } else {
                beforeStartup.accept(open);
            }
            return fresh;
        }

        private void giveUp() {
            givenUp = true;
            NetSocketInternal open = socket;
            if (open != null) {
                abort(open);
            }
        }
    }
}
