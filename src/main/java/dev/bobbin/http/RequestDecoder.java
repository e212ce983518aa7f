package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.HEADERS_TOO_LARGE;
import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.REQUEST_TIMEOUT;
import static dev.bobbin.problem.ProblemType.URI_TOO_LONG;

import dev.bobbin.problem.ProblemException;
import io.netty.buffer.ByteBuf;
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
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import io.vertx.core.net.impl.VertxHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection as strictly as RFC 9112 lets a server. What two servers in a row could read in two ways ends the
 * connection; so does a head that takes too long. No request is read before {@link AnswerPacing} lets it.
 */
final class RequestDecoder extends VertxHttpRequestDecoder {

    /** The most lines of a head: short ones take many times their length in memory. */
    private static final int LINES = 100;

    private static final HttpMethod OTHER = HttpMethod.valueOf("OTHER");

    private static final Pattern MALFORMED = Pattern.compile("[^\\x00-\\x7E]|%(?!\\p{XDigit}{2})");

    /** Long enough for the answer to reach the sender of a malformed body. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final HttpServerOptions options;
    private final Duration headTimeout;
    private final AnswerPacing pacing;

    /** Between requests, or within the head of one. */
    private boolean inHead = true;

    /** The lines of the current head that have been read. */
    private int lines;

    private boolean refused;
    private @Nullable Future<?> timer;

    RequestDecoder(HttpServerOptions options, Duration headTimeout, AnswerPacing pacing) {
        super(options);
        this.options = options;
        this.headTimeout = headTimeout;
        this.pacing = pacing;
    }

    /**
     * Marks a request that is refused. It counts as decoded, so that Vert.x takes it to the router, where it becomes a
     * problem like all others; a failed result would be answered without a body before any route. No header can forge it.
     */
    static final class Refusal extends DecoderResult {

        final ProblemException problem;

        private Refusal(ProblemException problem) {
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
        if (timer == null && headBegun() && !pacing.isStalled() && !refused) {
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
        if (refused) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (inHead) {
            if (pacing.stalls(ctx)) {
                return;
            }
            boolean folded = isFolded(in);
            if (folded || lines > LINES) {
                in.skipBytes(in.readableBytes());
                refuse(
                        null,
                        folded
                                ? INVALID_REQUEST.because("A header goes over several lines")
                                : HEADERS_TOO_LARGE.because("There are more than " + LINES + " headers"),
                        out);
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
            ProblemException problem = problem(request);
            if (problem != null) {
                refuse(request, problem, out);
                return;
            }
            stopTimer();
            pacing.begin();
            inHead = false;
        } else if (last instanceof HttpContent content
                && content.decoderResult().isFailure()) {
            out.clear();
            failBody(ctx, content.decoderResult().cause());
            return;
        }
        if (last instanceof LastHttpContent) {
            inHead = true;
            lines = 0;
        }
    }

    /** Callers can invent methods without end: they become one, so that none is counted under its own name. */
    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        HttpMessage message = super.createMessage(initialLine);
        if (message instanceof HttpRequest request
                && !ProtocolGuard.isMethod(request.method().name())) {
            request.setMethod(OTHER);
        }
        return message;
    }

    /** A head that was cut off is not to be counted or answered. */
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

    private @Nullable ProblemException problem(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return problem(request.decoderResult().cause());
        }
        HttpVersion version = request.protocolVersion();
        boolean older = version.equals(HttpVersion.HTTP_1_0);
        if (!older && !version.equals(HttpVersion.HTTP_1_1)) {
            return INVALID_REQUEST.because("The protocol must be HTTP/1.1");
        }
        int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && !older)) {
            return INVALID_REQUEST.because("The header Host must be sent once");
        }
        List<String> encodings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!encodings.isEmpty() && older) {
            return INVALID_REQUEST.because("HTTP/1.0 has no Transfer-Encoding");
        }
        if (encodings.size() > 1 || encodings.stream().anyMatch(encoding -> !encoding.equalsIgnoreCase("chunked"))) {
            return INVALID_REQUEST.because("Transfer-Encoding must be chunked, and nothing else");
        }
        // the router refuses a malformed path before any of its routes, without a body
        return MALFORMED.matcher(request.uri().split("\\?", 2)[0]).find()
                ? INVALID_REQUEST.because("The path is not percent-encoded ASCII")
                : null;
    }

    private ProblemException problem(Throwable cause) {
        if (cause instanceof ProblemException problem) {
            return problem;
        }
        if (cause instanceof TooLongHttpLineException) {
            return URI_TOO_LONG.because("The request line is longer than the " + options.getMaxInitialLineLength()
                    + " bytes this service accepts");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return HEADERS_TOO_LARGE.because(
                    "The headers are larger than the " + options.getMaxHeaderSize() + " bytes this service accepts");
        }
        return INVALID_REQUEST.because("The head of the request is not HTTP/1.1");
    }

    /** Netty joins the lines of such a header, so that it has to be found before. */
    private boolean isFolded(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        if (lines == 0) {
            // what Netty skips before a request
            at = in.forEachByte(at, end - at, b -> (b >= 0 && b <= ' ') || b == 0x7F);
            if (at < 0) {
                return false;
            }
        } else if (isBlank(in.getByte(at))) {
            return true;
        }
        for (int lf = in.indexOf(at, end, (byte) '\n'); lf >= 0; lf = in.indexOf(lf + 1, end, (byte) '\n')) {
            lines++;
            if (lf + 1 == end || in.getByte(lf + 1) == '\r') {
                return false;
            }
            if (isBlank(in.getByte(lf + 1))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** Lets the router answer, in its turn; nothing more is read, since the next request might begin anywhere. */
    private void refuse(@Nullable HttpRequest request, ProblemException problem, List<Object> out) {
        HttpHeaders headers = HeadersMultiMap.httpHeaders();
        headers.set(HttpHeaderNames.HOST, "refused").set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        HttpMethod method = HttpMethod.GET;
        if (request != null) {
            method = request.method();
            String id = request.headers().get(RequestId.HEADER);
            if (id != null) {
                headers.set(RequestId.HEADER, id);
            }
        }
        DefaultHttpRequest substitute = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, "/refused", headers);
        substitute.setDecoderResult(new Refusal(problem));
        out.clear();
        out.add(substitute);
        out.add(LastHttpContent.EMPTY_LAST_CONTENT);
        stopTimer();
        pacing.begin();
        refused = true;
    }

    /** Tells the body's reader. Vert.x would close the connection with that, and the answer would be lost. */
    private void failBody(ChannelHandlerContext ctx, Throwable cause) {
        refused = true;
        if (ctx.pipeline().get(VertxHandler.class).getConnection() instanceof Http1xServerConnection connection) {
            connection.handleException(new DecoderException("The body's chunks are malformed", cause));
        }
        ctx.executor().schedule(() -> ctx.close(), CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean headBegun() {
        return inHead && (lines > 0 || actualReadableBytes() > 0);
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
        if (!headBegun()) {
            ctx.close();
            return;
        }
        List<Object> out = new ArrayList<>();
        refuse(null, REQUEST_TIMEOUT.because("The head of the request did not arrive in time"), out);
        out.forEach(ctx::fireChannelRead);
        ctx.fireChannelReadComplete();
    }
}
