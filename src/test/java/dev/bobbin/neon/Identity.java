package dev.bobbin.neon;

import dev.bobbin.support.TestCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The simulator's certificate and names. Each is made when it is first asked for: many tests need none. */
final class Identity implements AutoCloseable {

    private TestCa ca;
    private SSLContext tls;
    private Path hosts;

    synchronized TestCa ca() {
        if (ca == null) {
            ca = TestCa.create();
        }
        return ca;
    }

    synchronized SSLContext tls() throws Exception {
        if (tls == null) {
            TestCa.ServerCertificate certificate = ca().certificateFor("*" + Endpoint.DOMAIN, "localhost", "127.0.0.1");
            char[] password = certificate.password().toCharArray();
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(KeyStore.getInstance(certificate.keystore().toFile(), password), password);
            tls = SSLContext.getInstance("TLS");
            tls.init(keys.getKeyManagers(), null, null);
        }
        return tls;
    }

    synchronized Path hosts() {
        if (hosts == null) {
            try {
                hosts = Files.createTempFile("neon", ".hosts");
                // a JVM with such a file asks nobody else, not even for the name of its machine
                String names = String.join(
                        " ",
                        "localhost",
                        InetAddress.getLocalHost().getHostName(),
                        Endpoint.DIRECT.host(),
                        Endpoint.POOLED.host());
                Files.writeString(hosts, "127.0.0.1 " + names + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return hosts;
    }

    /** Deletes every file. */
    @Override
    public synchronized void close() {
        if (ca != null) {
            ca.close();
            ca = null;
        }
        if (hosts != null) {
            try {
                Files.deleteIfExists(hosts);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            hosts = null;
        }
    }
}
