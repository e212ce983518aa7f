package dev.bobbin.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A {@link PostgresServer} in a container. */
final class PostgresContainer extends RestartableContainer implements PostgresServer {

    static final String IMAGE = TestDatabase.environment("BOBBIN_TEST_POSTGRES_IMAGE", "postgres:17");

    /** Inside, among the containers. */
    static final int PORT = 5432;

    private static final String FILES = "/test-files/";

    /** The files come as root's, and a key must be the server's own, whose number differs from image to image. */
    private static final String OWN_THE_FILES =
            "mkdir -p %1$s && chown -R postgres %1$s && exec docker-entrypoint.sh postgres \"$@\"".formatted(FILES);

    PostgresContainer(Map<String, String> settings, Map<String, Path> files) {
        super(
                container(files),
                PORT,
                command(settings, files),
                // Testcontainers would wait for a line of the log, which goes to a file where the settings say so; and
                // by
                // TCP, since the server that the image starts to set itself up listens on a socket only
                Wait.forSuccessfulCommand("pg_isready --quiet --host=127.0.0.1 --username=postgres"));
    }

    private static PostgreSQLContainer container(Map<String, Path> files) {
        PostgreSQLContainer container = new PostgreSQLContainer(
                        DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("postgres"))
                .withUsername("postgres")
                .withPassword(BobbinCommand.PASSWORD)
                .withDatabaseName("postgres");
        files.forEach((name, file) -> {
            try {
                container.withCopyToContainer(Transferable.of(Files.readAllBytes(file), 0600), FILES + name);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return container;
    }

    private static List<String> command(Map<String, String> settings, Map<String, Path> files) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", OWN_THE_FILES, "sh"));
        Stream.concat(
                        settings.entrySet().stream().map(setting -> setting.getKey() + "=" + setting.getValue()),
                        files.keySet().stream().map(name -> name + "=" + FILES + name))
                .forEach(setting -> command.addAll(List.of("-c", setting)));
        return command;
    }
}
