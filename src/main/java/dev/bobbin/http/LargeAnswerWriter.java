package dev.bobbin.http;

import dev.bobbin.Sockets;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Sends a large answer as fast as its client takes it, and closes the connection of a client that does not. Handed over
 * whole, as Quarkus REST does it, an answer is held three times its size by a connection that does not take it.
 */
@Provider
public class LargeAnswerWriter implements ServerMessageBodyWriter<LargeAnswerWriter.Pieces> {

    private final MemoryConfig config;

    LargeAnswerWriter(MemoryConfig config) {
        this.config = config;
    }

    /** An answer in pieces, which are held no longer than until they are sent. */
    static final class Pieces {

        /** What is copied to the connection at a time; twice of it is what the connection takes ahead of the client. */
        private static final int SIZE = 1 << 15;

        private final Queue<Buffer> pieces = new ArrayDeque<>();
        private final long length;

        Pieces(List<Buffer> parts, long length) {
            this.length = length;
            for (Buffer part : parts) {
                for (int start = 0; start < part.length(); start += SIZE) {
                    pieces.add(part.slice(start, Math.min(part.length(), start + SIZE)));
                }
            }
        }
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, ResteasyReactiveResourceInfo target, MediaType media) {
        return type == Pieces.class;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
        return type == Pieces.class;
    }

    @Override
    public void writeResponse(Pieces answer, Type generic, ServerRequestContext context) {
        ResteasyReactiveRequestContext request = (ResteasyReactiveRequestContext) context;
        RoutingContext http = request.unwrap(RoutingContext.class);
        request.suspend();
        http.response().putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(answer.length));
        http.addEndHandler(over -> request.resume());
        ConnectionBase connection = (ConnectionBase) http.request().connection();
        // AnswerPacing, which has a timer too, may have closed it before
        TransferTimer timer = new TransferTimer(http, config, () -> Sockets.reset(connection.channel()));
        timer.start();
        send(answer.pieces, http.response(), timer);
    }

    private static void send(Queue<Buffer> pieces, HttpServerResponse response, TransferTimer timer) {
        while (!response.closed()) {
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> send(pieces, response, timer));
                return;
            }
            timer.progress();
            Buffer piece = pieces.poll();
            if (piece == null) {
                response.end();
                return;
            }
            response.write(piece);
        }
    }

    @Override
    public void writeTo(
            Pieces answer,
            Class<?> type,
            Type generic,
            Annotation[] annotations,
            MediaType media,
            MultivaluedMap<String, Object> headers,
            OutputStream stream) {
        throw new UnsupportedOperationException("sent without a stream");
    }
}
