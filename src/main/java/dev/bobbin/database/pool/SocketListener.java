package dev.bobbin.database.pool;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.function.Consumer;

/** Tells of a client's socket as soon as there is one: the Postgres client shows it only after the database is awake. */
record SocketListener(NetClient client, Consumer<NetSocketInternal> opened) implements NetClient {

    @Override
    public Future<NetSocket> connect(SocketAddress remoteAddress, String serverName) {
        return client.connect(remoteAddress, serverName).map(socket -> {
            opened.accept((NetSocketInternal) socket);
            return socket;
        });
    }

    @Override
    public NetClient connect(
            SocketAddress remoteAddress, String serverName, Handler<AsyncResult<NetSocket>> connectHandler) {
        connect(remoteAddress, serverName).onComplete(connectHandler);
        return this;
    }

    @Override
    public NetClient connect(int port, String host, Handler<AsyncResult<NetSocket>> connectHandler) {
        connect(port, host).onComplete(connectHandler);
        return this;
    }

    @Override
    public Future<NetSocket> connect(int port, String host) {
        return connect(SocketAddress.inetSocketAddress(port, host));
    }

    @Override
    public NetClient connect(int port, String host, String serverName, Handler<AsyncResult<NetSocket>> connectHandler) {
        connect(port, host, serverName).onComplete(connectHandler);
        return this;
    }

    @Override
    public Future<NetSocket> connect(int port, String host, String serverName) {
        return connect(SocketAddress.inetSocketAddress(port, host), serverName);
    }

    @Override
    public NetClient connect(SocketAddress remoteAddress, Handler<AsyncResult<NetSocket>> connectHandler) {
        connect(remoteAddress).onComplete(connectHandler);
        return this;
    }

    @Override
    @SuppressWarnings("NullAway") // the client's own way to say that there is no server name
    public Future<NetSocket> connect(SocketAddress remoteAddress) {
        return connect(remoteAddress, (String) null);
    }

    @Override
    public void close(Handler<AsyncResult<Void>> handler) {
        client.close(handler);
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }

    @Override
    public Future<Boolean> updateSSLOptions(SSLOptions options, boolean force) {
        return client.updateSSLOptions(options, force);
    }

    @Override
    public boolean isMetricsEnabled() {
        return client.isMetricsEnabled();
    }
}
