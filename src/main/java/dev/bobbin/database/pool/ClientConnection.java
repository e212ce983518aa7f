package dev.bobbin.database.pool;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.sqlclient.impl.Connection;
import io.vertx.sqlclient.impl.SqlConnectionInternal;

/** A connection of the Vert.x client, and the socket beneath it. */
record ClientConnection(SqlConnectionInternal connection, NetSocketInternal socket, ContextInternal context)
        implements OpenConnection {

    @Override
    public Connection physical() {
        return connection.unwrap();
    }

    @Override
    public boolean isOn(ContextInternal other) {
        return context.nettyEventLoop() == other.nettyEventLoop();
    }

    @Override
    public Future<Void> ping() {
        return connection.query("SELECT 1").execute().mapEmpty();
    }

    @Override
    public Future<Void> close() {
        return connection.close();
    }

    @Override
    public void discard() {
        closeHard(socket);
    }

    /**
     * Closes from beneath the client's codec, which turns a close into a goodbye to the server and then waits for the
     * server to close. One that is gone never does. What was not sent yet is not sent any more: a statement that was
     * given up must not arrive when the network heals, after what was done in its place.
     */
    static void closeHard(NetSocketInternal socket) {
        Channel channel = socket.channelHandlerContext().channel();
        channel.eventLoop().execute(() -> {
            if (channel.isOpen()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            ChannelHandlerContext first = channel.pipeline().firstContext();
            if (first != null) {
                first.close();
            }
        });
    }
}
