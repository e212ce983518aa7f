package dev.bobbin.support;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A {@link PostgresServer} that is a process of this machine: the embedded one. */
final class PostgresProcess implements PostgresServer {

    private final Thread whenTheJvmEnds = new Thread(this::end);
    private final Path directory;
    private final EmbeddedPostgres.Builder builder;
    private @Nullable EmbeddedPostgres postgres;

    PostgresProcess(Map<String, String> settings, Map<String, Path> files) {
        try {
            directory = Files.createTempDirectory("test-postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // its own way to clean up would take what a server that is stopped holds
        builder = EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("data"))
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false);
        settings.forEach(builder::setServerConfig);
        files.forEach((name, file) -> builder.setServerConfig(name, file.toString()));
        Runtime.getRuntime().addShutdownHook(whenTheJvmEnds);
    }

    @Override
    public int port() {
        return Objects.requireNonNull(postgres).getPort();
    }

    @Override
    public synchronized void start() {
        try {
            postgres = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void stop() {
        try {
            if (postgres != null) {
                postgres.close();
                postgres = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(whenTheJvmEnds);
        end();
    }

    private void end() {
        stop();
        try {
            // hundreds of databases of hundreds of files each: nothing has to wait until they are gone
            new ProcessBuilder("rm", "-rf", directory.toString()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
