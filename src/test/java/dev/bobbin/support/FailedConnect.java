package dev.bobbin.support;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Ways in which a connect fails, and what an operator has to learn of each, whichever driver it was. */
public enum FailedConnect {
    UNKNOWN_HOST(
            "scram:s3cret@db.bobbin.invalid/postgres", "db.bobbin.invalid is unknown: its name has no address. Check"),
    NOTHING_LISTENS("scram:s3cret@127.0.0.1:FREE/postgres", ":FREE refuses the connection. Check host and port"),
    SILENCE("scram:s3cret@127.0.0.1:SILENT/postgres", ":SILENT does not answer ("),
    SILENCE_IN_THE_HANDSHAKE("scram:s3cret@127.0.0.1:SILENT/postgres?sslmode=require", ":SILENT does not answer ("),
    CLOSED_IN_THE_HANDSHAKE(
            "scram:s3cret@127.0.0.1:CLOSES/postgres?sslmode=require",
            ":CLOSES closed the connection during the TLS handshake. Check host and port"),
    RESET_IN_THE_HANDSHAKE(
            "scram:s3cret@127.0.0.1:RESETS/postgres?sslmode=require",
            "the connection during the TLS handshake. Check host and port"),
    CLOSED(
            "scram:s3cret@127.0.0.1:CLOSES/postgres",
            ":CLOSES closed the connection before the login was complete. Check host and port"),
    NO_TLS("scram:s3cret@127.0.0.1:POSTGRES/postgres?sslmode=require", ":POSTGRES does not speak TLS"),
    WRONG_PASSWORD(
            "scram:wrong@127.0.0.1:POSTGRES/postgres",
            ":POSTGRES refuses: password authentication failed for user \"scram\" (SQLSTATE 28P01). Check the"),
    UNKNOWN_DATABASE(
            "scram:s3cret@127.0.0.1:POSTGRES/none",
            ":POSTGRES refuses: database \"none\" does not exist (SQLSTATE 3D000). Check the"),
    MAY_NOT_LOG_IN(
            "clear:s3cret@127.0.0.1:POSTGRES/postgres",
            ":POSTGRES refuses: role \"clear\" is not permitted to log in (SQLSTATE 28000). Check the");

    /** What drivers say of every failure. */
    public static final String[] WRAPPERS = {
        "connection attempt failed", "setting up the SSL connection", "SSL error", "Exception", "null"
    };

    private final String url;
    private final String words;

    FailedConnect(String url, String words) {
        this.url = "postgresql://" + url;
        this.words = words;
    }

    /** Whether only an operator can correct it, so that nothing tries again. */
    public boolean isHopeless() {
        return compareTo(NO_TLS) >= 0;
    }

    /** Whether it fails by a timeout only. */
    public boolean isSilent() {
        return words.contains("SILENT");
    }

    /** Servers that fail the connects, each in its way. */
    public static final class Servers implements AutoCloseable {

        private interface Ending {
            void of(Socket client) throws IOException;
        }

        private final List<ServerSocket> listening = new ArrayList<>();
        private final TlsPostgres postgres = TlsPostgres.withoutTls();
        private final int free = BobbinProcess.freePort();
        private final int silent =
                listen(client -> client.getInputStream().transferTo(OutputStream.nullOutputStream()));
        private final int closes = listen(Servers::readFirstMessages);
        private final int resets = listen(client -> {
            readFirstMessages(client);
            client.setSoLinger(true, 0);
        });

        public Servers() throws IOException {
            postgres.execute("alter role clear nologin");
        }

        public String url(FailedConnect connect) {
            return withPorts(connect.url);
        }

        public String words(FailedConnect connect) {
            return withPorts(connect.words);
        }

        private String withPorts(String text) {
            return text.replace("FREE", String.valueOf(free))
                    .replace("SILENT", String.valueOf(silent))
                    .replace("CLOSES", String.valueOf(closes))
                    .replace("RESETS", String.valueOf(resets))
                    .replace("POSTGRES", String.valueOf(postgres.port()));
        }

        private int listen(Ending ending) throws IOException {
            ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            listening.add(server);
            Thread thread = new Thread(() -> {
                while (!server.isClosed()) {
                    try (Socket client = server.accept()) {
                        ending.of(client);
                    } catch (IOException clientIsGone) {
                        // the next one
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
            return server.getLocalPort();
        }

        /** The startup message; or the request for TLS, which is granted, and the client's part of the handshake. */
        private static void readFirstMessages(Socket client) throws IOException {
            DataInputStream in = new DataInputStream(client.getInputStream());
            int length = in.readInt();
            in.readNBytes(length - 4);
            if (length == 8) {
                client.getOutputStream().write('S');
                in.readNBytes(3);
                in.readNBytes(in.readUnsignedShort());
            }
        }

        @Override
        public void close() throws IOException {
            for (ServerSocket server : listening) {
                server.close();
            }
            postgres.close();
        }
    }
}
