package dev.bobbin.dev;

import dev.bobbin.database.Database;
import dev.bobbin.database.connect.DatabaseUrl;
import io.quarkus.arc.profile.IfBuildProfile;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The Postgres of {@code quarkus:dev}, when {@code DATABASE_URL} names none. Its classes are not in the application. */
@Singleton
@IfBuildProfile("dev")
class EmbeddedDatabase implements Database.OwnDatabase {

    private static final Logger LOG = Logger.getLogger(EmbeddedDatabase.class);

    /** A server, by what it wrote to its {@code postmaster.pid}. */
    private record Running(long pid, int port) {}

    private final @Nullable EmbeddedPostgres started;
    private final @Nullable Running found;

    EmbeddedDatabase() {
        Path data = Path.of("target", "dev-database").toAbsolutePath();
        try {
            found = running(data.resolve("postmaster.pid"));
            started = found == null ? start(data) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The embedded Postgres of dev mode does not start; set DATABASE_URL instead", e);
        }
        LOG.infof("DATABASE_URL is not set: using an embedded Postgres, which keeps its data in %s", data);
    }

    @Override
    public DatabaseUrl url() {
        int port = started != null ? started.getPort() : found == null ? 0 : found.port;
        return DatabaseUrl.parse("postgresql://postgres:postgres@localhost:" + port + "/postgres");
    }

    @PreDestroy
    void stop() throws IOException {
        if (started != null) {
            started.close();
        } else if (found != null) {
            ProcessHandle.of(found.pid).ifPresent(ProcessHandle::destroy);
        }
    }

    private static EmbeddedPostgres start(Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start();
    }

    /** A server that outlived its dev mode, which was killed: it holds the data, so it is taken over. */
    private static @Nullable Running running(Path pidFile) throws IOException {
        if (!Files.exists(pidFile)) {
            return null;
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.size() < 4) {
            return null;
        }
        long pid = Long.parseLong(lines.get(0).strip());
        boolean postgres = ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .filter(command -> command.endsWith("postgres"))
                .isPresent();
        return postgres ? new Running(pid, Integer.parseInt(lines.get(3).strip())) : null;
    }
}
