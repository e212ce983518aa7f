package dev.bobbin.http;

import static dev.bobbin.problem.ProblemType.HEADERS_TOO_LARGE;
import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.URI_TOO_LONG;

import dev.bobbin.Mount;
import dev.bobbin.problem.ProblemException;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.vertx.core.http.HttpServerOptions;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rejects heads that two servers in a row could interpret differently, as strictly as RFC 9112 allows, and large ones. */
final class HeadRules {

    /** Short lines take many times their length in memory. */
    private static final int MAX_LINES = 100;

    private static final int LONGEST_MOUNT = 16;

    private static final String NEVER_IN_URIS = "\"<>\\^`{|}";

    private static final String ORIGIN = "Origin:";

    private final int maxLine;
    private final int maxHeaders;
    private int lines;
    private boolean lineTooLong;
    private boolean openAi;
    private @Nullable String origin;

    HeadRules(HttpServerOptions options) {
        maxLine = options.getMaxInitialLineLength();
        maxHeaders = options.getMaxHeaderSize();
    }

    void nextHead() {
        lines = 0;
        origin = null;
    }

    /** Whether the request is one of OpenAI's calls, also if its head is rejected before the line is parsed. */
    boolean isOpenAi() {
        return openAi;
    }

    /** The page that asks, which may see a rejection too. Netty knows it one line later, and not in a head that is rejected. */
    @Nullable
    String origin() {
        return origin;
    }

    boolean hasBegun() {
        return lines > 0 || lineTooLong;
    }

    /** Drops what comes of a request line that is too long. Returns true at the line's end, for the headers that follow. */
    boolean dropLongLine(ByteBuf in) {
        if (lines == 0 && !lineTooLong) {
            int method = in.bytesBefore((byte) ' ') + 1;
            int length = Math.min(LONGEST_MOUNT, in.readableBytes() - method);
            openAi = Mount.isOpenAi(in.toString(in.readerIndex() + method, length, StandardCharsets.US_ASCII));
        }
        if (lines > 0 || (!lineTooLong && in.readableBytes() <= maxLine)) {
            return false;
        }
        int length = in.bytesBefore((byte) '\n');
        lineTooLong |= length < 0 || length > maxLine + 1;
        if (lineTooLong) {
            in.skipBytes(length < 0 ? in.readableBytes() : length + 1);
            lines += length < 0 ? 0 : 1;
        }
        return lineTooLong && length >= 0;
    }

    /** Netty joins the lines of a folded header and does not limit the number of lines, so both are checked before. */
    @Nullable
    ProblemException checkLines(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        if (lines == 0 && !lineTooLong) {
            // what Netty skips before a request
            at = in.forEachByte(at, end - at, b -> (b >= 0 && b <= ' ') || b == 0x7F);
        }
        boolean folded = lines > 0 && at < end && isBlank(in.getByte(at));
        boolean ended = at < 0 || at == end;
        while (!folded && !ended) {
            int next = in.indexOf(at, end, (byte) '\n') + 1;
            if (next > 0) {
                lines++;
                readOrigin(in, at, next);
            }
            ended = next == 0 || next == end || in.getByte(next) == '\r';
            folded = !ended && isBlank(in.getByte(next));
            at = next;
        }
        if (folded) {
            return INVALID_REQUEST.because("A header goes over several lines");
        }
        return lines > MAX_LINES ? HEADERS_TOO_LARGE.because("There are more than " + MAX_LINES + " headers") : null;
    }

    private void readOrigin(ByteBuf in, int start, int end) {
        if ((in.getByte(start) | ' ') != 'o') {
            return;
        }
        String line = in.toString(start, end - start, StandardCharsets.US_ASCII);
        String value = line.substring(Math.min(ORIGIN.length(), line.length())).strip();
        if (line.regionMatches(true, 0, ORIGIN, 0, ORIGIN.length())
                && value.chars().allMatch(c -> c > ' ' && c <= '~')) {
            origin = value;
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    @Nullable
    ProblemException check(HttpRequest request) {
        if (lineTooLong) {
            return URI_TOO_LONG.because(
                    "The request line is longer than the " + maxLine + " bytes this service accepts");
        }
        if (request.decoderResult().isFailure()) {
            return problem(request.decoderResult().cause());
        }
        boolean older = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (!older && !request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return INVALID_REQUEST.because("The protocol must be HTTP/1.1");
        }
        int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && !older)) {
            return INVALID_REQUEST.because("The header Host must be sent once");
        }
        String host = request.headers().get(HttpHeaderNames.HOST);
        if (host != null && !host.chars().allMatch(HeadRules::isOfHost)) {
            return INVALID_REQUEST.because("The header Host is not a host and a port");
        }
        List<String> encodings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!encodings.isEmpty() && older) {
            return INVALID_REQUEST.because("HTTP/1.0 has no Transfer-Encoding");
        }
        if (encodings.size() > 1 || (encodings.size() == 1 && !encodings.get(0).equalsIgnoreCase("chunked"))) {
            return INVALID_REQUEST.because("Transfer-Encoding must be chunked, and nothing else");
        }
        // the framework itself would reject it, without a body
        return isMalformed(request.uri())
                ? INVALID_REQUEST.because("The path is not percent-encoded ASCII, or the query is not percent-encoded")
                : null;
    }

    private ProblemException problem(Throwable cause) {
        if (cause instanceof ProblemException problem) {
            return problem;
        }
        return cause instanceof TooLongHttpHeaderException
                ? HEADERS_TOO_LARGE.because(
                        "The headers are larger than the " + maxHeaders + " bytes this service accepts")
                : INVALID_REQUEST.because("The head of the request is not HTTP/1.1");
    }

    private static boolean isOfHost(int c) {
        return Character.isLetterOrDigit(c) || "-._~%!$&'()*+;=:[]".indexOf(c) >= 0;
    }

    private static boolean isMalformed(String uri) {
        boolean query = false;
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            query |= c == '?';
            if (c == '%' ? !isEscape(uri, i) : NEVER_IN_URIS.indexOf(c) >= 0 || (c > '~' && !query)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEscape(String uri, int at) {
        return at + 2 < uri.length()
                && HexFormat.isHexDigit(uri.charAt(at + 1))
                && HexFormat.isHexDigit(uri.charAt(at + 2));
    }
}
