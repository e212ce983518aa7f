package dev.bobbin.support;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.jboss.logging.Logger;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The Postgres of the tests, one for each JVM: Testcontainers' where a Docker engine answers, the embedded one otherwise.
 * This is the one place that decides, and {@code BOBBIN_TEST_DATABASE} (testcontainers or embedded) decides for it.
 */
public final class TestDatabase {

    private static final Logger LOG = Logger.getLogger(TestDatabase.class);

    private static final String IMAGE = env("BOBBIN_TEST_POSTGRES_IMAGE", "postgres:17");

    /** Statements go to a log that SQL can read, so that tests can count them. */
    private static final Map<String, String> SETTINGS = Map.of(
            "logging_collector", "on",
            "log_filename", "statements.log",
            // no character that a shell would take for its own: pg_ctl hands these to one
            "log_line_prefix", "%d,%a,",
            "log_statement", "all",
            "log_parameter_max_length", "64",
            "max_connections", "200",
            "fsync", "off");

    /** A system property, since each application under test brings a class loader and its own copy of this class. */
    private static final String STARTED = "test.database";

    private final String host;
    private final int port;
    private final String password;

    private TestDatabase(String host, int port, String password) {
        this.host = host;
        this.port = port;
        this.password = password;
    }

    /** Starts it with the first call; it ends with the JVM. */
    public static synchronized TestDatabase get() {
        String started = System.getProperty(STARTED);
        if (started == null) {
            String wanted = env("BOBBIN_TEST_DATABASE", "");
            boolean docker = wanted.isEmpty()
                    ? DockerClientFactory.instance().isDockerAvailable()
                    : wanted.equals("testcontainers");
            TestDatabase database = docker ? container() : embedded();
            System.setProperty(STARTED, database.host + " " + database.port + " " + database.password);
            return database;
        }
        String[] parts = started.split(" ");
        return new TestDatabase(parts[0], Integer.parseInt(parts[1]), parts[2]);
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
        return "postgresql://postgres:" + password + "@" + host + ":" + port + "/" + database;
    }

    /** A connection of the superuser's to the database of a URL that {@link #freshDatabase()} gave. */
    public Connection connect(String url) {
        String database = url.substring(url.lastIndexOf('/') + 1);
        try {
            return DriverManager.getConnection(
                    "jdbc:postgresql://" + host + ":" + port + "/" + database, "postgres", password);
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

    private static TestDatabase container() {
        LOG.infof("Test database: Testcontainers, image %s", IMAGE);
        PostgreSQLContainer postgres = new PostgreSQLContainer(
                        DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("postgres"))
                .withUsername("postgres");
        StringBuilder command = new StringBuilder("postgres");
        SETTINGS.forEach(
                (key, value) -> command.append(" -c ").append(key).append('=').append(value));
        postgres.withCommand(command.toString())
                // the line of the log that Testcontainers would wait for goes to the file of the settings; and by TCP,
                // since the server that the image starts to set itself up listens on a socket only
                .waitingFor(Wait.forSuccessfulCommand("pg_isready --quiet --host=127.0.0.1"))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(postgres::stop));
        return new TestDatabase(postgres.getHost(), postgres.getMappedPort(5432), postgres.getPassword());
    }

    private static TestDatabase embedded() {
        LOG.info("Test database: embedded Postgres (no Docker engine answers, or BOBBIN_TEST_DATABASE says so)");
        try {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
            SETTINGS.forEach(builder::setServerConfig);
            return new TestDatabase("127.0.0.1", builder.start().getPort(), "postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String env(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
