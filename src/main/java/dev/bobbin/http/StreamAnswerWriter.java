package dev.bobbin.http;

import dev.bobbin.Sockets;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
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
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends a {@link StreamAnswer}. It may take as long as it needs, but each part no longer than any response. If a part cannot be
 * fetched the connection is cut off, so that the client cannot take what it got for the whole.
 */
@Provider
public class StreamAnswerWriter implements ServerMessageBodyWriter<StreamAnswer> {

    private static final Logger LOG = Logger.getLogger(StreamAnswerWriter.class);

    private final HttpConfig config;

    StreamAnswerWriter(HttpConfig config) {
        this.config = config;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, ResteasyReactiveResourceInfo target, MediaType media) {
        return type == StreamAnswer.class;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
        return type == StreamAnswer.class;
    }

    @Override
    public void writeResponse(StreamAnswer answer, Type generic, ServerRequestContext context) {
        ResteasyReactiveRequestContext request = (ResteasyReactiveRequestContext) context;
        RoutingContext http = request.unwrap(RoutingContext.class);
        request.suspend();
        Sending sending =
                new Sending(http, answer, config.memory().transferTimeout().toMillis());
        http.addEndHandler(ended -> {
            sending.stop();
            request.resume();
        });
        http.response().setChunked(true);
        sending.begin();
    }

    @Override
    public void writeTo(
            StreamAnswer answer,
            Class<?> type,
            Type generic,
            Annotation[] annotations,
            MediaType media,
            MultivaluedMap<String, Object> headers,
            OutputStream stream) {
        throw new UnsupportedOperationException("sent without a stream");
    }

    /** On the event loop of the connection. */
    private static final class Sending {

        private final RoutingContext http;
        private final HttpServerResponse response;
        private final StreamAnswer answer;
        private final Context context;
        private final long partTimeout;
        private final Queue<Buffer> pieces = new ArrayDeque<>();
        private final @Nullable GzipPieces gzip;
        private long timer = -1;

        private Sending(RoutingContext http, StreamAnswer answer, long partTimeout) {
            this.http = http;
            this.response = http.response();
            this.answer = answer;
            this.context = http.vertx().getOrCreateContext();
            this.partTimeout = partTimeout;
            this.gzip = answer.isGzip() ? new GzipPieces() : null;
        }

        private void begin() {
            accept(answer.takeFirst());
        }

        private void stop() {
            http.vertx().cancelTimer(timer);
            pieces.clear();
            if (gzip != null) {
                gzip.end();
            }
        }

        private void accept(List<Buffer> part) {
            if (isOver()) {
                return;
            }
            pieces.addAll(LargeAnswerWriter.Pieces.cut(part));
            if (pieces.isEmpty()) {
                response.end(gzip == null ? Buffer.buffer() : gzip.end());
                return;
            }
            timer = http.vertx().setTimer(partTimeout, late -> cut());
            send();
        }

        private void send() {
            if (isOver()) {
                return;
            }
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> context.runOnContext(ready -> send()));
                return;
            }
            Buffer piece = pieces.poll();
            if (piece == null) {
                http.vertx().cancelTimer(timer);
                answer.next().subscribe().with(this::accept, this::fail);
                return;
            }
            Buffer bytes = gzip == null ? piece : gzip.of(piece);
            if (bytes.length() > 0) {
                response.write(bytes);
            }
            // other connections of this event loop want to go on, too
            context.runOnContext(next -> send());
        }

        private boolean isOver() {
            return response.closed() || response.ended();
        }

        private void fail(Throwable failure) {
            if (!isOver()) {
                LOG.warnf("A response was cut off after %d bytes: %s", response.bytesWritten(), failure.getMessage());
                cut();
            }
        }

        private void cut() {
            Sockets.reset(((ConnectionBase) http.request().connection()).channel());
        }
    }
}
