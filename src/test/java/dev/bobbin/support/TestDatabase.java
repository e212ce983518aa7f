package dev.bobbin.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.jboss.logging.Logger;
import org.testcontainers.DockerClientFactory;

/**
 * The Postgres of the tests, one for each JVM. This is the one place that decides what the tests' servers are: containers
 * where a Docker engine answers, processes of this machine otherwise, or what {@code BOBBIN_TEST_DATABASE} says.
 */
public final class TestDatabase {

    private static final Logger LOG = Logger.getLogger(TestDatabase.class);

    /** Statements go to a log that SQL can read, so that tests can count them. */
    private static final Map<String, String> SETTINGS = Map.of(
            "logging_collector", "on",
            "log_filename", "statements.log",
            // no character that a shell would take for its own: pg_ctl hands these to one
            "log_line_prefix", "%d,%a,",
            "log_statement", "all",
            "log_parameter_max_length", "64",
            "max_connections", "200",
            // statistics are what a test makes of them
            "autovacuum", "off");

    // system properties and one lock, since each application under test brings a class loader and its own copy of this
    // class
    private static final Object LOCK = (TestDatabase.class.getName() + ".lock").intern();
    private static final String ON_CONTAINERS = "test.on-containers";
    private static final String PORT = "test.database.port";

    private final int port;

    private TestDatabase(int port) {
        this.port = port;
    }

    /** Starts it with the first call; it ends with the JVM. */
    public static TestDatabase get() {
        synchronized (LOCK) {
            Integer port = Integer.getInteger(PORT);
            if (port == null) {
                port = PostgresServer.start(SETTINGS, Map.of()).port();
                System.setProperty(PORT, port.toString());
            }
            return new TestDatabase(port);
        }
    }

    /** Whether the servers of the tests are containers; the log says so, once. */
    static boolean onContainers() {
        synchronized (LOCK) {
            String decided = System.getProperty(ON_CONTAINERS);
            if (decided == null) {
                decided = String.valueOf(decide(environment("BOBBIN_TEST_DATABASE", "")));
                System.setProperty(ON_CONTAINERS, decided);
            }
            return Boolean.parseBoolean(decided);
        }
    }

    private static boolean decide(String wanted) {
        boolean containers =
                switch (wanted) {
                    case "" -> engineAnswers();
                    case "testcontainers" -> true;
                    case "embedded" -> false;
                    default ->
                        throw new IllegalStateException("BOBBIN_TEST_DATABASE is " + wanted
                                + "; it can be testcontainers or embedded, or not be set");
                };
        if (containers) {
            LOG.infof("Tests use containers: %s, and %s", PostgresContainer.IMAGE, PgBouncerContainer.IMAGE);
        } else {
            LOG.infof(
                    "Tests use no containers, but the embedded Postgres and this machine's pgbouncer: %s",
                    wanted.isEmpty()
                            ? "no Docker engine answers that publishes ports on this machine"
                            : "BOBBIN_TEST_DATABASE says so");
        }
        return containers;
    }

    /** Bobbin wants TLS of a database that is not on its own machine, so an engine elsewhere would not do. */
    private static boolean engineAnswers() {
        DockerClientFactory docker = DockerClientFactory.instance();
        try {
            return docker.isDockerAvailable()
                    && InetAddress.getByName(docker.dockerHostIpAddress()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The URL of a new, empty database. */
    public String freshDatabase() {
        String name = "test_" + Long.toHexString(System.nanoTime());
        execute("postgres", "create database " + name);
        return url(name);
    }

    /** The URL of a new database that holds what the one of this URL holds, to which nobody is connected. */
    public String copyOf(String url) {
        String name = "test_" + Long.toHexString(System.nanoTime());
        execute("postgres", "create database " + name + " template " + url.substring(url.lastIndexOf('/') + 1));
        return url(name);
    }

    public String url(String database) {
        return "postgresql://postgres:" + BobbinCommand.PASSWORD + "@127.0.0.1:" + port + "/" + database;
    }

    /** A connection of the superuser's to the database of a URL that {@link #freshDatabase()} gave. */
    public Connection connect(String url) {
        String database = url.substring(url.lastIndexOf('/') + 1);
        try {
            return DriverManager.getConnection(
                    "jdbc:postgresql://127.0.0.1:" + port + "/" + database, "postgres", BobbinCommand.PASSWORD);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs SQL in the database of a URL, or of a name. */
    public void execute(String urlOrName, String sql) {
        try (Connection connection = connect(urlOrName);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The same URL with another role, which is made if there is none yet. Roles are the server's, so only one test makes it. */
    public synchronized String as(String role, String url) {
        execute(
                "postgres",
                """
                do $$ begin
                    if not exists (select from pg_roles where rolname = '%1$s') then
                        create role %1$s login password '%2$s';
                    end if;
                end $$"""
                        .formatted(role, BobbinCommand.PASSWORD));
        return url.replaceFirst("//[^@]*@", "//" + role + ":" + BobbinCommand.PASSWORD + "@");
    }

    /** The server's major version. */
    public int version() {
        try (Connection connection = connect("postgres")) {
            return connection.getMetaData().getDatabaseMajorVersion();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Skips a test that uses what an older server does not have. */
    public void assumeVersion(int major) {
        assumeTrue(version() >= major, () -> "Postgres " + major + " is needed");
    }

    /** A variable of the environment, or something else where it is not set or blank. */
    static String environment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
