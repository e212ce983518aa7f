package dev.bobbin.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Sends a {@link LargeAnswer} as fast as its client takes it, and closes the connection of a client that does not. Handed
 * over whole, as Quarkus REST does it, an answer is held three times its size by a connection that does not take it.
 */
@Provider
public class LargeAnswerWriter implements ServerMessageBodyWriter<LargeAnswer> {

    private final MemoryConfig config;

    LargeAnswerWriter(MemoryConfig config) {
        this.config = config;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, ResteasyReactiveResourceInfo target, MediaType media) {
        return type == LargeAnswer.class;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
        return type == LargeAnswer.class;
    }

    @Override
    public void writeResponse(LargeAnswer answer, Type generic, ServerRequestContext context) {
        ResteasyReactiveRequestContext request = (ResteasyReactiveRequestContext) context;
        RoutingContext http = request.unwrap(RoutingContext.class);
        request.suspend();
        http.response().putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(answer.length()));
        TransferTimer timer = TransferTimer.closing(http, config);
        http.addEndHandler(over -> {
            timer.stop();
            request.resume();
        });
        timer.start();
        send(answer, http.response(), timer);
    }

    private static void send(LargeAnswer answer, HttpServerResponse response, TransferTimer timer) {
        while (!response.closed()) {
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> send(answer, response, timer));
                return;
            }
            timer.progress();
            Buffer piece = answer.next();
            if (piece == null) {
                response.end();
                return;
            }
            response.write(piece);
        }
    }

    @Override
    public void writeTo(
            LargeAnswer answer,
            Class<?> type,
            Type generic,
            Annotation[] annotations,
            MediaType media,
            MultivaluedMap<String, Object> headers,
            OutputStream stream) {
        throw new UnsupportedOperationException("sent without a stream");
    }
}
