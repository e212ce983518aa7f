package dev.bobbin.database.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsPolicyTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // host | parameters | mode without bobbin.database.allow-plaintext | mode with it; - where refused
                "db.example.com||require|require",
                "db.example.com|sslmode=disable|-|disable",
                "db.example.com|sslmode=allow|-|allow",
                "db.example.com|sslmode=prefer|-|prefer",
                "db.example.com|ssl=false|-|disable",
                "db.example.com|sslmode=require|require|require",
                "db.example.com|sslmode=verify-full|verify-full|verify-full",
                "db.example.com|sslrootcert=system|verify-full|verify-full",
                "db|sslmode=disable|-|disable",
                "10.0.0.1|sslmode=disable|-|disable",
                "[2001:db8::1]|sslmode=disable|-|disable",
                "0.0.0.0|sslmode=disable|-|disable",
                "127.0.0.1.example.com|sslmode=disable|-|disable",
                "localhost.example.com|sslmode=disable|-|disable",
                "localhost||disable|disable",
                "localhost|sslmode=prefer|prefer|prefer",
                "127.0.0.1|sslmode=require|require|require",
                "[::1]|sslmode=allow|allow|allow",
                "db.example.com|channel_binding=require|require|require",
                "localhost|channel_binding=require|require|require",
                "db.example.com|channel_binding=require&sslmode=prefer|-|-",
                "localhost|channel_binding=require&sslmode=disable|-|-",
                "db.example.com|sslmode=require&sslrootcert=system|-|-",
                "localhost|sslmode=verify-ca&sslrootcert=system|-|-",
            })
    void onlyAnExplicitModeAndAnExplicitLeaveGoWithoutTls(String host, String parameters, String without, String with) {
        String url = "postgresql://u:s3cret@" + host + "/d" + (parameters == null ? "" : "?" + parameters);
        assertMode(url, false, without);
        assertMode(url, true, with);
    }

    private static void assertMode(String url, boolean allowPlaintext, String mode) {
        DatabaseUrl parsed = DatabaseUrl.parse(url);
        if (mode == null) {
            assertThatThrownBy(() -> TlsPolicy.check(parsed, allowPlaintext))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sslmode=" + parsed.sslMode().value)
                    .hasMessageContaining("set sslmode=")
                    .hasMessageNotContaining("s3cret");
        } else {
            TlsPolicy.check(parsed, allowPlaintext);
            assertThat(parsed.sslModeName()).isEqualTo(mode);
            assertThat(parsed.encrypts()).isEqualTo(mode.matches("require|verify-.*"));
            assertThat(TlsPolicy.warning(parsed).isPresent()).isEqualTo(!parsed.encrypts() && !parsed.isLoopback());
            assertThat(TlsPolicy.trusted(parsed) != null).isEqualTo(mode.startsWith("verify"));
        }
    }

    @Test
    void aRefusedModeIsNamedWithTheKeyAndTheRemedies() {
        assertThatThrownBy(() -> TlsPolicy.check(DatabaseUrl.parse("postgresql://u:p@db.example.com/d?ssl=off"), false))
                .hasMessage("its sslmode=disable allows unencrypted connections to db.example.com:5432; set"
                        + " sslmode=require, or, if the network in between can be trusted,"
                        + " BOBBIN_DATABASE_ALLOW_PLAINTEXT=true (bobbin.database.allow-plaintext)");
    }

    @Test
    void theOperatorIsWarnedOfUnencryptedConnections() {
        assertThat(TlsPolicy.warning(DatabaseUrl.parse("postgresql://u:p@db.example.com/d?sslmode=prefer")))
                .hasValueSatisfying(warning ->
                        assertThat(warning).contains("sslmode=prefer", "db.example.com:5432", "allow-plaintext"));
    }

    @Test
    void aFileOfAuthoritiesThatCannotBeUsedIsNamed(@TempDir Path directory) throws Exception {
        Path none = directory.resolve("none.pem");
        Path empty = Files.createFile(directory.resolve("empty.pem"));
        Path other = Files.writeString(directory.resolve("other.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END");
        assertRefused(
                none,
                "its sslrootcert names " + none + ", which is no readable PEM file: java.nio.file.NoSuchFileException: "
                        + none);
        assertRefused(
                directory,
                "its sslrootcert names " + directory
                        + ", which is no readable PEM file: java.security.cert.CertificateException: java.io.IOException: Is a");
        assertRefused(empty, "its sslrootcert names " + empty + ", which holds no certificate");
        assertRefused(
                other,
                "its sslrootcert names " + other
                        + ", which is no readable PEM file: java.security.cert.CertificateException");
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> TlsPolicy.check(DatabaseUrl.parse("postgresql://u:p@h/d?sslrootcert=" + file), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
