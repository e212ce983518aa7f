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

/** Decides whether connections are as secure as they must be, and which certificates are trusted. */
public final class TlsPolicy {

    static final String ALLOW_PLAINTEXT = "BOBBIN_DATABASE_ALLOW_PLAINTEXT=true (bobbin.database.allow-plaintext)";

    private TlsPolicy() {}

    /**
     * Rejects a URL whose connections would not be secure, or whose authorities cannot be read.
     *
     * @throws IllegalArgumentException whose message has the remedy
     */
    public static void check(DatabaseUrl url, boolean allowPlaintext) {
        String refusal = null;
        if (url.trustsSystem() && !url.verifiesHost()) {
            refusal =
                    "is too weak for sslrootcert=system, whose authorities sign for everyone; set sslmode=verify-full";
        } else if (url.requiresChannelBinding() && !url.encrypts()) {
            refusal = "does not require TLS, and channel_binding=require needs it; set sslmode=require, or leave"
                    + " channel_binding out";
        } else if (isExposed(url) && !allowPlaintext) {
            refusal = "allows unencrypted connections to " + url.server()
                    + "; set sslmode=require, or, if the network in between can be trusted, " + ALLOW_PLAINTEXT;
        }
        if (refusal != null) {
            throw new IllegalArgumentException("its sslmode=" + url.sslModeName() + " " + refusal);
        }
        trusted(url);
    }

    /** A warning about unencrypted connections to another machine; empty without any. */
    public static Optional<String> warning(DatabaseUrl url) {
        String warning =
                "sslmode=" + url.sslModeName() + " is used because bobbin.database.allow-plaintext is set: anyone"
                        + " on the network path to " + url.server() + " can read and change what is stored";
        return isExposed(url) ? Optional.of(warning) : Optional.empty();
    }

    private static boolean isExposed(DatabaseUrl url) {
        return !url.encrypts() && !url.isLoopback();
    }

    /** Trusts the authorities of the URL; null if it does not have certificates checked. */
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
