package dev.bobbin.database.pool;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.net.impl.NetSocketInternal;

/** Ends sockets for real. */
final class Sockets {

    private Sockets() {}

    /**
     * Closes from beneath the client's codec, which turns a close into a farewell to the server and then waits for the
     * server to close. One that is gone never does.
     */
    static void closeHard(NetSocketInternal socket) {
        Channel channel = socket.channelHandlerContext().channel();
        channel.eventLoop().execute(() -> {
            ChannelHandlerContext first = channel.pipeline().firstContext();
            if (first != null) {
                first.close();
            }
        });
    }
}
