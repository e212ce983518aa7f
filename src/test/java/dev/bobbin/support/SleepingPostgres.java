package dev.bobbin.support;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;

/** A Postgres that is stopped in order, and that the first connection starts again, as Neon and its like do. */
public final class SleepingPostgres implements AutoCloseable {

    private final PostgresServer postgres;
    private final ServerSocket door;
    private boolean asleep;

    private SleepingPostgres(PostgresServer postgres, ServerSocket door) {
        this.postgres = postgres;
        this.door = door;
    }

    /** One that sleeps from now on. */
    public static SleepingPostgres asleep() throws IOException {
        SleepingPostgres sleeping = new SleepingPostgres(
                PostgresServer.start(Map.of(), Map.of()), new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        sleeping.postgres.stop();
        sleeping.asleep = true;
        Thread doorkeeper = new Thread(sleeping::answer, "sleeping-postgres");
        doorkeeper.setDaemon(true);
        doorkeeper.start();
        return sleeping;
    }

    public String url() {
        return "postgresql://postgres:" + BobbinCommand.PASSWORD + "@127.0.0.1:" + door.getLocalPort() + "/postgres";
    }

    private synchronized int awakePort() {
        if (asleep) {
            postgres.start();
            asleep = false;
        }
        return postgres.port();
    }

    private void answer() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), awakePort());
                pump(client, server);
                pump(server, client);
            } catch (IOException closed) {
                // by the test, or by a client that gave up
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        Thread thread = new Thread(
                () -> {
                    try (Closeable one = from;
                            Closeable other = to) {
                        InputStream in = from.getInputStream();
                        OutputStream out = to.getOutputStream();
                        in.transferTo(out);
                    } catch (IOException ended) {
                        // by one of the two
                    }
                },
                "sleeping-postgres-pump");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public synchronized void close() throws IOException {
        door.close();
        postgres.close();
    }
}
