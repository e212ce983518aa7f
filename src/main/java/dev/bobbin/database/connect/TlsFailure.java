package dev.bobbin.database.connect;

import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.GT;

/** Explains TLS failures of both drivers. */
public final class TlsFailure {

    /** Alerts that would end the next handshake, too. */
    private static final Pattern ALERT =
            Pattern.compile("fatal alert: (?!internal_error|close_notify|user_canceled)\\w+");

    /** Neon's message, and that of a Postgres whose pg_hba.conf demands TLS. */
    private static final Pattern DEMANDS_TLS =
            Pattern.compile("connection is insecure|no pg_hba.conf entry.*no encryption");

    private static final Pattern CHANNEL_BINDING = Pattern.compile("(?i)channel binding|channel_binding=require asks");

    private TlsFailure() {}

    /**
     * One or two sentences with the remedy, without a secret. Empty if the failure is of another kind, or another attempt
     * may succeed.
     */
    public static Optional<String> explain(Throwable failure, DatabaseUrl url) {
        String explanation = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String ofCause = explainCause(cause, String.valueOf(cause.getMessage()), url);
            // the innermost counts: Flyway's message repeats those of its causes
            explanation = ofCause == null ? explanation : url.server() + " " + ofCause;
        }
        return Optional.ofNullable(explanation);
    }

    private static @Nullable String explainCause(Throwable cause, String message, DatabaseUrl url) {
        String quoted = message.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\.$", "");
        // the driver translates its messages
        boolean answersOtherwise = cause.getCause() == null
                && message.equals(GT.tr("An error occurred while setting up the SSL connection."));
        if (cause instanceof NotSslRecordException
                || answersOtherwise
                || message.equals(GT.tr("The server does not support SSL."))) {
            return "does not speak TLS, which sslmode=" + url.sslModeName() + " asks for. Turn TLS on there, or "
                    + (url.isLoopback() ? "" : "if the network in between can be trusted, ")
                    + "set sslmode=disable" + (url.isLoopback() ? "" : " and " + TlsPolicy.ALLOW_PLAINTEXT);
        }
        if (message.contains("channel binding check failed")) {
            return "rejects the login (" + quoted
                    + "). Something on the way there terminates TLS, with a certificate that is not the server's";
        }
        if (CHANNEL_BINDING.matcher(message).find()) {
            return "is not trusted. " + quoted + ". Make sure that nothing on the way there terminates TLS;"
                    + " channel_binding=prefer in the URL does without this proof";
        }
        if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
            return "has a certificate that is not valid today (" + quoted + "). Renew it, or set the clock here";
        }
        if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
            String file = url.rootCertificates();
            return "has a certificate that is not signed by an authority "
                    + (file == null ? "that the Java runtime trusts" : "in " + file)
                    + ". Name its authority's PEM file by sslrootcert in the URL";
        }
        if (cause instanceof CertificateException || message.equals(otherHost(url))) {
            return "has a certificate that is not for the host " + url.host() + " (" + quoted
                    + "). Use a name that is in it, or sslmode=verify-ca, which takes any name";
        }
        if (cause instanceof SSLException && ALERT.matcher(message).find()) {
            return "breaks off TLS (" + quoted
                    + "). See which versions of TLS it takes, and whether it asks for a client"
                    + " certificate, which Bobbin does not have";
        }
        if (DEMANDS_TLS.matcher(message).find()) {
            return "takes no unencrypted connections. Set sslmode=require in the URL";
        }
        return null;
    }

    private static String otherHost(DatabaseUrl url) {
        return GT.tr(
                "The hostname {0} could not be verified by hostnameverifier {1}.",
                url.host(), "PgjdbcHostnameVerifier");
    }
}
