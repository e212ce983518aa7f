package dev.bobbin.support;

import java.nio.file.Path;
import java.util.Map;

/**
 * A Postgres in a container or as a process of this machine, as {@link TestDatabase#onContainers()} says. Its superuser is
 * {@code postgres}, with the password {@link BobbinCommand#PASSWORD}. It ends with the JVM at the latest, and leaves nothing.
 */
interface PostgresServer extends AutoCloseable {

    /**
     * Starts one.
     *
     * @param settings the server's, by their names in postgresql.conf
     * @param files those of its settings that are the name of a file; it reads them until it is closed
     */
    static PostgresServer start(Map<String, String> settings, Map<String, Path> files) {
        PostgresServer server = TestDatabase.onContainers()
                ? new PostgresContainer(settings, files)
                : new PostgresProcess(settings, files);
        server.start();
        return server;
    }

    /** The port of 127.0.0.1 where it listens since it was last started. */
    int port();

    /** Starts it, with what it held when it was stopped, and returns when it lets clients in. */
    void start();

    /** Stops it in order, which ends its sessions. */
    void stop();

    @Override
    void close();
}
