package dev.bobbin.neon;

import dev.bobbin.neon.Messages.Message;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.function.Consumer;

/** A connection to Postgres, on a client's behalf. Event loop only. */
final class BackendLink {

    private final NetClient network;
    private final SocketAddress address;
    private final NetSocket socket;
    private final Messages messages = new Messages();
    private Buffer cancelKey;

    private BackendLink(NetClient network, SocketAddress address, NetSocket socket) {
        this.network = network;
        this.address = address;
        this.socket = socket;
        socket.exceptionHandler(failure -> {});
    }

    static Future<BackendLink> connect(NetClient network, SocketAddress address) {
        return network.connect(address).map(socket -> new BackendLink(network, address, socket));
    }

    void onMessages(Consumer<List<Message>> consumer, Runnable closed) {
        socket.handler(bytes -> {
            List<Message> complete = messages.feed(bytes);
            for (Message message : complete) {
                if (message.type() == 'K') {
                    cancelKey = message.bytes().getBuffer(5, message.bytes().length());
                }
            }
            if (!complete.isEmpty()) {
                consumer.accept(complete);
            }
        });
        socket.closeHandler(done -> closed.run());
    }

    void send(Buffer bytes) {
        if (bytes.length() > 0) {
            socket.write(bytes);
        }
    }

    /** Ends it, and what runs on it: Postgres would only notice the end of the connection when it answers. */
    void end(boolean running) {
        socket.handler(ignored -> {});
        socket.closeHandler(null);
        if (running && cancelKey != null) {
            cancel(network, address, cancelKey);
        }
        socket.close();
    }

    static void cancel(NetClient network, SocketAddress address, Buffer key) {
        Buffer request = Buffer.buffer()
                .appendInt(8 + key.length())
                .appendInt(Startup.CANCEL_REQUEST)
                .appendBuffer(key);
        network.connect(address).onSuccess(socket -> socket.write(request).onComplete(sent -> socket.close()));
    }
}
