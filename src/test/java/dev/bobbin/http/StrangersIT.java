package dev.bobbin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.TestDatabase;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers without a key can do to the packaged application, with the heap that it has in a container of 256 MiB. */
class StrangersIT {

    private static final int TIMEOUT_MS = 60_000;
    private static final String HOST = "Host: localhost\r\n";
    private static final String ORIGIN = "https://chat.example.com";

    private static BobbinProcess bobbin;

    @BeforeAll
    static void start() throws Exception {
        Map<String, String> environment =
                new HashMap<>(BobbinProcess.open(TestDatabase.get().freshDatabase()));
        environment.put("BOBBIN_HTTP_HEAD_TIMEOUT", "5s");
        environment.put("QUARKUS_HTTP_CORS_ENABLED", "true");
        environment.put("QUARKUS_HTTP_CORS_ORIGINS", ORIGIN);
        bobbin =
                BobbinProcess.start(environment, List.of("-Xmx82m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
        bobbin.awaitReady();
        assertThat(bobbin.put("/v1/threads/thr_1", "{}").statusCode()).isEqualTo(201);
    }

    @AfterAll
    static void stop() throws Exception {
        bobbin.close();
    }

    @Test
    void fiftyThousandInventedMethodsGrowNothing() throws Exception {
        long before = series();
        try (Socket socket = connect()) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int batch = 0; batch < 500; batch++) {
                StringBuilder requests = new StringBuilder();
                for (int i = 0; i < 100; i++) {
                    requests.append("INVENTED")
                            .append(batch * 100 + i)
                            .append(" /v1/threads HTTP/1.1\r\n")
                            .append(HOST)
                            .append("\r\n");
                }
                send(socket, requests.toString());
                skipAnswers(in, 100, "HTTP/1.1 501 ");
            }
        }
        for (int i = 0; i < 50; i++) {
            // malformed heads, which no route sees, and heads that are cut off
            assertThat(ask("INVENTED" + i + " / HTTP/1.1\r\nno colon\r\n\r\n")).startsWith("HTTP/1.1 400 ");
            try (Socket socket = connect()) {
                send(socket, "INVENTED" + i + " / HTTP/1.1\r\nHost");
            }
            // line separators, at which a pattern's dot stops
            assertThat(ask("GET /%C2%85INVENTED" + i + "; HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ");
        }
        assertThat(bobbin.get("/v1/threads/thr_1").statusCode()).isEqualTo(200);
        assertThat(bobbin.get("/q/metrics").body()).doesNotContain("INVENTED");
        assertThat(series()).isLessThan(before + 50);
        assertThat(bobbin.output()).doesNotContain("OutOfMemory", "ERROR", "INVENTED");
    }

    @Test
    void whoTakesNoAnswersIsReadNoFurther() throws Exception {
        byte[] requests =
                ("GET /q/metrics HTTP/1.1\r\n" + HOST + "\r\n").repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        long sent = 0;
        try (SocketChannel socket = SocketChannel.open(new InetSocketAddress("127.0.0.1", bobbin.port()))) {
            socket.configureBlocking(false);
            ByteBuffer next = ByteBuffer.wrap(requests);
            long progress = System.nanoTime();
            while (sent < 200_000_000 && System.nanoTime() - progress < 2_000_000_000L) {
                int written;
                try {
                    written = socket.write(next);
                } catch (IOException reset) {
                    // some kernels reset a connection whose receiver has read nothing for long
                    break;
                }
                if (written > 0) {
                    progress = System.nanoTime();
                }
                sent += written;
                if (!next.hasRemaining()) {
                    next.rewind();
                }
            }
            assertThat(bobbin.get("/v1/threads/thr_1").statusCode()).isEqualTo(200);
        }
        // more than the buffers of both sockets, which have tens of megabytes
        assertThat(sent).isLessThan(200_000_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: localhost|Content-Length: 5|Transfer-Encoding: chunked||2|{}|0||",
                "Host: localhost|Transfer-Encoding: gzip, chunked||2|{}|0||",
                "Host: localhost|Transfer-Encoding: chunked|Transfer-Encoding: identity||2|{}|0||",
                "Host: localhost|Transfer-Encoding: xchunked||2|{}|0||",
                "Host: localhost|Transfer-Encoding : chunked||2|{}|0||",
                "Host: localhost|Content-Length: 2|Content-Length: 3||{}",
                "Host: localhost|Content-Length: +2||{}",
                "Host: localhost|Content-Length: 2 2||{}",
                "Host: localhost|Content-Length: 2, 2||{}",
                "Host: localhost|Content-Length: 2|X-Folded: a| b||{}",
                "Host: localhost|Content-Length: 2|X-Folded: a|\tb||{}",
                " X-First: a|Host: localhost|Content-Length: 2||{}",
                "Host: localhost|Host: other|Content-Length: 2||{}",
                "Content-Length: 2||{}",
                "Host: local host|Content-Length: 2||{}",
                "Host: user@localhost|Content-Length: 2||{}",
                "Host: localhost,other|Content-Length: 2||{}",
                "Host: localhost|Content-Length: 2|X-Bare: a\rX-Hidden: b||{}",
                "Host: localhost\nContent-Length: 2||{}"
            })
    void whatTwoServersCouldReadInTwoWaysIsRefusedAndEndsTheConnection(String lines) throws Exception {
        String answer = ask("PUT /v1/threads/smuggled HTTP/1.1\r\nContent-Type: application/json\r\n"
                + lines.replace("|", "\r\n") + "GET /v1/threads/thr_1 HTTP/1.1\r\n" + HOST + "\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json", "x-request-id: ", "urn:bobbin:problem:invalid-request");
        assertThat(answer.split("HTTP/1.1 ", -1)).as("answers").hasSize(2);
        assertThat(bobbin.get("/v1/threads/smuggled").statusCode()).isEqualTo(404);
    }

    @Test
    void anOlderOrNewerProtocolIsNotTakenForThisOne() throws Exception {
        assertThat(ask("PUT /v1/threads/x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(ask("GET /v1/threads HTTP/2.0\r\n" + HOST + "\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(ask("GET /v1/threads HTTX/1.1\r\n" + HOST + "\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(ask("GET /v1/threads HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n{}\r\n0\r\n\r\n", "2\n{}\r\n0\r\n\r\n", "2\r\n{}xx0\r\n\r\n", "fffffffff\r\n{}"})
    void aMalformedChunkIsTheSendersMistake(String body) throws Exception {
        assertThat(ask("PUT /v1/threads/x HTTP/1.1\r\nContent-Type: application/json\r\n" + HOST
                        + "Transfer-Encoding: chunked\r\n\r\n" + body))
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json", "x-request-id: ");
        assertThat(bobbin.output()).doesNotContain("ERROR", "Exception");
    }

    @Test
    void whatIsTooLongIsAProblemWithTheIdOfItsRequest() throws Exception {
        assertThat(ask("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\n" + HOST + "\r\n"))
                .startsWith("HTTP/1.1 414 ")
                .contains("application/problem+json", "urn:bobbin:problem:uri-too-long");
        assertThat(ask("GET / HTTP/1.1\r\nx-request-id: mine\r\n" + HOST + "X: " + "x".repeat(30_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ")
                .contains("application/problem+json", "urn:bobbin:problem:headers-too-large", "x-request-id: mine");
        assertThat(ask("GET / HTTP/1.1\r\n" + HOST + "a:\r\n".repeat(200) + "\r\n"))
                .startsWith("HTTP/1.1 431 ")
                .contains("application/problem+json");
        for (String uri : List.of("/v1/threads/%zz", "/v1/threads/{a}", "/v1/threads?after=%zz", "/v1/search?q={a}")) {
            assertThat(ask("GET " + uri + " HTTP/1.1\r\n" + HOST + "\r\n"))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("application/problem+json");
        }
    }

    @Test
    void openAisClientsGetTheirErrorsForTheseToo() throws Exception {
        String many = "a:\r\n".repeat(200);
        for (String head : List.of(
                "GET /openai/v1/conversations/" + "x".repeat(9_000) + " HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /openai/v1/conversations/c HTTP/1.1\r\n" + HOST + many + "\r\n",
                "GET /openai/v1/conversations/%zz HTTP/1.1\r\n" + HOST + "\r\n")) {
            assertThat(ask(head)).contains("\r\ncontent-type: application/json\r\n", "{\"error\":{");
        }
    }

    /** In lines that end in bars; the head of the last one stops, and the connection stays open. */
    @ParameterizedTest
    @CsvSource({
        "414, GET /v1/threads?after=LONG HTTP/1.1|Host: a|ORIGIN||",
        "414, POST /LONG HTTP/1.1|ORIGIN|Content-Length: 2|Host: a||",
        "431, GET /v1/threads HTTP/1.1|Host: a|ORIGIN|x: LONG||",
        "431, GET /v1/threads HTTP/1.1|Host: a|ORIGIN|MANY|",
        "400, GET /v1/threads HTTP/1.1|Host: a|ORIGIN|x: folded| line||",
        "400, GET /v1/threads HTTP/1.1|Host: a|Host: b|ORIGIN||",
        "400, GET /v1/threads/%zz HTTP/1.1|Host: a|ORIGIN||",
        "400, PUT /v1/threads/a HTTP/1.1|Host: a|ORIGIN|Content-Length: 2|Transfer-Encoding: chunked||",
        "501, INVENTED /v1/threads HTTP/1.1|Host: a|ORIGIN|Connection: close||",
        "408, GET /v1/threads HTTP/1.1|Host: a|ORIGIN|x: "
    })
    void aPageOfAnotherOriginIsShownTheRefusal(int status, String head) throws Exception {
        String answer = ask(head.replace("|", "\r\n")
                .replace("ORIGIN", "Origin: " + ORIGIN)
                .replace("LONG", "x".repeat(9_000))
                .replace("MANY", "a:\r\n".repeat(200)));

        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + " ")
                .containsIgnoringCase("access-control-allow-origin: " + ORIGIN)
                .containsIgnoringCase("Cache-Control: no-store")
                .containsIgnoringCase("X-Content-Type-Options: nosniff")
                .containsIgnoringCase("Vary: Authorization");
    }

    @Test
    void aRefusalWaitsForTheAnswersBeforeIt() throws Exception {
        String answer = ask("GET /v1/threads/thr_1 HTTP/1.1\r\n" + HOST + "\r\nGET / HTTP/1.1\r\nno colon\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("HTTP/1.1 400 ");
    }

    @Test
    void aHeadThatNeverEndsIsCutOffAndABodyThatTakesItsTimeIsNot() throws Exception {
        try (Socket silent = connect();
                Socket endless = connect();
                Socket slowBody = connect();
                Socket kept = connect()) {
            send(
                    slowBody,
                    "PUT /v1/threads/slow HTTP/1.1\r\n" + HOST
                            + "Content-Type: application/json\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{");
            send(kept, "GET /v1/threads/thr_1 HTTP/1.1\r\n" + HOST + "\r\n");
            skipAnswers(kept.getInputStream(), 1, "HTTP/1.1 200 ");
            send(endless, "GET /v1/threads HTTP/1.1\r\nX-Endless: ");

            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(rest(endless)).startsWith("HTTP/1.1 408 ");

            send(slowBody, "}");
            assertThat(rest(slowBody)).startsWith("HTTP/1.1 201 ");
            send(kept, "GET /v1/threads/thr_1 HTTP/1.1\r\nConnection: close\r\n" + HOST + "\r\n");
            assertThat(rest(kept)).contains("HTTP/1.1 200 ");
        }
    }

    private static long series() throws Exception {
        return bobbin.get("/q/metrics").body().lines().count();
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", bobbin.port());
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends it on a connection of its own, which the service ends. */
    private static String ask(String request) throws IOException {
        try (Socket socket = connect()) {
            send(socket, request);
            return rest(socket);
        }
    }

    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Reads until so many status lines, each beginning so, have been read, with what belongs to the last one. */
    private static void skipAnswers(InputStream in, int count, String status) throws IOException {
        for (int answer = 0; answer < count; answer++) {
            String line = line(in);
            assertThat(line).startsWith(status);
            int length = 0;
            while (!line.isEmpty()) {
                if (line.regionMatches(true, 0, "content-length: ", 0, 16)) {
                    length = Integer.parseInt(line.substring(16));
                }
                line = line(in);
            }
            in.skipNBytes(length);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            assertThat(next).as("after \"" + line + "\"").isNotEqualTo(-1);
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }
}
