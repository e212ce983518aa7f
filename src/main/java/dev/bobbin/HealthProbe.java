package dev.bobbin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The container's health check, a process of its own: an image need not have a shell, nor curl. It uses a bare socket,
 * since each further class costs time and memory in the container of the service.
 */
public final class HealthProbe {

    private static final int PATIENCE_MS = 3000;

    private HealthProbe() {}

    /** Ends with 0 if the service on this machine answers that it lives, with 1 otherwise. */
    public static void main(String... args) {
        String port = System.getenv("QUARKUS_HTTP_PORT");
        String answer = ask(port == null ? 8080 : Integer.parseInt(port));
        System.out.println(answer);
        System.exit(isUp(answer) ? 0 : 1);
    }

    /** The first line of the answer, or why there is none. */
    static String ask(int port) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MS);
            socket.getOutputStream()
                    .write("GET /q/health/live HTTP/1.0\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return line == null ? "no answer" : line;
        } catch (IOException e) {
            return e.toString();
        }
    }

    static boolean isUp(String answer) {
        return answer.matches("HTTP/1\\.[01] 200( .*)?");
    }
}
