package dev.bobbin.database.pool;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.vertx.core.net.impl.NetSocketInternal;

/** Ends sockets for real. */
final class Sockets {

    private Sockets() {}

    /**
     * Closes from beneath the client's codec, which turns a close into a farewell to the server and then waits for the
     * server to close. One that is gone never does. What was not sent yet is not sent any more: a statement that was
     * given up must not arrive when the network heals, behind what was done in its place.
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
