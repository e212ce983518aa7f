package dev.bobbin.database;

import dev.bobbin.database.pool.DatabasePool;
import dev.bobbin.database.pool.PoolConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.ClientProxy;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes the one pool under the reactive client and Hibernate Reactive, out of {@code DATABASE_URL}. */
@Singleton
class PoolFactory implements PgPoolCreator {

    private final Database database;
    private final PoolConfig config;
    private final MeterRegistry registry;

    PoolFactory(Database database, PoolConfig config, MeterRegistry registry) {
        this.database = database;
        this.config = config;
        this.registry = registry;
    }

    @Override
    public Pool create(Input input) {
        // the one that Quarkus made of the placeholder URL: it carries the client's other settings
        PgConnectOptions connect = input.pgConnectOptionsList().get(0);
        return new DatabasePool(input.vertx(), connectTo(database.url(), connect), config, registry, socket -> {});
    }

    /** The same pool with what is its own; the bean that Quarkus makes of it has the client's methods only. */
    @Produces
    @Singleton
    @Typed(DatabasePool.class)
    DatabasePool databasePool(Pool pool) {
        return (DatabasePool) ClientProxy.unwrap(pool);
    }

    private PgConnectOptions connectTo(DatabaseUrl url, PgConnectOptions connect) {
        connect.setHost(url.host())
                .setPort(url.port())
                .setDatabase(url.database())
                .setUser(url.user());
        connect.addProperty("application_name", "bobbin");
        @Nullable String password = url.password();
        if (password != null) {
            connect.setPassword(password);
        }
        SslMode tls = SslMode.of(url.sslMode());
        connect.setSslMode(tls);
        if (tls == SslMode.VERIFY_CA || tls == SslMode.VERIFY_FULL) {
            // the client wants to be told whom to trust: those whom the Java runtime trusts
            connect.setTrustOptions(TrustOptions.wrap(systemTrust().getTrustManagers()[0]));
        }
        if (tls == SslMode.VERIFY_FULL) {
            connect.setHostnameVerificationAlgorithm("HTTPS");
        }
        return connect;
    }

    private static TrustManagerFactory systemTrust() {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init((KeyStore) null);
            return trust;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no trust store", e);
        }
    }
}
