package dev.bobbin.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.TestCa;
import dev.bobbin.support.TlsPostgres;
import dev.bobbin.support.TlsProxy;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged application and servers with and without TLS, under names that are not this machine's. */
class TlsIT {

    private static final String THREAD = "{\"id\":\"thr_1\",\"created_at\":\"2026-11-21T00:54:09.050329\"}";

    private static TestCa ca;
    private static TestCa otherCa;
    private static TlsPostgres tls;
    private static TlsPostgres plain;
    private static TlsProxy middle;
    private static TlsProxy stranger;
    private static Path hosts;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        ca = TestCa.create();
        otherCa = TestCa.create();
        TestCa.ServerCertificate certificate = ca.certificateFor("db.bobbin.test");
        tls = TlsPostgres.withTls(certificate);
        plain = TlsPostgres.withoutTls();
        middle = TlsProxy.before(plain.port(), certificate);
        stranger = TlsProxy.before(plain.port(), certificate);
        hosts = Files.writeString(
                directory.resolve("hosts"),
                "127.0.0.1 localhost db.bobbin.test other.bobbin.test bouncer.bobbin.test\n");
    }

    @AfterAll
    static void stop() throws Exception {
        middle.close();
        stranger.close();
        tls.close();
        plain.close();
        ca.close();
        otherCa.close();
    }

    @Test
    void thePoolAndTheMigrationsAreEncrypted() throws Exception {
        int logged = tls.log().length();
        String parameters = "sslmode=verify-full&sslrootcert=CA&channel_binding=require";
        try (BobbinProcess bobbin = start(environment("scram@db.bobbin.test", tls.port(), parameters))) {
            bobbin.awaitReady();
            assertThat(bobbin.put("/v1/threads/thr_1", THREAD).statusCode()).isBetween(200, 201);
            assertThat(encrypted(tls, "bobbin")).isEqualTo("true");
            assertThat(tls.log().substring(logged)).contains("application_name=bobbin-migrations SSL enabled");
            assertThat(bobbin.output()).doesNotContain(TlsPostgres.PASSWORD);
        }
    }

    @Test
    void withoutTlsItStartsOnlyWhenToldTwice() throws Exception {
        Map<String, String> environment = environment("scram@db.bobbin.test", plain.port(), "sslmode=disable");
        environment.put("BOBBIN_DATABASE_ALLOW_PLAINTEXT", "true");
        try (BobbinProcess bobbin = start(environment)) {
            bobbin.awaitReady();
            assertThat(bobbin.put("/v1/threads/thr_1", THREAD).statusCode()).isBetween(200, 201);
            assertThat(encrypted(plain, "bobbin")).isEqualTo("false");
            assertThat(bobbin.output().lines().filter(line -> line.contains("allow-plaintext")))
                    .singleElement()
                    .asString()
                    .contains("WARN", "sslmode=disable", "db.bobbin.test:" + plain.port());
        }
    }

    @Test
    void migrationsTakeTheDirectUrlAndEachSaysInTlsWhomItWants() throws Exception {
        Map<String, String> environment = environment("scram@bouncer.bobbin.test", middle.port(), "pgbouncer=true");
        environment.put(
                "DATABASE_DIRECT_URL",
                environment("scram@db.bobbin.test", middle.port(), "sslrootcert=CA")
                        .get("DATABASE_URL"));
        try (BobbinProcess bobbin = start(environment)) {
            bobbin.awaitReady();
            assertThat(middle.serverNames()).contains("db.bobbin.test");
            assertThat(bobbin.put("/v1/threads/thr_1", THREAD).statusCode()).isBetween(200, 201);
            assertThat(middle.serverNames()).containsExactlyInAnyOrder("db.bobbin.test", "bouncer.bobbin.test");
            assertThat(bobbin.output()).contains("Migrations: postgresql://scram@db.bobbin.test:");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // role@host | server | parameters | what the one line says
                "scram@other.bobbin.test|tls|sslmode=verify-full&sslrootcert=CA"
                        + "|other.bobbin.test:PORT has a certificate that is not for the host other.bobbin.test",
                "scram@db.bobbin.test|tls|sslmode=verify-full&sslrootcert=OTHER"
                        + "|db.bobbin.test:PORT has a certificate that is not signed by an authority in OTHER",
                "scram@db.bobbin.test|plain||db.bobbin.test:PORT does not speak TLS, which sslmode=require asks for",
                "scram@db.bobbin.test|plain|ssl=off|DATABASE_URL cannot be used: its sslmode=disable allows"
                        + " unencrypted connections to db.bobbin.test:PORT; set sslmode=require",
                "scram@db.bobbin.test|stranger|channel_binding=require&sslmode=verify-full&sslrootcert=CA"
                        + "|db.bobbin.test:PORT is not trusted. Channel Binding is required",
            })
    void aServerThatDoesNotDoEndsTheStartAtOnce(String login, String server, String parameters, String line)
            throws Exception {
        int port = Map.of("tls", tls.port(), "plain", plain.port(), "stranger", stranger.port())
                .get(server);
        try (BobbinProcess bobbin = start(environment(login, port, parameters))) {
            assertThat(bobbin.awaitExit()).isEqualTo(1);
            String expected = files(line).replace("PORT", String.valueOf(port));
            assertThat(bobbin.output().lines().filter(said -> said.contains("does not start")))
                    .singleElement()
                    .asString()
                    .contains("Bobbin does not start: " + expected);
            assertThat(bobbin.output())
                    .doesNotContain("trying again")
                    .doesNotContain(TlsPostgres.PASSWORD)
                    .doesNotContain("\tat ")
                    .doesNotContain("ERROR")
                    .doesNotContain("again");
        }
    }

    @Test
    void theRuntimesAuthoritiesAreThoseOfItsTrustStore(@TempDir Path directory) throws Exception {
        Path store = directory.resolve("authorities.p12");
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        try (InputStream pem = Files.newInputStream(ca.pem());
                OutputStream file = Files.newOutputStream(store)) {
            authorities.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            authorities.store(file, "changeit".toCharArray());
        }
        Map<String, String> environment = environment("scram@db.bobbin.test", tls.port(), "sslrootcert=system");
        try (BobbinProcess bobbin = start(environment)) {
            assertThat(bobbin.awaitExit()).isEqualTo(1);
            assertThat(bobbin.output()).contains("has a certificate that is not signed by an authority");
        }
        // arguments, since a native binary does not read JAVA_TOOL_OPTIONS
        try (BobbinProcess bobbin = start(
                environment, "-Djavax.net.ssl.trustStore=" + store, "-Djavax.net.ssl.trustStorePassword=changeit")) {
            bobbin.awaitReady();
            assertThat(bobbin.put("/v1/threads/thr_1", THREAD).statusCode()).isBetween(200, 201);
            assertThat(encrypted(tls, "bobbin")).isEqualTo("true");
        }
    }

    private static BobbinProcess start(Map<String, String> environment, String... jvmArguments) {
        List<String> arguments = new ArrayList<>(List.of(jvmArguments));
        arguments.add("-Djdk.net.hosts.file=" + hosts);
        return BobbinProcess.start(environment, arguments);
    }

    private static Map<String, String> environment(String login, int port, String parameters) {
        String[] roleAndHost = login.split("@");
        Map<String, String> environment = BobbinProcess.open("postgresql://" + roleAndHost[0] + ":"
                + TlsPostgres.PASSWORD + "@" + roleAndHost[1] + ":" + port + "/postgres"
                + (parameters == null ? "" : "?" + files(parameters)));
        return environment;
    }

    private static String files(String text) {
        return text.replace("CA", ca.pem().toString())
                .replace("OTHER", otherCa.pem().toString());
    }

    /** Whether the connections of this name are encrypted. */
    private static String encrypted(TlsPostgres server, String applicationName) {
        return server.query("select string_agg(distinct ssl::text, ' ') from pg_stat_ssl"
                + " join pg_stat_activity using (pid) where application_name = '" + applicationName + "'");
    }
}
