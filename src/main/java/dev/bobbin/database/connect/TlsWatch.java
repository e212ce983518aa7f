package dev.bobbin.database.connect;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Fails a connection attempt with the reason if TLS cannot be set up. The client alone reports a closed channel after a
 * failed handshake, and does not close a connection to a server without TLS.
 */
public final class TlsWatch extends ChannelInboundHandlerAdapter {

    private final boolean requiresChannelBinding;
    private boolean answered;

    private TlsWatch(boolean requiresChannelBinding) {
        this.requiresChannelBinding = requiresChannelBinding;
    }

    /**
     * Enforces what the URL says about TLS. To be called after TCP has connected, before the client asks for TLS.
     *
     * @param pipeline of a Vert.x socket, whose own handler is called {@code handler}
     */
    public static void install(ChannelPipeline pipeline, DatabaseUrl url) {
        if (url.encrypts()) {
            pipeline.addBefore("handler", "tls-watch", new TlsWatch(url.requiresChannelBinding()));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (answered || !(message instanceof ByteBuf bytes) || !bytes.isReadable()) {
            ctx.fireChannelRead(message);
            return;
        }
        answered = true;
        IOException refusal = refusal(bytes);
        if (refusal != null) {
            bytes.release();
            ctx.fireExceptionCaught(refusal);
            ctx.close();
            return;
        }
        ctx.fireChannelRead(message);
        if (requiresChannelBinding) {
            ctx.pipeline().addAfter(ctx.name(), "channel-binding-guard", new ChannelBindingGuard());
        }
    }

    private static @Nullable IOException refusal(ByteBuf answer) {
        byte first = answer.getByte(answer.readerIndex());
        if (first == 'E') {
            // from an overloaded server; its text is not authenticated
            return new IOException("The server answers with an error to the request for TLS");
        }
        // further bytes are not encrypted, but the client might take them for what comes through TLS
        return first == 'S' && answer.readableBytes() == 1
                ? null
                : new NotSslRecordException("The server does not speak TLS");
    }

    /** Closes on the server's close_notify, which need not be followed by a FIN. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        ChannelHandlerContext first = ctx.pipeline().firstContext();
        if (event instanceof SslCloseCompletionEvent && first != null) {
            // below the client's codec, which would send a farewell and wait
            first.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        Throwable failure = tls == null ? null : tls.handshakeFuture().cause();
        if (failure != null) {
            // of a channel that was closed, it does not say when
            ctx.fireExceptionCaught(failure instanceof SSLException ? failure : new SSLException(failure));
        }
        ctx.fireChannelInactive();
    }
}
