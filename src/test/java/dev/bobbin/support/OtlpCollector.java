package dev.bobbin.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** Receives spans by OTLP over HTTP. The numbers are those of opentelemetry/proto/trace/v1/trace.proto. */
public final class OtlpCollector implements AutoCloseable {

    private static final int ERROR = 2;

    /**
     * A span as it was exported.
     *
     * @param attributes texts, numbers and truth values as text
     */
    public record Span(
            String trace,
            String id,
            String parent,
            String name,
            int kind,
            long start,
            long end,
            boolean failed,
            Map<String, String> attributes) {

        private static Span of(UnknownFieldSet span) {
            Map<String, String> attributes = new HashMap<>();
            for (UnknownFieldSet attribute : messages(span, 9)) {
                UnknownFieldSet value = messages(attribute, 2).get(0);
                String text = value.hasField(1)
                        ? text(value, 1)
                        : String.valueOf(
                                value.getField(value.hasField(3) ? 3 : 2).getVarintList());
                attributes.put(text(attribute, 1), text.replaceAll("[\\[\\]]", ""));
            }
            boolean failed = messages(span, 15).stream()
                    .anyMatch(status -> status.getField(3).getVarintList().contains((long) ERROR));
            return new Span(
                    hex(span, 1),
                    hex(span, 2),
                    hex(span, 4),
                    text(span, 5),
                    span.getField(6).getVarintList().get(0).intValue(),
                    span.getField(7).getFixed64List().get(0),
                    span.getField(8).getFixed64List().get(0),
                    failed,
                    attributes);
        }
    }

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    private OtlpCollector(HttpServer server) {
        this.server = server;
    }

    public static OtlpCollector start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        OtlpCollector collector = new OtlpCollector(server);
        server.createContext("/v1/traces", collector::receive);
        server.start();
        return collector;
    }

    private void receive(HttpExchange call) throws IOException {
        boolean zipped = "gzip".equals(call.getRequestHeaders().getFirst("Content-Encoding"));
        byte[] body = (zipped ? new GZIPInputStream(call.getRequestBody()) : call.getRequestBody()).readAllBytes();
        synchronized (received) {
            received.writeBytes(body);
        }
        for (UnknownFieldSet resource : messages(UnknownFieldSet.parseFrom(body), 1)) {
            for (UnknownFieldSet scope : messages(resource, 2)) {
                messages(scope, 2).forEach(span -> spans.add(Span.of(span)));
            }
        }
        call.sendResponseHeaders(200, -1);
        call.close();
    }

    private static List<UnknownFieldSet> messages(UnknownFieldSet of, int number) {
        return of.getField(number).getLengthDelimitedList().stream()
                .map(OtlpCollector::parse)
                .toList();
    }

    private static UnknownFieldSet parse(ByteString bytes) {
        try {
            return UnknownFieldSet.parseFrom(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(UnknownFieldSet of, int number) {
        return of.getField(number).getLengthDelimitedList().get(0).toStringUtf8();
    }

    /** An empty text for the id of a parent that there is not. */
    private static String hex(UnknownFieldSet of, int number) {
        return of.getField(number).getLengthDelimitedList().stream()
                .findFirst()
                .map(bytes -> HexFormat.of().formatHex(bytes.toByteArray()))
                .orElse("");
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The spans of a trace, once the one of the call is there, which ends last; by their begin. */
    public List<Span> trace(String trace, String call) throws InterruptedException {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (spans.stream()
                .noneMatch(span -> span.trace().equals(trace) && span.name().equals(call))) {
            assertThat(System.nanoTime())
                    .as("spans of %s in time: %s", call, spans)
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
        return spans.stream()
                .filter(span -> span.trace().equals(trace))
                .sorted((one, other) -> Long.compareUnsigned(one.start(), other.start()))
                .toList();
    }

    /** Every byte that was ever exported. */
    public String received() {
        synchronized (received) {
            return received.toString(StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
