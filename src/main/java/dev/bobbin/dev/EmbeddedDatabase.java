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
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** The Postgres of {@code quarkus:dev} without a {@code DATABASE_URL}. Its classes are not in the packaged application. */
@Singleton
@IfBuildProfile("dev")
class EmbeddedDatabase implements Database.OwnDatabase {

    private final EmbeddedPostgres postgres;

    EmbeddedDatabase() {
        Path data = Path.of("target", "dev-database").toAbsolutePath();
        try {
            endLeftover(data.resolve("postmaster.pid"));
            postgres = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The embedded Postgres of dev mode does not start; set DATABASE_URL instead", e);
        }
        Logger.getLogger(EmbeddedDatabase.class)
                .infof("DATABASE_URL is not set: using an embedded Postgres, which keeps its data in %s", data);
    }

    @Override
    public DatabaseUrl url() {
        return DatabaseUrl.parse("postgresql://postgres:postgres@localhost:" + postgres.getPort() + "/postgres");
    }

    @PreDestroy
    void stop() throws IOException {
        postgres.close();
    }

    /** The server of a dev mode that was killed still runs, and locks the data. */
    private static void endLeftover(Path pidFile) throws IOException {
        if (Files.exists(pidFile)) {
            long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
            ProcessHandle.of(pid)
                    .filter(process -> process.info().command().orElse("").endsWith("postgres"))
                    .filter(ProcessHandle::destroy)
                    .ifPresent(process ->
                            process.onExit().orTimeout(10, TimeUnit.SECONDS).join());
        }
    }
}
