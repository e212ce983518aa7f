package dev.bobbin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The container's health check, a separate process that needs neither a shell nor curl. Uses a plain socket, since each
 * further class costs time and memory of the service's container.
 */
public final class HealthProbe {

    private static final int TIMEOUT_MS = 3000;

    private HealthProbe() {}

    /** Exits with 0 if the service on this machine is live, and with 1 otherwise. */
    public static void main(String... args) {
        String port = System.getenv("QUARKUS_HTTP_PORT");
        String answer = ask(port == null ? 8080 : Integer.parseInt(port));
        System.out.println(answer);
        System.exit(isUp(answer) ? 0 : 1);
    }

    /** The status line of the response, or the reason why there is none. */
    static String ask(int port) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
            String request = "GET /q/health/live HTTP/1.0\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStreamReader answer = new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII);
            String line = new BufferedReader(answer).readLine();
            return line == null ? "no answer" : line;
        } catch (IOException e) {
            return e.toString();
        }
    }

    static boolean isUp(String answer) {
        return answer.matches("HTTP/1\\.[01] 200( .*)?");
    }
}
