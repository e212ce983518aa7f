package dev.bobbin.support;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 client of one connection at a time, which it keeps until it is told {@code Connection: close}. It sends nothing
 * twice, as {@code java.net.http} does behind its user's back, so that a request without an answer is seen.
 */
public final class KeptConnection implements AutoCloseable {

    private static final int TIMEOUT_MS = 30_000;

    private final int port;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    public KeptConnection(int port) {
        this.port = port;
    }

    /** Nothing was sent, since nobody takes the connection. */
    public static final class NotSent extends IOException {
        private static final long serialVersionUID = 1;

        private NotSent(IOException cause) {
            super(cause);
        }
    }

    /**
     * Sends a request of JSON and reads the whole answer.
     *
     * @return its status
     * @throws NotSent if no connection could be opened
     * @throws IOException if the request was sent and not answered
     */
    public int call(String method, String path, String json) throws IOException {
        if (socket == null) {
            connect();
        }
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String head =
                "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                        .formatted(method, path, body.length);
        try {
            socket.getOutputStream()
                    .write((head + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
            return answer();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void connect() throws NotSent {
        Socket opened = new Socket();
        try {
            opened.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MS);
            opened.setSoTimeout(TIMEOUT_MS);
            opened.setTcpNoDelay(true);
            in = new BufferedInputStream(opened.getInputStream());
            socket = opened;
        } catch (IOException e) {
            throw new NotSent(e);
        }
    }

    private int answer() throws IOException {
        List<String> head = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.add(line.toLowerCase(Locale.ROOT));
        }
        if (head.contains("transfer-encoding: chunked")) {
            for (int size = -1; size != 0; ) {
                size = Integer.parseInt(line(), 16);
                in.skipNBytes(size);
                line();
            }
        } else {
            in.skipNBytes(head.stream()
                    .filter(line -> line.startsWith("content-length: "))
                    .mapToInt(line -> Integer.parseInt(line.substring("content-length: ".length())))
                    .findFirst()
                    .orElse(0));
        }
        if (head.contains("connection: close")) {
            close();
        }
        return Integer.parseInt(head.get(0).split(" ")[1]);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("after \"" + line + "\"");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
