package dev.bobbin.database.connect;

import dev.bobbin.database.connect.UntrustedServerException.Lack;
import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;

/** What a failure to connect safely means for the operator, whichever of the two drivers met it. */
public final class TlsFailure {

    /** Alerts of a server that would end the next handshake as well. */
    private static final Pattern ALERT =
            Pattern.compile("fatal alert: (?!internal_error|close_notify|user_canceled)\\w+");

    /** By a Postgres to which the client has bound another certificate than its own. */
    private static final Pattern OTHER_CERTIFICATE = Pattern.compile("channel binding check failed");

    private static final Pattern CHANNEL_BINDING = Pattern.compile("(?i)channel binding");

    /** By Neon, and by a Postgres whose pg_hba.conf says so. */
    private static final Pattern DEMANDS_TLS =
            Pattern.compile("connection is insecure|no pg_hba.conf entry.*no encryption");

    private TlsFailure() {}

    /**
     * One or two sentences with the remedy, without a secret. Empty when the failure is of another kind, and when the next
     * attempt may do better, as after a handshake that was broken off.
     *
     * @param url where the connection was to lead
     */
    public static Optional<String> explain(Throwable failure, DatabaseUrl url) {
        return of(failure, url).map(what -> url.server() + " " + what);
    }

    private static Optional<String> of(Throwable failure, DatabaseUrl url) {
        return Stream.<Optional<String>>of(
                        find(failure, TlsFailure::hasNoTls).map(cause -> noTls(url)),
                        find(failure, cause -> says(cause, OTHER_CERTIFICATE)).map(TlsFailure::otherCertificate),
                        find(failure, TlsFailure::hasNoChannelBinding).map(TlsFailure::noChannelBinding),
                        find(failure, TlsFailure::isOutOfDate).map(TlsFailure::outOfDate),
                        find(failure, TlsFailure::isUnknownAuthority).map(cause -> unknownAuthority(url)),
                        find(failure, cause -> isOtherHost(cause, url)).map(cause -> otherHost(cause, url)),
                        find(failure, TlsFailure::isAlert).map(TlsFailure::alert),
                        find(failure, cause -> says(cause, DEMANDS_TLS))
                                .map(cause -> "takes no unencrypted connections. Set sslmode=require in the URL"))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Throwable> find(Throwable failure, Predicate<Throwable> wanted) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(wanted)
                // Flyway's message repeats those of its causes, with much around them
                .reduce((outer, inner) -> inner);
    }

    private static boolean hasNoTls(Throwable cause) {
        return cause instanceof UntrustedServerException e && e.lack() == Lack.TLS
                || cause instanceof NotSslRecordException
                // the driver translates its messages for the runtime's language
                || cause instanceof PSQLException
                        && GT.tr("The server does not support SSL.").equals(cause.getMessage());
    }

    private static String noTls(DatabaseUrl url) {
        return "does not speak TLS, which sslmode=" + url.sslMode().value + " asks for. Turn TLS on there, or "
                + (url.isLoopback()
                        ? "set sslmode=disable"
                        : "where the network in between is to be trusted, set sslmode=disable and "
                                + TlsPolicy.ALLOW_PLAINTEXT);
    }

    private static boolean hasNoChannelBinding(Throwable cause) {
        return cause instanceof UntrustedServerException e && e.lack() == Lack.CHANNEL_BINDING
                || says(cause, CHANNEL_BINDING);
    }

    private static String noChannelBinding(Throwable cause) {
        return "is not trusted. " + oneLine(cause) + ". Make sure that nothing on the way there ends TLS;"
                + " channel_binding=prefer in the URL does without this proof";
    }

    private static String otherCertificate(Throwable cause) {
        return "rejects the log-in (" + oneLine(cause)
                + "). Something on the way there ends TLS, with a certificate that" + " is not the server's";
    }

    private static boolean isOutOfDate(Throwable cause) {
        return cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException;
    }

    private static String outOfDate(Throwable cause) {
        return "has a certificate that is not valid today (" + oneLine(cause) + "). Renew it, or set the clock here";
    }

    private static boolean isUnknownAuthority(Throwable cause) {
        return cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException;
    }

    private static String unknownAuthority(DatabaseUrl url) {
        String file = url.rootCertificates();
        return "has a certificate that is signed by nobody whom "
                + (file == null ? "the Java runtime trusts" : file + " names")
                + ". Name its authority's PEM file by sslrootcert in the URL";
    }

    private static boolean isOtherHost(Throwable cause, DatabaseUrl url) {
        return cause instanceof CertificateException
                || cause instanceof PSQLException
                        && GT.tr(
                                        "The hostname {0} could not be verified by hostnameverifier {1}.",
                                        url.host(), "PgjdbcHostnameVerifier")
                                .equals(cause.getMessage());
    }

    private static String otherHost(Throwable cause, DatabaseUrl url) {
        return "has a certificate that is not for the host " + url.host() + " (" + oneLine(cause)
                + "). Use a name that is in it, or sslmode=verify-ca, which takes any name";
    }

    private static boolean isAlert(Throwable cause) {
        return cause instanceof SSLException && says(cause, ALERT);
    }

    private static String alert(Throwable cause) {
        return "breaks off TLS (" + oneLine(cause) + "). See which versions of TLS it takes, and whether it asks for a"
                + " client certificate, which Bobbin has not";
    }

    private static boolean says(Throwable cause, Pattern what) {
        return cause.getMessage() != null && what.matcher(cause.getMessage()).find();
    }

    private static String oneLine(Throwable cause) {
        return String.valueOf(cause.getMessage())
                .strip()
                .replaceAll("\\s*\\R\\s*", " ")
                .replaceAll("\\.$", "");
    }
}
