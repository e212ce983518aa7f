package dev.bobbin.database;

import dev.bobbin.database.connect.DatabaseUrl;
import dev.bobbin.database.connect.ReactiveConnectOptions;
import dev.bobbin.database.connect.TlsFailure;
import dev.bobbin.database.connect.TlsPolicy;
import dev.bobbin.database.connect.TlsWatch;
import dev.bobbin.database.pool.DatabasePool;
import dev.bobbin.database.pool.PgConnector;
import dev.bobbin.database.pool.PoolConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.ClientProxy;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;

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
        DatabaseUrl url = database.url();
        TlsPolicy tls = database.tls();
        PgConnector connector = new PgConnector(
                input.vertx(),
                ReactiveConnectOptions.complete(connect, url, tls),
                socket -> TlsWatch.install(socket.channelHandlerContext().pipeline(), tls),
                failure -> TlsFailure.explain(failure, url),
                config);
        return new DatabasePool(input.vertx(), connector, config, registry);
    }

    /** The same pool with what is its own; the bean that Quarkus makes of it has the client's methods only. */
    @Produces
    @Singleton
    @Typed(DatabasePool.class)
    DatabasePool databasePool(Pool pool) {
        return (DatabasePool) ClientProxy.unwrap(pool);
    }
}
