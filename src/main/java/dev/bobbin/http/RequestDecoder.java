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

    private static final Pattern MALFORMED = Pattern.compile("[^\\x00-\\x7E]|%(?!\\p{XDigit}{2})");

    private final HttpServerOptions options;
    private final Duration headTimeout;
    private final AnswerPacing pacing;

    /** Between requests, or within the head of one, of which so many lines have been read. */
    private boolean inHead = true;

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
            ProblemException problem = headerLines(in);
            if (problem != null) {
                in.skipBytes(in.readableBytes());
                refuse(null, problem, out);
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
            request.setMethod(HttpMethod.valueOf("OTHER"));
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

    /** Netty joins the lines of a folded header, and bounds no number of lines, so that both have to be found before. */
    private @Nullable ProblemException headerLines(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        boolean folded = lines > 0 && isBlank(in.getByte(at));
        if (lines == 0) {
            // what Netty skips before a request
            at = in.forEachByte(at, end - at, b -> (b >= 0 && b <= ' ') || b == 0x7F);
        }
        boolean ended = at < 0;
        while (!folded && !ended) {
            int next = in.indexOf(at, end, (byte) '\n') + 1;
            lines += next > 0 ? 1 : 0;
            ended = next == 0 || next == end || in.getByte(next) == '\r';
            folded = !ended && isBlank(in.getByte(next));
            at = next;
        }
        if (folded) {
            return INVALID_REQUEST.because("A header goes over several lines");
        }
        return lines > LINES ? HEADERS_TOO_LARGE.because("There are more than " + LINES + " headers") : null;
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
        out.addAll(List.of(substitute, LastHttpContent.EMPTY_LAST_CONTENT));
        stopTimer();
        pacing.begin();
        refused = true;
    }

    /** Notifies the body's reader. Vert.x would close the connection with that, and the answer would be lost. */
    private void failBody(ChannelHandlerContext ctx, Throwable cause) {
        refused = true;
        if (ctx.pipeline().get(VertxHandler.class).getConnection() instanceof Http1xServerConnection connection) {
            connection.handleException(new DecoderException("The body's chunks are malformed", cause));
        }
        // by then the answer has reached the sender
        ctx.executor().schedule(() -> ctx.close(), 2, TimeUnit.SECONDS);
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
