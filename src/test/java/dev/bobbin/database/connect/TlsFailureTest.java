package dev.bobbin.database.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.NotSslRecordException;
import io.vertx.core.VertxException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** Of what real servers do, TlsConnectTest has more. */
class TlsFailureTest {

    private static final DatabaseUrl URL = DatabaseUrl.parse("postgresql://u:s3cret@db.example.com/d");

    @ParameterizedTest
    @MethodSource
    void aFailureThatStaysIsExplained(Throwable failure, String sentence) {
        // as Flyway wraps it
        Throwable wrapped =
                new IllegalStateException("Unable to connect:\n----\n" + failure.getMessage() + "\n", failure);
        assertThat(TlsFailure.explain(wrapped, URL))
                .contains("db.example.com:5432 " + sentence)
                .isEqualTo(TlsFailure.explain(failure, URL));
    }

    static Stream<Arguments> aFailureThatStaysIsExplained() {
        return Stream.of(
                Arguments.of(
                        new SSLHandshakeException(
                                "The server asks for more, and channel_binding=require asks for PLUS"),
                        "is not trusted. The server asks for more, and channel_binding=require asks for PLUS. Make"
                                + " sure that nothing on the way there terminates TLS; channel_binding=prefer in the URL"
                                + " does without this proof"),
                Arguments.of(
                        new NotSslRecordException("x"),
                        "does not speak TLS, which sslmode=require asks for. Turn TLS on there, or if the network in"
                                + " between can be trusted, set sslmode=disable and BOBBIN_DATABASE_ALLOW_PLAINTEXT=true"
                                + " (bobbin.database.allow-plaintext)"),
                Arguments.of(
                        new PSQLException(
                                "An error occurred while setting up the SSL connection.", PSQLState.PROTOCOL_VIOLATION),
                        "does not speak TLS, which sslmode=require asks for. Turn TLS on there, or if the network in"
                                + " between can be trusted, set sslmode=disable and BOBBIN_DATABASE_ALLOW_PLAINTEXT=true"
                                + " (bobbin.database.allow-plaintext)"),
                Arguments.of(
                        handshake(new CertPathValidatorException(
                                "validity check failed", new CertificateExpiredException("NotAfter: then"))),
                        "has a certificate that is not valid today (NotAfter: then). Renew it, or set the clock here"),
                Arguments.of(
                        handshake(new CertificateNotYetValidException("NotBefore: then")),
                        "has a certificate that is not valid today (NotBefore: then). Renew it, or set the clock here"),
                Arguments.of(
                        handshake(new CertPathValidatorException("signature check failed")),
                        "has a certificate that is not signed by an authority that the Java runtime trusts. Name its"
                                + " authority's PEM file by sslrootcert in the URL"),
                Arguments.of(
                        handshake(new CertificateException("No name matching db.example.com found.")),
                        "has a certificate that is not for the host db.example.com (No name matching db.example.com"
                                + " found). Use a name that is in it, or sslmode=verify-ca, which takes any name"),
                Arguments.of(
                        new PSQLException(
                                "SSL error",
                                PSQLState.CONNECTION_FAILURE,
                                new SSLHandshakeException("Received fatal alert: protocol_version")),
                        "breaks off TLS (Received fatal alert: protocol_version). See which versions of TLS it takes,"
                                + " and whether it asks for a client certificate, which Bobbin does not have"),
                Arguments.of(
                        new SQLException("FATAL: SCRAM channel binding check failed", "28000"),
                        "rejects the login (FATAL: SCRAM channel binding check failed). Something on the way there"
                                + " terminates TLS, with a certificate that is not the server's"),
                Arguments.of(
                        new SQLException("connection is insecure (try using `sslmode=require`)", "XX000"),
                        "takes no unencrypted connections. Set sslmode=require in the URL"),
                Arguments.of(
                        new SQLException(
                                "FATAL: no pg_hba.conf entry for host \"10.0.0.1\", user \"u\", database \"d\", no"
                                        + " encryption",
                                "28000"),
                        "takes no unencrypted connections. Set sslmode=require in the URL"));
    }

    @ParameterizedTest
    @MethodSource
    void whatMayPassIsNot(Throwable failure) {
        assertThat(TlsFailure.explain(failure, URL)).isEmpty();
    }

    static Stream<Throwable> whatMayPassIsNot() {
        return Stream.of(
                new VertxException("SSL handshake failed"),
                new SSLHandshakeException("handshake timed out after 10000ms"),
                new SSLHandshakeException("Received fatal alert: internal_error"),
                new SSLHandshakeException("Remote host terminated the handshake").initCause(new EOFException()),
                new IOException("The server answers with an error to the request for TLS"),
                new ConnectException("Connection refused"),
                new SQLException("Couldn't connect to compute node", "XX000"),
                new SQLException("FATAL: password authentication failed", "28P01"),
                new SQLException());
    }

    private static Throwable handshake(Throwable cause) {
        return new SSLHandshakeException(String.valueOf(cause.getMessage())).initCause(cause);
    }
}
