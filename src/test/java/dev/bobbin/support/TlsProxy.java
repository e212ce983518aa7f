package dev.bobbin.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Somebody in the middle: ends a client's TLS with a certificate of its own, and talks to the server with TLS or without. */
public final class TlsProxy implements AutoCloseable {

    private static final int TLS_REQUEST_LENGTH = 8;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "tls-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<String> serverNames = ConcurrentHashMap.newKeySet();
    private final ServerSocket listening;
    private final int target;
    private final boolean tlsBehind;
    private final SSLContext tls;

    private TlsProxy(ServerSocket listening, int target, boolean tlsBehind, SSLContext tls) {
        this.listening = listening;
        this.target = target;
        this.tlsBehind = tlsBehind;
        this.tls = tls;
    }

    /** Starts one before a port of this machine, where a server without TLS is. */
    public static TlsProxy before(int port, TestCa.ServerCertificate certificate) throws Exception {
        return start(port, false, certificate);
    }

    /** The same before a server that speaks TLS. */
    public static TlsProxy beforeTls(int port, TestCa.ServerCertificate certificate) throws Exception {
        return start(port, true, certificate);
    }

    private static TlsProxy start(int port, boolean tlsBehind, TestCa.ServerCertificate certificate) throws Exception {
        ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        TlsProxy proxy = new TlsProxy(listening, port, tlsBehind, context(certificate));
        proxy.threads.execute(proxy::accept);
        return proxy;
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** The names by which clients asked for the server, in TLS' own way (SNI). */
    public Set<String> serverNames() {
        return Set.copyOf(serverNames);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                threads.execute(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket plain) {
        try (plain;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            byte[] tlsRequest = plain.getInputStream().readNBytes(TLS_REQUEST_LENGTH);
            Socket behind = tlsBehind ? askForTls(server, tlsRequest) : server;
            plain.getOutputStream().write('S');
            SSLSocket client = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
            client.setUseClientMode(false);
            client.startHandshake();
            ((ExtendedSSLSession) client.getSession())
                    .getRequestedServerNames()
                    .forEach(name -> serverNames.add(((SNIHostName) name).getAsciiName()));
            threads.execute(() -> copy(behind, client));
            copy(client, behind);
        } catch (IOException gone) {
            // the client does not trust us, which is as it should be
        }
    }

    private Socket askForTls(Socket server, byte[] request) throws IOException {
        server.getOutputStream().write(request);
        server.getInputStream().readNBytes(1);
        return tls.getSocketFactory().createSocket(server, "localhost", target, true);
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException closed) {
            // by either side
        }
    }

    private static SSLContext context(TestCa.ServerCertificate certificate)
            throws IOException, GeneralSecurityException {
        char[] password = certificate.password().toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(certificate.keystore())) {
            store.load(in, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new TrustManager[] {new Everybody()}, null);
        return context;
    }

    /** Who is in the middle has no reason to doubt the server. */
    private static final class Everybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }
}
