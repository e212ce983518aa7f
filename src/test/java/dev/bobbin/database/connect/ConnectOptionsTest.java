package dev.bobbin.database.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What both drivers are told of a URL. */
class ConnectOptionsTest {

    private static final String NEON = "postgresql://u:p%40@ep-x-1-pooler.aws.neon.tech/neondb?sslmode=require";

    @Test
    void theReactiveClientGoesWhereTheUrlSays() {
        PgConnectOptions options = reactive(NEON);
        assertThat(options.getHost()).isEqualTo("ep-x-1-pooler.aws.neon.tech");
        assertThat(options.getPort()).isEqualTo(5432);
        assertThat(options.getDatabase()).isEqualTo("neondb");
        assertThat(options.getUser()).isEqualTo("u");
        assertThat(options.getPassword()).isEqualTo("p@");
        assertThat(options.getProperties())
                .isEqualTo(Map.of("application_name", "bobbin", "client_encoding", "utf8", "DateStyle", "ISO"));
    }

    @Test
    void statementsStayPreparedUnlessThePoolerCannotHaveThat() {
        assertThat(reactive(NEON).getCachePreparedStatements()).isTrue();
        assertThat(reactive(NEON).getUseLayer7Proxy()).isFalse();
        PgConnectOptions bouncer = reactive(NEON + "&pgbouncer=true");
        assertThat(bouncer.getCachePreparedStatements()).isFalse();
        assertThat(bouncer.getUseLayer7Proxy()).isTrue();
    }

    @Test
    void encryptionAloneTrustsEveryCertificate() {
        PgConnectOptions options = reactive(NEON);
        assertThat(options.getSslMode()).isEqualTo(SslMode.REQUIRE);
        assertThat(options.isTrustAll()).isTrue();
        assertThat(options.getTrustOptions()).isNull();
        assertThat(options.getHostnameVerificationAlgorithm()).isEmpty();
        assertThat(jdbc(NEON).getSslMode()).isEqualTo("require");
    }

    @Test
    void verifyFullTakesNeitherAnotherAuthorityNorAnotherName() {
        String url = "postgresql://u:p@h/d?sslrootcert=system";
        PgConnectOptions options = reactive(url);
        assertThat(options.getSslMode()).isEqualTo(SslMode.VERIFY_FULL);
        assertThat(options.isTrustAll()).isFalse();
        assertThat(options.getTrustOptions()).isNotNull();
        assertThat(options.getHostnameVerificationAlgorithm()).isEqualTo("HTTPS");
        PGSimpleDataSource jdbc = jdbc(url);
        assertThat(jdbc.getSslMode()).isEqualTo("verify-full");
        assertThat(jdbc.getSslfactory()).isEqualTo("org.postgresql.ssl.DefaultJavaSSLFactory");
    }

    @Test
    void verifyCaTakesAnyName() {
        PgConnectOptions options = reactive("postgresql://u:p@h/d?sslmode=verify-ca");
        assertThat(options.isTrustAll()).isFalse();
        assertThat(options.getHostnameVerificationAlgorithm()).isEmpty();
    }

    @Test
    void channelBindingIsRequiredOfFlywaysDriverToo() {
        assertThat(jdbc(NEON).getChannelBinding()).isEqualTo("prefer");
        assertThat(jdbc(NEON + "&channel_binding=require").getChannelBinding()).isEqualTo("require");
    }

    @Test
    void optionsAndNameOfTheUrlReachBoth() {
        assertThat(jdbc(NEON).getApplicationName()).isEqualTo("bobbin-migrations");
        String url = NEON + "&options=endpoint%3Dep-x-1-pooler%20-c%20a%3Db&application_name=chat";
        assertThat(reactive(url).getProperties())
                .containsEntry("options", "endpoint=ep-x-1-pooler -c a=b")
                .containsEntry("application_name", "chat");
        assertThat(jdbc(url).getOptions()).isEqualTo("endpoint=ep-x-1-pooler -c a=b");
        assertThat(jdbc(url).getApplicationName()).isEqualTo("chat");
    }

    private static PgConnectOptions reactive(String url) {
        DatabaseUrl parsed = DatabaseUrl.parse(url);
        PgConnectOptions options = new PgConnectOptions().setCachePreparedStatements(true);
        assertThat(DriverOptions.reactive(options, parsed)).isSameAs(options);
        return options;
    }

    private static PGSimpleDataSource jdbc(String url) {
        return DriverOptions.jdbc(new PGSimpleDataSource(), DatabaseUrl.parse(url));
    }
}
