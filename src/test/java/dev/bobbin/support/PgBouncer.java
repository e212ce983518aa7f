package dev.bobbin.support;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.URI;
import org.jboss.logging.Logger;

/**
 * A PgBouncer in transaction mode in front of the tests' Postgres, as Neon puts one there: it wants SCRAM, takes the startup
 * parameter that Neon's takes, and lends its few server connections for one transaction at a time. {@link #kill} ends it as
 * Neon's suspend does, and {@link #restart} brings it back on the same port.
 */
public interface PgBouncer extends AutoCloseable {

    /** {@code required} where its absence is a failure. */
    String WANTED = "BOBBIN_TEST_PGBOUNCER";

    /**
     * Starts one in front of the server of a URL that {@link TestDatabase} gave.
     *
     * @param poolSize the most connections that it opens to one database
     */
    static PgBouncer start(String databaseUrl, int poolSize) throws IOException {
        PgBouncerConfiguration configuration = new PgBouncerConfiguration(URI.create(databaseUrl), poolSize);
        PgBouncer bouncer = TestDatabase.onContainers()
                ? new PgBouncerContainer(configuration)
                : new PgBouncerProcess(configuration);
        bouncer.restart();
        return bouncer;
    }

    /**
     * Without the program a test that calls this is left out, or fails where {@value #WANTED} is {@code required}. A
     * container has the program.
     */
    static void assumeInstalled() {
        if (TestDatabase.onContainers() || PgBouncerProcess.program().isPresent()) {
            return;
        }
        String message = "There is no pgbouncer on this machine; nothing is known of working behind one."
                + " Debian and Ubuntu have it: apt-get install pgbouncer";
        if ("required".equals(System.getenv(WANTED))) {
            fail(message + " (" + WANTED + " says that it is required)");
        }
        Logger.getLogger(PgBouncer.class).warn(message);
        abort(message);
    }

    int port();

    /** The URL of the same database, as the same user, through this PgBouncer. */
    default String url(String databaseUrl) {
        URI direct = URI.create(databaseUrl);
        return "postgresql://" + direct.getRawUserInfo() + "@127.0.0.1:" + port() + direct.getRawPath();
    }

    /** Ends it by SIGKILL: no client gets a word, and what the server was told to do it goes on doing. */
    void kill();

    /** Starts it anew on its port, and returns when it listens. */
    void restart() throws IOException;

    /** Everything it printed, in all of its lives. */
    String output() throws IOException;

    @Override
    void close() throws IOException;
}
