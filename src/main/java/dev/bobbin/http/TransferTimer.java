package dev.bobbin.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

/** Ends a transfer that makes no progress, or that takes too long. Used by one event loop only. */
final class TransferTimer {

    private final Vertx vertx;
    private final long stall;
    private final long total;
    private final Runnable expired;
    private long began;
    private long lastProgress;
    private long timer = -1;

    TransferTimer(RoutingContext http, MemoryConfig config, Runnable expired) {
        this.vertx = http.vertx();
        this.stall = config.stallTimeout().toNanos();
        this.total = config.transferTimeout().toNanos();
        this.expired = expired;
    }

    /** One that closes the connection, and drops what it has not sent. */
    static TransferTimer closing(RoutingContext http, MemoryConfig config) {
        Channel channel = ((ConnectionBase) http.request().connection()).channel();
        return new TransferTimer(http, config, () -> {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            // beneath the server's own handler, which waits until what was written has been read
            ChannelHandlerContext first = channel.pipeline().firstContext();
            if (first != null) {
                first.close();
            }
        });
    }

    void start() {
        stop();
        began = System.nanoTime();
        lastProgress = began;
        schedule(began);
    }

    void progress() {
        lastProgress = System.nanoTime();
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    private void schedule(long now) {
        long left = Math.min(lastProgress + stall - now, began + total - now);
        if (left <= 0) {
            expired.run();
            return;
        }
        timer = vertx.setTimer(left / 1_000_000 + 1, fired -> schedule(System.nanoTime()));
    }
}
