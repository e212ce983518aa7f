package dev.bobbin.neon;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import javax.net.SocketFactory;

/** A JDBC connection's socket, beneath the driver and its TLS: what arrives there, and how it ends. */
final class Tap {

    /** The driver makes its socket factory by the name of the class, on the thread that connects. */
    private static final ThreadLocal<Tap> CONNECTING = new ThreadLocal<>();

    private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    private final Tapped socket = new Tapped();

    /** Connects, once. Hosts of the simulator's domain are this machine. */
    Connection connect(String databaseUrl) throws SQLException {
        int at = databaseUrl.indexOf('@');
        String[] credentials =
                databaseUrl.substring(databaseUrl.indexOf("//") + 2, at).split(":");
        Properties properties = new Properties();
        properties.put("user", credentials[0]);
        properties.put("password", credentials[1]);
        // the driver waits for 5 s by itself
        properties.put("sslResponseTimeout", "60000");
        properties.put("socketFactory", Factory.class.getName());
        CONNECTING.set(this);
        try {
            return DriverManager.getConnection("jdbc:postgresql://" + databaseUrl.substring(at + 1), properties);
        } finally {
            CONNECTING.remove();
        }
    }

    /** What one sees who reads the socket on: bytes or none, then FIN, or the failure, or silence for so long. */
    String rest(Duration patience) throws IOException {
        String before = "";
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        try {
            while (socket.raw().read() >= 0) {
                before = "bytes, ";
            }
            return before + "FIN";
        } catch (SocketTimeoutException e) {
            return before + "silence";
        } catch (SocketException e) {
            return before + e.getMessage();
        }
    }

    /** What the driver has read so far. */
    String arrived() {
        synchronized (arrived) {
            return arrived.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private final class Tapped extends Socket {

        @Override
        public void connect(SocketAddress address, int timeout) throws IOException {
            InetSocketAddress wanted = (InetSocketAddress) address;
            boolean simulated = wanted.getHostString().endsWith(Endpoint.DOMAIN);
            super.connect(
                    simulated ? new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted.getPort()) : wanted,
                    timeout);
        }

        InputStream raw() throws IOException {
            return super.getInputStream();
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(raw()) {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    int count = super.read(bytes, offset, length);
                    synchronized (arrived) {
                        arrived.write(bytes, offset, Math.max(0, count));
                    }
                    return count;
                }
            };
        }
    }

    /** For the driver, which wants only the first of these methods. */
    public static final class Factory extends SocketFactory {

        @Override
        public Socket createSocket() {
            return CONNECTING.get().socket;
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) {
            throw new UnsupportedOperationException();
        }
    }
}
