package dev.bobbin.support;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A Postgres that is stopped in order, and that the first connection starts again, as Neon and its like do. */
public final class SleepingPostgres implements AutoCloseable {

    private final Path directory;
    private final ServerSocket door;
    private @Nullable EmbeddedPostgres postgres;

    private SleepingPostgres(Path directory, ServerSocket door) {
        this.directory = directory;
        this.door = door;
    }

    /** One that sleeps from now on. */
    public static SleepingPostgres asleep() throws IOException {
        Path directory = Files.createTempDirectory("sleeping-postgres");
        SleepingPostgres sleeping =
                new SleepingPostgres(directory, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        sleeping.start();
        sleeping.stop();
        Thread doorkeeper = new Thread(sleeping::answer, "sleeping-postgres");
        doorkeeper.setDaemon(true);
        doorkeeper.start();
        return sleeping;
    }

    public String url() {
        return "postgresql://postgres:" + BobbinCommand.PASSWORD + "@127.0.0.1:" + door.getLocalPort() + "/postgres";
    }

    private synchronized int start() throws IOException {
        if (postgres == null) {
            postgres = EmbeddedPostgres.builder()
                    .setDataDirectory(directory.resolve("data"))
                    .setCleanDataDirectory(false)
                    .start();
        }
        return postgres.getPort();
    }

    private synchronized void stop() throws IOException {
        if (postgres != null) {
            postgres.close();
            postgres = null;
        }
    }

    private void answer() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), start());
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
    public void close() throws IOException {
        door.close();
        stop();
        try (var files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
