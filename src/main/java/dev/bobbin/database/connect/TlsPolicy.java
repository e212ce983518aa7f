package dev.bobbin.database.connect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whether connections may be secured as their URL says, and whose certificates they trust. */
public final class TlsPolicy {

    static final String ALLOW_PLAINTEXT = "BOBBIN_DATABASE_ALLOW_PLAINTEXT=true (bobbin.database.allow-plaintext)";

    private TlsPolicy() {}

    /**
     * Refuses a URL whose connections would not be safe, or whose authorities cannot be read.
     *
     * @param allowPlaintext whether connections to other machines may be unencrypted if the URL says so
     * @throws IllegalArgumentException whose message says what is wrong, and the remedy
     */
    public static void check(DatabaseUrl url, boolean allowPlaintext) {
        String mode = "its sslmode=" + url.sslModeName();
        if (url.trustsSystem() && !url.verifiesHost()) {
            throw new IllegalArgumentException(mode + " is too weak for sslrootcert=system, whose authorities sign for"
                    + " everyone; set sslmode=verify-full");
        }
        if (url.requiresChannelBinding() && !url.encrypts()) {
            throw new IllegalArgumentException(mode + " does not require TLS, and channel_binding=require needs it; set"
                    + " sslmode=require, or leave channel_binding out");
        }
        if (isExposed(url) && !allowPlaintext) {
            throw new IllegalArgumentException(mode + " allows unencrypted connections to " + url.server()
                    + "; set sslmode=require, or, if the network in between can be trusted, " + ALLOW_PLAINTEXT);
        }
        trusted(url);
    }

    /** What to tell the operator of a URL that needs the leave to do without encryption; empty for any other. */
    public static Optional<String> warning(DatabaseUrl url) {
        return isExposed(url)
                ? Optional.of("sslmode=" + url.sslModeName()
                        + " is used because bobbin.database.allow-plaintext is set:" + " anyone on the network path to "
                        + url.server() + " can read and change what is stored")
                : Optional.empty();
    }

    private static boolean isExposed(DatabaseUrl url) {
        return !url.encrypts() && !url.isLoopback();
    }

    /** Accepts certificates by the authorities of the URL; null when the URL does not have certificates checked. */
    static @Nullable X509TrustManager trusted(DatabaseUrl url) {
        if (!url.verifiesCertificate()) {
            return null;
        }
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            String file = url.rootCertificates();
            factory.init(file == null ? null : authorities(file));
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no trust store", e);
        }
    }

    private static KeyStore authorities(String file) throws GeneralSecurityException {
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        try (InputStream pem = Files.newInputStream(Path.of(file))) {
            authorities.load(null, null);
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                authorities.setCertificateEntry("trusted-" + authorities.size(), authority);
            }
        } catch (IOException | InvalidPathException | CertificateException e) {
            throw new IllegalArgumentException(
                    "its sslrootcert names " + file + ", which is no readable PEM file: " + e, e);
        }
        if (authorities.size() == 0) {
            throw new IllegalArgumentException("its sslrootcert names " + file + ", which holds no certificate");
        }
        return authorities;
    }
}
