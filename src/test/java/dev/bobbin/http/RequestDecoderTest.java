package dev.bobbin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.problem.ProblemType;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpServerOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In whatever pieces a head arrives, it is the same one. */
class RequestDecoderTest {

    private static final HttpServerOptions OPTIONS =
            new HttpServerOptions().setMaxInitialLineLength(200).setMaxHeaderSize(400);

    @ParameterizedTest
    @CsvSource({
        "URI_TOO_LONG, https://a.test, GET /LONG HTTP/1.1|Host: a|Origin: https://a.test||",
        "URI_TOO_LONG, https://a.test, LONG|Origin:https://a.test|Host: a|x: folded||",
        "URI_TOO_LONG, , GET /LONG HTTP/1.1|Host: a|X-Origin: https://a.test||",
        "HEADERS_TOO_LARGE, https://a.test, GET / HTTP/1.1|ORIGIN: https://a.test|x: LONGLONG||",
        "HEADERS_TOO_LARGE, https://a.test, GET / HTTP/1.1|Origin: https://a.test|MANY",
        "INVALID_REQUEST, https://a.test, GET / HTTP/1.1|Origin: https://a.test|x: folded| line||",
        "INVALID_REQUEST, , GET / HTTP/1.1|Origin: https://a test|Host: a|Host: a||",
        "INVALID_REQUEST, , ||GET / HTTP/1.1|o:|Host: a|Host: a||"
    })
    void aRejectedHeadKeepsItsOrigin(ProblemType problem, String origin, String lines) {
        String head = lines.replace("|", "\r\n")
                .replace("LONG", "x".repeat(300))
                .replace("MANY", "a:\r\n".repeat(99) + "a:\r\n\r\n");
        for (int pieces : new int[] {1, 2, 3, 7, 50, 10_000}) {
            HttpRequest request = request(head, pieces);
            assertThat(request.decoderResult()).isInstanceOf(RequestDecoder.Rejection.class);
            RequestDecoder.Rejection rejection = (RequestDecoder.Rejection) request.decoderResult();
            assertThat(rejection.problem.type()).as("in pieces of %d", pieces).isEqualTo(problem);
            assertThat(request.headers().get("Origin"))
                    .as("in pieces of %d", pieces)
                    .isEqualTo(origin);
        }
    }

    @ParameterizedTest
    @CsvSource({"/, GET / HTTP/1.1|Host: a||", "/x, ||PUT /x HTTP/1.1|Host: a|Content-Length: 0||"})
    void aValidHeadIsNotRejected(String uri, String lines) {
        for (int pieces : new int[] {1, 2, 10_000}) {
            HttpRequest request = request(lines.replace("|", "\r\n"), pieces);
            assertThat(request.decoderResult()).isNotInstanceOf(RequestDecoder.Rejection.class);
            assertThat(request.uri()).isEqualTo(uri);
        }
    }

    /** Answered before its body has arrived, as a GET with a body is. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aBodyThatNothingWaitsForHasATimeLimit(boolean arrives) {
        AnswerPacing pacing = new AnswerPacing(Duration.ofSeconds(10));
        EmbeddedChannel channel =
                new EmbeddedChannel(new RequestDecoder(OPTIONS, Duration.ofMinutes(1), pacing), pacing);
        channel.freezeTime();
        String head = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
        channel.writeInbound(Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII));
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        channel.advanceTimeBy(9, TimeUnit.SECONDS);
        channel.writeInbound(Unpooled.copiedBuffer(arrives ? "123" : "12", StandardCharsets.US_ASCII));
        channel.advanceTimeBy(2, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isEqualTo(arrives);
        channel.close();
    }

    private static HttpRequest request(String head, int piece) {
        RequestDecoder decoder =
                new RequestDecoder(OPTIONS, Duration.ofMinutes(1), new AnswerPacing(Duration.ofMinutes(1)));
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        for (int start = 0; start < head.length(); start += piece) {
            String part = head.substring(start, Math.min(head.length(), start + piece));
            channel.writeInbound(Unpooled.copiedBuffer(part, StandardCharsets.US_ASCII));
        }
        HttpRequest request = channel.readInbound();
        channel.close();
        return request;
    }
}
