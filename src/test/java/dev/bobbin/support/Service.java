package dev.bobbin.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a Service of Kubernetes does: a new connection goes to one of the endpoints of that moment, in turn, and stays with it
 * until one side closes it.
 */
public final class Service implements AutoCloseable {

    private final ServerSocket server;
    private final AtomicInteger turn = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile List<Integer> endpoints;

    private Service(int port, List<Integer> endpoints) throws IOException {
        server = new ServerSocket(port, 256, InetAddress.getLoopbackAddress());
        this.endpoints = endpoints;
        daemon(this::accept);
    }

    /** At a free port. */
    public static Service of(Integer... endpoints) throws IOException {
        return at(0, endpoints);
    }

    public static Service at(int port, Integer... endpoints) throws IOException {
        return new Service(port, List.of(endpoints));
    }

    public int port() {
        return server.getLocalPort();
    }

    public void endpoints(Integer... ports) {
        endpoints = List.of(ports);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                List<Integer> now = endpoints;
                Socket pod = new Socket(
                        InetAddress.getLoopbackAddress(), now.get(Math.floorMod(turn.getAndIncrement(), now.size())));
                sockets.add(client);
                sockets.add(pod);
                client.setTcpNoDelay(true);
                pod.setTcpNoDelay(true);
                daemon(() -> pump(client, pod));
                daemon(() -> pump(pod, client));
            }
        } catch (IOException closed) {
            // by close(), or nobody listens at an endpoint: then the clients find nobody either
            quietly(server);
        }
    }

    private void pump(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException closed) {
            // the other side learns it now
        } finally {
            sockets.remove(from);
            quietly(to);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "service");
        thread.setDaemon(true);
        thread.start();
    }

    private static void quietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception closed) {
            // as wanted
        }
    }

    @Override
    public void close() {
        quietly(server);
        sockets.forEach(Service::quietly);
    }
}
