package dev.bobbin.http;

import dev.bobbin.Sockets;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets the decoder read a request only after the response to the one before, and while the client reads: otherwise a client that
 * only sends would have all its responses held. One that does not read for too long is cut off.
 */
final class AnswerPacing extends ChannelDuplexHandler {

    private final Duration stallTimeout;
    private boolean answering;
    /** Between the end of a request's head and the end of its body. */
    private boolean receiving;

    private int requests;
    private @Nullable ChannelHandlerContext stalled;
    private boolean paused;
    private @Nullable Future<?> timer;

    AnswerPacing(Duration stallTimeout) {
        this.stallTimeout = stallTimeout;
    }

    /** A request was read. */
    void begin() {
        answering = true;
        receiving = true;
        requests++;
    }

    /** It has arrived with its body. */
    void received() {
        receiving = false;
    }

    boolean isReceiving() {
        return receiving;
    }

    boolean isStalled() {
        return stalled != null;
    }

    /** Whether the decoder has to wait before its next request; it is called again when it may go on. */
    boolean stalls(ChannelHandlerContext decoder) {
        if (mayRead(decoder)) {
            return false;
        }
        stalled = decoder;
        // if Vert.x has paused the connection, it also resumes it
        if (!paused && decoder.channel().config().isAutoRead()) {
            paused = true;
            decoder.channel().config().setAutoRead(false);
        }
        return true;
    }

    private boolean mayRead(ChannelHandlerContext ctx) {
        return !answering && ctx.channel().isWritable();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(message, promise);
        boolean interim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (message instanceof LastHttpContent && !interim) {
            answering = false;
            if (receiving) {
                dropBody(ctx);
            }
            // later, since this may be called while the decoder decodes
            ctx.executor().execute(this::goOn);
        }
    }

    /** The rest of a body that no call waits for may arrive, so that the connection can be used again, but not for long. */
    private void dropBody(ChannelHandlerContext ctx) {
        int request = requests;
        Runnable reset = () -> {
            if (receiving && requests == request) {
                Sockets.reset(ctx.channel());
            }
        };
        ctx.executor().schedule(reset, stallTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.fireChannelWritabilityChanged();
        stopTimer();
        if (ctx.channel().isWritable()) {
            ctx.executor().execute(this::goOn);
        } else {
            timer = ctx.executor()
                    .schedule(() -> Sockets.reset(ctx.channel()), stallTimeout.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopTimer();
        ctx.fireChannelInactive();
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void goOn() {
        ChannelHandlerContext ctx = stalled;
        if (ctx == null || ctx.isRemoved() || !mayRead(ctx)) {
            return;
        }
        stalled = null;
        if (paused) {
            paused = false;
            ctx.channel().config().setAutoRead(true);
        }
        RequestDecoder decoder = (RequestDecoder) ctx.handler();
        try {
            decoder.channelRead(ctx, Unpooled.EMPTY_BUFFER);
            decoder.channelReadComplete(ctx);
        } catch (Exception e) {
            ctx.fireExceptionCaught(e);
        }
    }
}
