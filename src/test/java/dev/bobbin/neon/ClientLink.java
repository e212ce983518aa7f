package dev.bobbin.neon;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** A client's connection: its bytes, its TLS, its end. Event loop only. */
final class ClientLink {

    private final NetSocket socket;
    private final Channel channel;
    private final Wire wire;
    private SslHandler tls;

    ClientLink(NetSocket socket, LongSupplier latencyNanos) {
        this.socket = socket;
        channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
        wire = new Wire(latencyNanos);
        channel.pipeline().addFirst("wire", wire);
        // what goes wrong on a client's connection is the client's to notice
        socket.exceptionHandler(failure -> {});
    }

    void onBytes(Consumer<Buffer> consumer) {
        socket.handler(consumer::accept);
    }

    void onClose(Runnable runnable) {
        socket.closeHandler(closed -> runnable.run());
    }

    void send(Buffer bytes) {
        if (bytes.length() > 0) {
            socket.write(bytes);
        }
    }

    /** Says yes to a request for TLS, and succeeds when the handshake has. */
    Future<Void> secure(SSLContext context) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        send(Buffer.buffer("S"));
        tls = new SslHandler(engine);
        channel.pipeline().addAfter("wire", "tls", tls);
        Promise<Void> done = Promise.promise();
        tls.handshakeFuture().addListener(handshake -> {
            if (handshake.isSuccess()) {
                done.complete();
            } else {
                done.fail(handshake.cause());
            }
        });
        return done.future();
    }

    boolean isSecure() {
        return tls != null;
    }

    /** The host name that the client asked for by SNI, or null. */
    String serverName() {
        if (tls != null) {
            ExtendedSSLSession session = (ExtendedSSLSession) tls.engine().getSession();
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName();
                }
            }
        }
        return null;
    }

    /** Ends it politely: everything that was written, close_notify, FIN. */
    void finish() {
        closeNotify(wire::fin);
    }

    void end(Ending ending) {
        switch (ending) {
            case TERMINATED -> {
                send(Messages.error("57P01", "terminating connection due to administrator command"));
                finish();
            }
            case FIN -> wire.fin();
            case RST -> wire.reset();
            case BLACK_HOLE -> wire.swallow();
            case CLOSE_NOTIFY -> closeNotify(tls == null ? wire::fin : wire::swallow);
        }
    }

    void close() {
        socket.close();
    }

    private void closeNotify(Runnable then) {
        if (tls == null) {
            then.run();
            return;
        }
        // the engine drops what it was given but has not encrypted yet
        channel.flush();
        // its future is done a little before its bytes are written
        tls.closeOutbound().addListener(said -> channel.eventLoop().execute(then));
    }
}
