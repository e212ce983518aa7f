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
        DatabaseUrl url = database.url();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {url.host()});
        source.setPortNumbers(new int[] {url.port()});
        source.setDatabaseName(url.database());
        source.setUser(url.user());
        source.setPassword(url.password());
        source.setSslMode(url.sslMode());
        if (url.sslMode().startsWith("verify")) {
            source.setSslfactory("org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        source.setApplicationName("bobbin-migrations");
        source.setLoginTimeout(LOGIN_TIMEOUT);
        source.setTcpKeepAlive(true);
        // all pending versions come in one transaction: a database is moved whole, or not at all
        flyway.group(true)
                .dataSource(source)
                .placeholders(Map.of("adopting_owner", adoptingOwner().replace("'", "''")));
    }

    private String adoptingOwner() {
        return Adopter.of(config.owner().adoptAs()).id();
    }
}
