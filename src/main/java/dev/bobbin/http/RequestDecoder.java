package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.REQUEST_TIMEOUT;

import dev.bobbin.Mount;
import dev.bobbin.problem.ProblemException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import io.vertx.core.net.impl.VertxHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection, and rejects what {@link HeadRules} do not allow or what takes too long. {@link AnswerPacing} decides when
 * the next request is read. After a rejection nothing more is read, since the next request might begin anywhere.
 */
final class RequestDecoder extends VertxHttpRequestDecoder {

    private static final List<CharSequence> KEPT_HEADERS = List.of(HttpHeaderNames.HOST, RequestId.HEADER);

    private static final String REJECTED = "/rejected";

    private final HeadRules rules;
    private final Duration headTimeout;
    private final AnswerPacing pacing;

    /** Between requests, or in the head of one. */
    private @Nullable HttpRequest head;

    private boolean rejected;
    private @Nullable Future<?> timer;

    RequestDecoder(HttpServerOptions options, Duration headTimeout, AnswerPacing pacing) {
        super(options);
        this.rules = new HeadRules(options);
        this.headTimeout = headTimeout;
        this.pacing = pacing;
    }

    /**
     * Marks a rejected request. It counts as decoded, so that Vert.x passes it to the router, which responds after the
     * requests before; Vert.x itself responds to a failed result, without a body.
     */
    static final class Rejection extends DecoderResult {

        final ProblemException problem;

        private Rejection(ProblemException problem) {
            super(SIGNAL_SUCCESS);
            this.problem = problem;
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        startTimer(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
        super.channelRead(ctx, bytes);
        if (timer == null && headHasBegun() && !pacing.isStalled() && !rejected) {
            startTimer(ctx);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        stopTimer();
        super.channelInactive(ctx);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (rejected) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (inHead()) {
            if (pacing.stalls(ctx)) {
                return;
            }
            if (rules.dropLongLine(in)) {
                // the headers say which page has to see the problem
                String line = "GET " + REJECTED + " HTTP/1.1\r\n";
                super.decode(ctx, Unpooled.copiedBuffer(line, StandardCharsets.US_ASCII), out);
            }
            ProblemException problem = rules.checkLines(in);
            if (problem != null) {
                in.skipBytes(in.readableBytes());
                reject(problem, out);
                return;
            }
        }
        super.decode(ctx, in, out);
        if (!out.isEmpty()) {
            decoded(ctx, out);
        }
    }

    private void decoded(ChannelHandlerContext ctx, List<Object> out) {
        Object last = out.get(out.size() - 1);
        if (out.get(0) instanceof HttpRequest request) {
            ProblemException problem = rules.check(request);
            if (problem != null) {
                reject(problem, out);
                return;
            }
            stopTimer();
            pacing.begin();
            head = null;
        } else if (last instanceof HttpContent content
                && content.decoderResult().isFailure()) {
            out.clear();
            failBody(ctx, content.decoderResult().cause());
            return;
        }
        if (last instanceof LastHttpContent) {
            pacing.received();
            rules.nextHead();
        }
    }

    /** Callers can invent any number of methods: they become one, so that metrics do not count each. */
    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        HttpMessage message = super.createMessage(initialLine);
        if (message instanceof HttpRequest request) {
            if (!RequestGuard.isMethod(request.method().name())) {
                request.setMethod(HttpMethod.valueOf("OTHER"));
            }
            head = request;
        }
        return message;
    }

    /** A head that ends with its connection is neither counted nor answered. */
    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        super.decodeLast(ctx, in, out);
        out.removeIf(message -> message instanceof HttpRequest request
                && request.decoderResult().isFailure());
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw INVALID_REQUEST.because("Content-Length and Transfer-Encoding exclude each other");
    }

    private void reject(ProblemException problem, List<Object> out) {
        HttpHeaders headers = HeadersMultiMap.httpHeaders().set(HttpHeaderNames.HOST, "rejected");
        HttpMethod method = HttpMethod.GET;
        if (head != null) {
            method = head.method();
            for (CharSequence name : KEPT_HEADERS) {
                String value = head.headers().get(name);
                if (value != null) {
                    headers.set(name, value);
                }
            }
        }
        String origin = rules.origin();
        if (origin != null) {
            headers.set(HttpHeaderNames.ORIGIN, origin);
        }
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        String mount = rules.isOpenAi() ? Mount.OPENAI : "";
        DefaultHttpRequest substitute = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, mount + REJECTED, headers);
        substitute.setDecoderResult(new Rejection(problem));
        out.clear();
        out.addAll(List.of(substitute, LastHttpContent.EMPTY_LAST_CONTENT));
        stopTimer();
        pacing.begin();
        pacing.received();
        rejected = true;
    }

    /** Tells the body's reader, which responds. Vert.x would close the connection before that. */
    private void failBody(ChannelHandlerContext ctx, Throwable cause) {
        rejected = true;
        if (ctx.pipeline().get(VertxHandler.class).getConnection() instanceof Http1xServerConnection connection) {
            connection.handleException(new DecoderException("The body's chunks are malformed", cause));
        }
        // by then the client has the response
        ctx.executor().schedule(() -> ctx.close(), 2, TimeUnit.SECONDS);
    }

    private boolean inHead() {
        return !pacing.isReceiving();
    }

    private boolean headHasBegun() {
        return inHead() && (rules.hasBegun() || actualReadableBytes() > 0);
    }

    private void startTimer(ChannelHandlerContext ctx) {
        timer = ctx.executor().schedule(() -> timeOut(ctx), headTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void timeOut(ChannelHandlerContext ctx) {
        if (!headHasBegun()) {
            ctx.close();
            return;
        }
        List<Object> out = new ArrayList<>();
        reject(REQUEST_TIMEOUT.because("The head of the request did not arrive in time"), out);
        out.forEach(ctx::fireChannelRead);
        ctx.fireChannelReadComplete();
    }
}
