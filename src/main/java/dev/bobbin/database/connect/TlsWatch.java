package dev.bobbin.database.connect;

import dev.bobbin.database.connect.UntrustedServerException.Lack;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Lets a connect that fails on the way to TLS fail with the reason. The client itself would report a closed channel after
 * a handshake that failed; and it would never close a connection whose server has no TLS.
 */
public final class TlsWatch extends ChannelInboundHandlerAdapter {

    private boolean answered;

    private TlsWatch() {}

    /**
     * Makes a connecting channel keep to the policy where the client alone would not. To be called as soon as TCP has
     * connected, before the client asks for TLS.
     *
     * @param pipeline of a Vert.x socket, whose own handler is called {@code handler}
     */
    public static void install(ChannelPipeline pipeline, TlsPolicy tls) {
        if (tls.encrypts()) {
            pipeline.addBefore("handler", "tls-watch", new TlsWatch());
        }
        if (tls.requiresChannelBinding()) {
            pipeline.addBefore("handler", "channel-binding-guard", new ChannelBindingGuard());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        IOException objection = !answered && msg instanceof ByteBuf bytes && bytes.isReadable()
                ? objection(bytes.getByte(bytes.readerIndex()))
                : null;
        answered = true;
        if (objection == null) {
            ctx.fireChannelRead(msg);
        } else {
            ((ByteBuf) msg).release();
            ctx.fireExceptionCaught(objection);
            ctx.close();
        }
    }

    private static @Nullable IOException objection(byte answer) {
        return switch (answer) {
            case 'S' -> null;
            // what an overloaded server says; the text is from anybody
            case 'E' -> new IOException("The server answers with an error to the request for TLS");
            default -> new UntrustedServerException(Lack.TLS, "The server does not speak TLS");
        };
    }

    /** The server's close_notify is its last word, whether FIN follows or not. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            // from beneath the client's codec, which would say farewell and wait
            ChannelHandlerContext first = ctx.pipeline().firstContext();
            if (first != null) {
                first.close();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        Throwable failure = tls == null ? null : tls.handshakeFuture().cause();
        if (failure != null) {
            ctx.fireExceptionCaught(failure);
        }
        ctx.fireChannelInactive();
    }
}
