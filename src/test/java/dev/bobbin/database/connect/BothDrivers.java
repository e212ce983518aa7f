package dev.bobbin.database.connect;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.impl.PgConnectionFactory;
import io.vertx.sqlclient.SqlConnectOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SingletonSupplier;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/** Connects with each of the two drivers as the service does, without the rest of it. */
final class BothDrivers implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();

    /** The first column of the first row that the reactive client gets; its failure is thrown as it is. */
    String reactive(String url, boolean allowPlaintext, String sql) throws Throwable {
        DatabaseUrl parsed = DatabaseUrl.parse(url);
        TlsPolicy.check(parsed, allowPlaintext);
        PgConnectOptions options = DriverOptions.reactive(new PgConnectOptions(), parsed);
        Watched factory = new Watched((VertxInternal) vertx, options, parsed);
        Context context = vertx.getOrCreateContext();
        try {
            return Future.<SqlConnection>future(promise -> context.runOnContext(
                            now -> factory.connect(context, options).onComplete(promise)))
                    .compose(connection -> connection
                            .query(sql)
                            .execute()
                            .map(rows -> String.valueOf(rows.iterator().next().getValue(0)))
                            .eventually(() -> connection.close()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause();
        } finally {
            Promise<Void> closed = Promise.promise();
            factory.close(closed);
            closed.future().toCompletionStage().toCompletableFuture().join();
        }
    }

    /** The same with Flyway's driver. */
    String jdbc(String url, boolean allowPlaintext, String sql) throws SQLException {
        DatabaseUrl parsed = DatabaseUrl.parse(url);
        TlsPolicy.check(parsed, allowPlaintext);
        try (Connection connection =
                        DriverOptions.jdbc(new PGSimpleDataSource(), parsed).getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** The client's factory, with {@link TlsWatch} on each socket. */
    private static final class Watched extends PgConnectionFactory {

        private final DatabaseUrl url;

        Watched(VertxInternal vertx, SqlConnectOptions options, DatabaseUrl url) {
            super(vertx, SingletonSupplier.wrap(options));
            this.url = url;
        }

        @Override
        protected NetClient netClient(NetClientOptions options) {
            NetClient client = super.netClient(options);
            return (NetClient) Proxy.newProxyInstance(
                    NetClient.class.getClassLoader(), new Class<?>[] {NetClient.class}, (proxy, method, arguments) -> {
                        try {
                            Object result = method.invoke(client, arguments);
                            return result instanceof Future<?> future
                                            && method.getName().equals("connect")
                                    ? future.map(socket -> install((NetSocket) socket))
                                    : result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        private NetSocket install(NetSocket socket) {
            TlsWatch.install(
                    ((NetSocketInternal) socket).channelHandlerContext().pipeline(), url);
            return socket;
        }
    }
}
