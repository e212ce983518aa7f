package dev.bobbin.command;

import dev.bobbin.database.TlsPolicy;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * How a connection was secured.
 *
 * @param mode libpq's {@code sslmode}
 * @param version such as {@code TLSv1.3}; null without TLS, and where a proxy in between keeps it to itself
 * @param verified what was checked of the server: {@code nothing}, {@code certificate} or {@code certificate_and_host}
 * @param authorities whose certificates are good: a file, or {@code java}; null when nothing is checked
 */
@RegisterForReflection
record TlsFacts(
        String mode,
        boolean encrypted,
        @Nullable String version,
        String verified,
        @Nullable String authorities,
        boolean channelBinding) {

    /** @param seen the version that the server sees; null when it sees no TLS */
    static TlsFacts of(TlsPolicy policy, @Nullable String seen) {
        String verified =
                policy.verifiesHost() ? "certificate_and_host" : policy.trusted() != null ? "certificate" : "nothing";
        String authorities = policy.trusted() == null
                ? null
                : policy.rootCertificates() == null ? "java" : policy.rootCertificates();
        return new TlsFacts(
                policy.sslmode(),
                policy.encrypts() || seen != null,
                seen,
                verified,
                authorities,
                policy.requiresChannelBinding());
    }

    String words() {
        if (!encrypted) {
            return "none (sslmode=" + mode + ")";
        }
        String checked =
                switch (verified) {
                    case "certificate_and_host" -> "the certificate and its host are checked against " + whom();
                    case "certificate" -> "the certificate is checked against " + whom();
                    default -> "the certificate is not checked";
                };
        return (version == null ? "TLS" : version) + " (sslmode=" + mode + "): " + checked
                + (channelBinding ? ", and bound to the password exchange" : "");
    }

    private String whom() {
        return "java".equals(authorities) ? "the authorities of the Java runtime" : String.valueOf(authorities);
    }
}
