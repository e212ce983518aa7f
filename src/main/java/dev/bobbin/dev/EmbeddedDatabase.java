package dev.bobbin.dev;

import dev.bobbin.database.Database;
import dev.bobbin.database.connect.DatabaseUrl;
import io.quarkus.arc.profile.IfBuildProfile;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jboss.logging.Logger;

/** The Postgres of {@code quarkus:dev} without a {@code DATABASE_URL}. Its classes are not in the application. */
@Singleton
@IfBuildProfile("dev")
class EmbeddedDatabase implements Database.OwnDatabase {

    private static final Logger LOG = Logger.getLogger(EmbeddedDatabase.class);

    private final int port;
    private final Closeable server;

    EmbeddedDatabase() {
        Path data = Path.of("target", "dev-database").toAbsolutePath();
        try {
            Path pidFile = data.resolve("postmaster.pid");
            List<String> lines = Files.exists(pidFile) ? Files.readAllLines(pidFile) : List.of();
            if (lines.size() > 3 && isPostgres(pid(lines))) {
                // it outlived a dev mode that was killed, and locks the data
                port = Integer.parseInt(lines.get(3).strip());
                server = () -> ProcessHandle.of(pid(lines)).ifPresent(ProcessHandle::destroy);
            } else {
                EmbeddedPostgres started = EmbeddedPostgres.builder()
                        .setDataDirectory(data)
                        .setCleanDataDirectory(false)
                        .start();
                port = started.getPort();
                server = started;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The embedded Postgres of dev mode does not start; set DATABASE_URL instead", e);
        }
        LOG.infof("DATABASE_URL is not set: using an embedded Postgres, which keeps its data in %s", data);
    }

    @Override
    public DatabaseUrl url() {
        return DatabaseUrl.parse("postgresql://postgres:postgres@localhost:" + port + "/postgres");
    }

    @PreDestroy
    void stop() throws IOException {
        server.close();
    }

    private static long pid(List<String> pidFile) {
        return Long.parseLong(pidFile.get(0).strip());
    }

    private static boolean isPostgres(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .filter(command -> command.endsWith("postgres"))
                .isPresent();
    }
}
