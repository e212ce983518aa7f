package dev.bobbin.support;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A Postgres in a container or as a process of this machine, as {@link TestDatabase#onContainers()} says. Its superuser is
 * {@code postgres}, with the password {@link BobbinCommand#PASSWORD}. It ends with the JVM at the latest, and leaves nothing.
 */
interface PostgresServer extends AutoCloseable {

    /** What it holds need not outlive a crash of the machine, and no other server follows it. */
    Map<String, String> NOT_DURABLE = Map.of(
            "fsync", "off",
            "synchronous_commit", "off",
            "full_page_writes", "off",
            "wal_level", "minimal",
            "max_wal_senders", "0",
            "max_wal_size", "4GB");

    /**
     * Starts one.
     *
     * @param settings the server's, by their names in postgresql.conf
     * @param files those of its settings that are the name of a file; it reads them until it is closed
     */
    static PostgresServer start(Map<String, String> settings, Map<String, Path> files) {
        Map<String, String> all = new HashMap<>(NOT_DURABLE);
        all.putAll(settings);
        PostgresServer server =
                TestDatabase.onContainers() ? new PostgresContainer(all, files) : new PostgresProcess(all, files);
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
