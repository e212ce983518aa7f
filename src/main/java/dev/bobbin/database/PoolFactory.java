package dev.bobbin.database;

import dev.bobbin.database.connect.DatabaseUrl;
import dev.bobbin.database.connect.DriverOptions;
import dev.bobbin.database.connect.TlsWatch;
import dev.bobbin.database.pool.ConnectFailure;
import dev.bobbin.database.pool.DatabaseClient;
import dev.bobbin.database.pool.PgConnector;
import dev.bobbin.database.pool.PoolConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.ClientProxy;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;

/** Makes the pool of the reactive client from {@code DATABASE_URL}. */
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
        DatabaseUrl url = database.url();
        PgConnector connector = new PgConnector(
                input.vertx(),
                // made by Quarkus of the placeholder URL, with the client's other settings
                DriverOptions.reactive(input.pgConnectOptionsList().get(0), url),
                socket -> TlsWatch.install(socket.channelHandlerContext().pipeline(), url),
                failure -> ConnectFailure.of(failure, url),
                config);
        return new DatabaseClient(input.vertx(), connector, config, registry);
    }

    /** The same pool with its own methods, which Quarkus' bean does not have. */
    @Produces
    @Singleton
    @Typed(DatabaseClient.class)
    DatabaseClient databasePool(Pool pool) {
        return (DatabaseClient) ClientProxy.unwrap(pool);
    }
}
