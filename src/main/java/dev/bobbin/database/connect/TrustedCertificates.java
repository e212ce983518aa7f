package dev.bobbin.database.connect;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Those who may sign the database's certificate. */
final class TrustedCertificates {

    private TrustedCertificates() {}

    /**
     * Reads them once: a file that changes later is read with the next start.
     *
     * @param file PEM; null for those that the Java runtime trusts
     * @throws IllegalArgumentException when the file holds none, or cannot be read
     */
    static X509TrustManager of(@Nullable String file) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(file == null ? null : store(file));
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the Java runtime has no trust store", e);
        }
    }

    private static KeyStore store(String file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (Certificate certificate : read(file)) {
            store.setCertificateEntry("trusted-" + number++, certificate);
        }
        return store;
    }

    private static Collection<? extends Certificate> read(String file) {
        try {
            byte[] pem = Files.readAllBytes(Path.of(file));
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
            if (!certificates.isEmpty()) {
                return certificates;
            }
            throw unusable(file, "it holds no certificate");
        } catch (NoSuchFileException missing) {
            throw unusable(file, "there is no such file");
        } catch (IOException | InvalidPathException unreadable) {
            throw unusable(file, "it cannot be read");
        } catch (CertificateException malformed) {
            throw unusable(file, "it is not PEM");
        }
    }

    private static IllegalArgumentException unusable(String file, String why) {
        return new IllegalArgumentException("its sslrootcert names " + file + ", and " + why);
    }
}
