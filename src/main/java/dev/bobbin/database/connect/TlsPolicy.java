package dev.bobbin.database.connect;

import io.vertx.pgclient.SslMode;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How connections to one database are secured. The reactive client and Flyway's driver are both set up by it, so that
 * neither does what the other would refuse.
 *
 * @param mode libpq's, after what else the URL says has been taken into account
 * @param trusted whose certificates are good; null where none is looked at
 * @param rootCertificates the PEM file that {@code trusted} was read from; null for the Java runtime's authorities
 * @param requiresChannelBinding whether a server that does not bind the password exchange to its certificate is refused
 * @param warning what the operator has to be told when the start is not refused
 */
public record TlsPolicy(
        SslMode mode,
        @Nullable X509TrustManager trusted,
        @Nullable String rootCertificates,
        boolean requiresChannelBinding,
        Optional<String> warning) {

    static final String ALLOW_PLAINTEXT = "BOBBIN_DATABASE_ALLOW_PLAINTEXT=true (bobbin.database.allow-plaintext)";

    /**
     * What a URL asks for, if that may be.
     *
     * @param allowPlaintext whether connections to other machines may do without encryption when the URL says so
     * @throws IllegalArgumentException when it may not, or cannot be done; the message says what is wrong and the remedy
     */
    public static TlsPolicy of(DatabaseUrl url, boolean allowPlaintext) {
        SslMode mode = url.sslMode();
        if (url.trustsSystem() && mode != SslMode.VERIFY_FULL) {
            throw new IllegalArgumentException("its sslmode=" + mode.value
                    + " is too weak for sslrootcert=system, whose authorities sign for everybody; set"
                    + " sslmode=verify-full");
        }
        if (url.requiresChannelBinding() && !encrypts(mode)) {
            throw new IllegalArgumentException("its sslmode=" + mode.value
                    + " goes without TLS, and channel_binding=require asks for it; set sslmode=require, or leave"
                    + " channel_binding out");
        }
        boolean exposed = !encrypts(mode) && !url.isLoopback();
        if (exposed && !allowPlaintext) {
            throw new IllegalArgumentException("its sslmode=" + mode.value + " lets everything go unencrypted to "
                    + url.server() + "; set sslmode=require, or, where the network in between is to be trusted, "
                    + ALLOW_PLAINTEXT);
        }
        boolean verifies = mode == SslMode.VERIFY_CA || mode == SslMode.VERIFY_FULL;
        return new TlsPolicy(
                mode,
                verifies ? TrustedCertificates.of(url.rootCertificates()) : null,
                verifies ? url.rootCertificates() : null,
                url.requiresChannelBinding(),
                exposed ? Optional.of(warning(url, mode)) : Optional.empty());
    }

    /** Whether there is no connection without TLS. */
    public boolean encrypts() {
        return encrypts(mode);
    }

    /** The mode's name, as the URL has it. */
    public String sslmode() {
        return mode.value;
    }

    /** Whether the certificate has to be the host's, too. */
    public boolean verifiesHost() {
        return mode == SslMode.VERIFY_FULL;
    }

    private static boolean encrypts(SslMode mode) {
        return mode.compareTo(SslMode.REQUIRE) >= 0;
    }

    private static String warning(DatabaseUrl url, SslMode mode) {
        return "sslmode=" + mode.value
                + " is obeyed because bobbin.database.allow-plaintext is set: who is on the way to " + url.server()
                + " can read and change what is stored";
    }
}
