package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.pgclient.PgConnectOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** As much of a Postgres as it takes to have the client fail: it lets everybody in, or not, and then does what it is told. */
final class FakeServer implements AutoCloseable {

    static final Buffer AUTHENTICATION_OK = message('R', Buffer.buffer().appendInt(0));
    private static final Buffer ENCODING = message('S', Buffer.buffer("client_encoding\0UTF8\0"));
    static final Buffer READY = message('Z', Buffer.buffer("I"));

    final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    private final NetServer server = vertx.createNetServer();

    /** Hands the conversation to the test: a socket, and each piece that the client sends, the startup message first. */
    FakeServer(BiConsumer<NetSocket, Buffer> talk) throws Exception {
        server.connectHandler(
                socket -> socket.exceptionHandler(clientIsGone -> {}).handler(bytes -> talk.accept(socket, bytes)));
        get(server.listen(0, "127.0.0.1"));
    }

    /** One that lets the client in, and then does this with the socket for each statement. */
    static FakeServer thatAnswers(Consumer<NetSocket> statement) throws Exception {
        return new FakeServer((socket, bytes) -> {
            if (bytes.getByte(0) == 0) {
                socket.write(AUTHENTICATION_OK.copy().appendBuffer(ENCODING).appendBuffer(READY));
            } else {
                statement.accept(socket);
            }
        });
    }

    PgConnectOptions options() {
        return new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.actualPort())
                .setUser("u")
                .setPassword("p")
                .setDatabase("d")
                .setPipeliningLimit(1);
    }

    static Buffer error(String severity, String sqlState, String text) {
        return message('E', Buffer.buffer("S" + severity + "\0C" + sqlState + "\0M" + text + "\0\0"));
    }

    static void reset(NetSocket socket) {
        PgConnector.abort((NetSocketInternal) socket);
    }

    private static Buffer message(char type, Buffer body) {
        return Buffer.buffer(new byte[] {(byte) type})
                .appendInt(4 + body.length())
                .appendBuffer(body);
    }

    static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        get(vertx.close());
    }
}
