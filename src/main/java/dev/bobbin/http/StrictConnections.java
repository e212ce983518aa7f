package dev.bobbin.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Gives each connection to the HTTP server a {@link RequestDecoder} in the place of Vert.x' own. Vert.x has no setting for
 * that, and Quarkus does not hand out its server; Netty loads this class as a service. It does so by the class loader
 * that has Netty, which in dev mode and in tests inside the JVM does not see it: only the packaged application is strict.
 */
@RegisterForReflection
public final class StrictConnections extends ChannelInitializerExtension {

    private record Settings(HttpServerOptions options, Duration headTimeout, Duration stallTimeout) {}

    private static volatile @Nullable Settings settings;

    /** Lets Netty look for it. To be called before anything opens a connection, since Netty looks once. */
    public static void enable() {
        System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    static void use(HttpServerOptions options, Duration headTimeout, Duration stallTimeout) {
        settings = new Settings(options, headTimeout, stallTimeout);
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        Settings now = settings;
        if (now != null) {
            channel.pipeline().addLast(new Installer(now));
        }
    }

    /** Waits until Vert.x has made its pipeline, which with TLS it does after the handshake. */
    private static final class Installer extends ChannelInboundHandlerAdapter {

        // the names are those of Vert.x' HttpServerWorker
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
            // with HTTP/2, and on a connection that is refused, there is none
            if (pipeline.get(DECODER) != null && pipeline.get(HANDLER) != null) {
                AnswerPacing pacing = new AnswerPacing(settings.stallTimeout);
                pipeline.replace(DECODER, DECODER, new RequestDecoder(settings.options, settings.headTimeout, pacing));
                pipeline.addBefore(HANDLER, null, pacing);
            }
        }
    }
}
