package dev.bobbin;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;

/** Ends connections whose other side may be gone. */
public final class Sockets {

    private Sockets() {}

    /**
     * Closes a connection from beneath its own handlers, which would wait for the other side, and drops what was not sent.
     * To be called on the event loop of the channel; does nothing to a closed one.
     */
    public static void reset(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first != null) {
            first.close();
        }
    }
}
