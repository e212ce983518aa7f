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
 * Sends a large response as fast as its client takes it. Quarkus REST would send it whole, and a connection that is not read
 * would hold it three times. {@link AnswerPacing} closes the connection if the client stops, this class if it takes too long.
 */
@Provider
public class LargeAnswerWriter implements ServerMessageBodyWriter<LargeAnswerWriter.Pieces> {

    private final HttpConfig config;

    LargeAnswerWriter(HttpConfig config) {
        this.config = config;
    }

    /** A response in pieces, each held no longer than until it is sent. */
    static final class Pieces {

        /** Copied to the connection at a time; it takes twice as much ahead of the client. */
        private static final int SIZE = 1 << 15;

        private final Queue<Buffer> pieces;
        private final long length;

        Pieces(List<Buffer> parts, long length) {
            this.pieces = cut(parts);
            this.length = length;
        }

        static Queue<Buffer> cut(List<Buffer> parts) {
            Queue<Buffer> pieces = new ArrayDeque<>();
            for (Buffer part : parts) {
                for (int start = 0; start < part.length(); start += SIZE) {
                    pieces.add(part.slice(start, Math.min(part.length(), start + SIZE)));
                }
            }
            return pieces;
        }

        private void send(HttpServerResponse response) {
            while (!response.closed()) {
                if (response.writeQueueFull()) {
                    response.drainHandler(drained -> send(response));
                    return;
                }
                Buffer piece = pieces.poll();
                if (piece == null) {
                    response.end();
                    return;
                }
                response.write(piece);
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
        ConnectionBase connection = (ConnectionBase) http.request().connection();
        request.suspend();
        long timer = http.vertx()
                .setTimer(config.memory().transferTimeout().toMillis(), late -> Sockets.reset(connection.channel()));
        http.addEndHandler(sent -> {
            http.vertx().cancelTimer(timer);
            request.resume();
        });
        http.response().putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(answer.length));
        answer.send(http.response());
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
