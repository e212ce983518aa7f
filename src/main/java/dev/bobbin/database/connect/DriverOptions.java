package dev.bobbin.database.connect;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import javax.net.ssl.X509TrustManager;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ssl.DefaultJavaSSLFactory;

/** Configures both drivers alike, as a URL says. */
@RegisterForReflection(targets = DefaultJavaSSLFactory.class)
public final class DriverOptions {

    /** Includes the time that a database needs to wake. */
    private static final int LOGIN_TIMEOUT_SECONDS = 20;

    private DriverOptions() {}

    /** Changes and returns {@code options}: a copy would lose {@code useLayer7Proxy}. */
    public static PgConnectOptions reactive(PgConnectOptions options, DatabaseUrl url) {
        options.setHost(url.host())
                .setPort(url.port())
                .setDatabase(url.database())
                .setUser(url.user())
                .addProperty("application_name", url.parameters().getOrDefault("application_name", "bobbin"));
        if (url.password() != null) {
            options.setPassword(url.password());
        }
        String serverOptions = url.parameters().get("options");
        if (serverOptions != null) {
            options.addProperty("options", serverOptions);
        }
        // useless since Postgres 12, and PgBouncer rejects unknown parameters
        options.getProperties().remove("extra_float_digits");
        // the client would prepare longer texts than 2 KiB for each call
        options.setPreparedStatementCacheSqlLimit(Integer.MAX_VALUE);
        if (!url.preparedStatementCache()) {
            options.setCachePreparedStatements(false).setUseLayer7Proxy(true);
        }
        X509TrustManager trusted = TlsPolicy.trusted(url);
        if (trusted != null) {
            options.setTrustOptions(TrustOptions.wrap(trusted));
        }
        // the client would otherwise check certificates in every mode
        return options.setTrustAll(trusted == null)
                .setSslMode(url.sslMode())
                .setHostnameVerificationAlgorithm(url.verifiesHost() ? "HTTPS" : "");
    }

    /** Changes and returns {@code source}, for what a pooler cannot do, such as migrations. */
    public static PGSimpleDataSource jdbc(PGSimpleDataSource source, DatabaseUrl url) {
        source.setServerNames(new String[] {url.host()});
        source.setPortNumbers(new int[] {url.port()});
        source.setDatabaseName(url.database());
        source.setUser(url.user());
        source.setPassword(url.password());
        source.setApplicationName(url.parameters().getOrDefault("application_name", "bobbin-migrations"));
        // the name is sent with the first message, for the server's log
        source.setAssumeMinServerVersion("14");
        source.setOptions(url.parameters().get("options"));
        source.setLoginTimeout(LOGIN_TIMEOUT_SECONDS);
        source.setTcpKeepAlive(true);
        source.setSslMode(url.sslModeName());
        source.setChannelBinding(url.requiresChannelBinding() ? "require" : "prefer");
        // the driver would look for a client certificate in the home directory
        source.setSslCert("");
        source.setSslKey("");
        source.setSslRootCert(url.rootCertificates());
        if (url.verifiesCertificate() && url.rootCertificates() == null) {
            source.setSslfactory(DefaultJavaSSLFactory.class.getName());
        }
        return source;
    }
}
