package dev.bobbin.support;

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

/** A {@link PgBouncer} that is a process of this machine. */
final class PgBouncerProcess implements PgBouncer {

    private static final int TRIES = 500;

    private final Path directory;
    private final int port;
    private final Thread whenTheJvmEnds = new Thread(this::kill);
    private Process process;

    PgBouncerProcess(PgBouncerConfiguration configuration) throws IOException {
        // it reads its files as nobody once it has given up being root
        directory = Files.createTempDirectory(
                "pgbouncer", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        port = BobbinProcess.freePort();
        URI database = configuration.database();
        Path users = Files.writeString(directory.resolve("users.txt"), configuration.users());
        Files.writeString(
                directory.resolve("pgbouncer.ini"),
                configuration.ini(
                        "127.0.0.1",
                        port,
                        "host=%s port=%d".formatted(database.getHost(), database.getPort()),
                        users.toString()));
        Runtime.getRuntime().addShutdownHook(whenTheJvmEnds);
    }

    /** Debian puts it where only root's path leads. */
    static Optional<Path> program() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + File.pathSeparator + "/usr/sbin";
        return Stream.of(path.split(File.pathSeparator))
                .map(directory -> Path.of(directory, "pgbouncer"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
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

    @Override
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

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
