package dev.bobbin.database;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgPool;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes the one pool under the reactive client and Hibernate Reactive, out of {@code DATABASE_URL}. */
@Singleton
class PoolFactory implements PgPoolCreator {

    private final Database database;
    private final DatabaseConfig config;

    PoolFactory(Database database, DatabaseConfig config) {
        this.database = database;
        this.config = config;
    }

    @Override
    @SuppressWarnings("deprecation") // Quarkus casts the result to PgPool, whatever the interface says
    public Pool create(Input input) {
        DatabaseConfig.Pool settings = config.pool();
        PoolOptions pool = input.poolOptions()
                .setMaxSize(settings.maxSize())
                .setIdleTimeout(toMillis(settings.idleTimeout()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setConnectionTimeout(toMillis(settings.acquireTimeout()))
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
        // the one that Quarkus made of the placeholder URL: it carries the client's other settings
        PgConnectOptions connect = input.pgConnectOptionsList().get(0);
        return PgPool.pool(input.vertx(), connectTo(database.url(), connect), pool);
    }

    private PgConnectOptions connectTo(DatabaseUrl url, PgConnectOptions connect) {
        connect.setHost(url.host())
                .setPort(url.port())
                .setDatabase(url.database())
                .setUser(url.user())
                .setConnectTimeout(toMillis(config.pool().connectTimeout()));
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

    private static int toMillis(java.time.Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
