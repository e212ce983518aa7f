package dev.bobbin.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.http.HttpServerOptions;
import org.jspecify.annotations.Nullable;

/**
 * Replaces Vert.x' decoder of each HTTP connection by {@link RequestDecoder}; neither Vert.x nor Quarkus has a setting for that.
 * Netty loads this class as a service, by the class loader that has Netty: in dev mode and in tests inside the JVM that one
 * does not see it, so only the packaged application is strict.
 */
@RegisterForReflection
public final class StrictConnections extends ChannelInitializerExtension {

    private static final RecvByteBufAllocator READS = new AdaptiveRecvByteBufAllocator();

    private record Settings(HttpServerOptions options, HttpConfig config) {}

    private static volatile @Nullable Settings settings;

    /** Must be called before the first connection is opened, since Netty looks for extensions once. */
    public static void enable() {
        System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    static void use(HttpServerOptions options, HttpConfig config) {
        settings = new Settings(options, config);
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        // with a receive buffer size, Vert.x has every read allocate a buffer of that size, which is a tenth of a
        // call's CPU
        channel.config().setRecvByteBufAllocator(READS);
        Settings now = settings;
        if (now != null) {
            channel.pipeline().addLast(new Installer(now));
        }
    }

    /** Waits until Vert.x has made its pipeline, which with TLS it does after the handshake. */
    private static final class Installer extends ChannelInboundHandlerAdapter {

        // the names in Vert.x' HttpServerWorker
        private static final String TLS = "ssl";
        private static final String DECODER = "httpDecoder";
        private static final String HANDLER = "handler";

        private final Settings settings;

        private Installer(Settings settings) {
            this.settings = settings;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.fireChannelActive();
            if (ctx.pipeline().get(TLS) != null) {
                ctx.pipeline().addAfter(TLS, null, new Installer(settings));
            } else {
                install(ctx.pipeline());
            }
            ctx.pipeline().remove(this);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            ctx.fireUserEventTriggered(event);
            if (event instanceof SslHandshakeCompletionEvent) {
                install(ctx.pipeline());
                ctx.pipeline().remove(this);
            }
        }

        private void install(ChannelPipeline pipeline) {
            // HTTP/2 and rejected connections have none
            if (pipeline.get(DECODER) != null && pipeline.get(HANDLER) != null) {
                HttpConfig config = settings.config;
                AnswerPacing pacing = new AnswerPacing(config.memory().stallTimeout());
                RequestDecoder decoder =
                        new RequestDecoder(settings.options, config.http().headTimeout(), pacing);
                pipeline.replace(DECODER, DECODER, decoder);
                pipeline.addBefore(HANDLER, null, pacing);
            }
        }
    }
}
