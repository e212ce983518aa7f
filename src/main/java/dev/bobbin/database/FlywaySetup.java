package dev.bobbin.database;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import jakarta.inject.Singleton;
import java.util.Map;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.postgresql.ds.PGSimpleDataSource;

/** Gives Flyway a connection of its own, made of {@code DATABASE_URL} and closed with its work: no pool stays behind. */
@Singleton
class FlywaySetup implements FlywayConfigurationCustomizer {

    /** Seconds for one attempt to connect, a waking database included. */
    private static final int LOGIN_TIMEOUT = 20;

    private final Database database;
    private final DatabaseConfig config;

    FlywaySetup(Database database, DatabaseConfig config) {
        this.database = database;
        this.config = config;
    }

    @Override
    public void customize(FluentConfiguration flyway) {
        // all pending versions come in one transaction: a database is moved whole, or not at all
        flyway.group(true)
                .dataSource(dataSource(database.directUrl(), database.directTls()))
                .placeholders(Map.of("adopting_owner", adoptingOwner().replace("'", "''")));
    }

    static PGSimpleDataSource dataSource(DatabaseUrl url, TlsPolicy tls) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {url.host()});
        source.setPortNumbers(new int[] {url.port()});
        source.setDatabaseName(url.database());
        source.setUser(url.user());
        source.setPassword(url.password());
        source.setApplicationName(url.parameters().getOrDefault("application_name", "bobbin-migrations"));
        // so that the name is there from the first message on, for the server's log
        source.setAssumeMinServerVersion("14");
        source.setOptions(url.parameters().get("options"));
        source.setLoginTimeout(LOGIN_TIMEOUT);
        source.setTcpKeepAlive(true);
        secure(source, tls);
        return source;
    }

    private static void secure(PGSimpleDataSource source, TlsPolicy tls) {
        source.setSslMode(tls.mode().value);
        source.setChannelBinding(tls.requiresChannelBinding() ? "require" : "prefer");
        // the driver would look for a client certificate in the home directory
        source.setSslCert("");
        source.setSslKey("");
        if (tls.rootCertificates() != null) {
            source.setSslRootCert(tls.rootCertificates());
        } else if (tls.trusted() != null) {
            source.setSslfactory("org.postgresql.ssl.DefaultJavaSSLFactory");
        }
    }

    private String adoptingOwner() {
        return Adopter.of(config.owner().adoptAs()).id();
    }
}
