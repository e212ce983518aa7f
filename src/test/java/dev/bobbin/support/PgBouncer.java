package dev.bobbin.support;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * A PgBouncer in transaction mode in front of the tests' Postgres, as Neon puts one there: it wants SCRAM, takes the startup
 * parameter that Neon's takes, and lends its few server connections for one transaction at a time. It is a process that
 * {@link #kill} ends as Neon's suspend does, and {@link #restart} brings back on the same port.
 */
public final class PgBouncer implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(PgBouncer.class);

    /** {@code required} where its absence is a failure. */
    private static final String WANTED = "BOBBIN_TEST_PGBOUNCER";

    private static final int TRIES = 500;

    private final Path directory;
    private final int port;
    private final Thread whenTheJvmEnds = new Thread(this::kill);
    private Process process;

    private PgBouncer(URI database, int poolSize) throws IOException {
        // it reads its files as nobody once it has given up being root
        directory = Files.createTempDirectory(
                "pgbouncer", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        port = BobbinProcess.freePort();
        String[] login = database.getUserInfo().split(":", 2);
        Files.writeString(directory.resolve("users.txt"), "\"%s\" \"%s\"\n".formatted(login[0], login[1]));
        Files.writeString(
                directory.resolve("pgbouncer.ini"),
                """
                [databases]
                * = host=%s port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = %s
                pool_mode = transaction
                default_pool_size = %d
                ignore_startup_parameters = extra_float_digits
                """
                        .formatted(
                                database.getHost(),
                                database.getPort(),
                                port,
                                directory.resolve("users.txt"),
                                poolSize));
        Runtime.getRuntime().addShutdownHook(whenTheJvmEnds);
        restart();
    }

    /**
     * Starts one in front of the server of a URL that {@link TestDatabase} gave.
     *
     * @param poolSize the most connections that it opens to one database
     */
    public static PgBouncer start(String databaseUrl, int poolSize) throws IOException {
        return new PgBouncer(URI.create(databaseUrl), poolSize);
    }

    /** Without the program a test that calls this is left out, or fails where {@value #WANTED} is {@code required}. */
    public static void assumeInstalled() {
        if (program().isPresent()) {
            return;
        }
        String message = "There is no pgbouncer on this machine; nothing is known of working behind one."
                + " Debian and Ubuntu have it: apt-get install pgbouncer";
        if ("required".equals(System.getenv(WANTED))) {
            fail(message + " (" + WANTED + " says that it is required)");
        }
        LOG.warn(message);
        abort(message);
    }

    public int port() {
        return port;
    }

    /** The URL of the same database, as the same user, through this PgBouncer. */
    public String url(String databaseUrl) {
        URI direct = URI.create(databaseUrl);
        return "postgresql://" + direct.getRawUserInfo() + "@127.0.0.1:" + port + direct.getRawPath();
    }

    /** Ends it by SIGKILL: no client gets a word, and what the server was told to do it goes on doing. */
    public void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts it anew on its port, and returns when it listens. */
    public void restart() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                program().orElseThrow().toString(),
                directory.resolve("pgbouncer.ini").toString());
        if ("root".equals(System.getProperty("user.name"))) {
            // it refuses to work as root
            builder.command().addAll(1, List.of("-u", "nobody"));
        }
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        for (int i = 0; i < TRIES && process.isAlive(); i++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port));
                return;
            } catch (IOException notYet) {
                pause();
            }
        }
        throw new IllegalStateException("pgbouncer does not listen:\n" + output());
    }

    /** Everything it printed, in all of its lives. */
    public String output() throws IOException {
        return Files.readString(log());
    }

    @Override
    public void close() throws IOException {
        kill();
        Runtime.getRuntime().removeShutdownHook(whenTheJvmEnds);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private Path log() {
        return directory.resolve("pgbouncer.log");
    }

    /** Debian puts it where only root's path leads. */
    private static Optional<Path> program() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + File.pathSeparator + "/usr/sbin";
        return Stream.of(path.split(File.pathSeparator))
                .map(directory -> Path.of(directory, "pgbouncer"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
