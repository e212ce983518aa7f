package dev.bobbin.neon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TLS, names and startup parameters: who gets as far as a session, and with what. */
@Tag("postgres")
class NeonLoginTest {

    private static final String SCRAM_USER = "only_by_scram";
    private static final List<String> NEWS = new CopyOnWriteArrayList<>();

    private static String database;
    private static NeonSimulator neon;

    @BeforeAll
    static void start() {
        database = TestDatabase.get().freshDatabase();
        neon = NeonSimulator.inFrontOf(database).news(NEWS::add).start();
    }

    @AfterAll
    static void close() {
        neon.close();
    }

    @Test
    void clearTextIsInsecure() {
        assertRefused(neon.plainUrl(false, database), "XX000", "connection is insecure (try using `sslmode=require`)");
    }

    @ParameterizedTest(name = "{0}, option {1}: {2}")
    @CsvSource(
            nullValues = "none",
            value = {
                "ep-quiet-loom-123456.neon.test, none, ep-quiet-loom-123456",
                "ep-quiet-loom-123456-pooler.neon.test, none, ep-quiet-loom-123456-pooler",
                "ep-quiet-loom-123456.neon.test, ep-quiet-loom-123456, ep-quiet-loom-123456",
                "127.0.0.1, ep-quiet-loom-123456, ep-quiet-loom-123456",
                "127.0.0.1, ep-quiet-loom-123456-pooler, ep-quiet-loom-123456-pooler"
            })
    void theEndpointIsNamedByTheHostOrByAnOption(String host, String option, String endpoint) throws Exception {
        NEWS.clear();
        try (Connection connection = new Tap().connect(url(host, option))) {
            assertThat(show(connection, "server_version")).isNotEmpty();
        }
        assertThat(NEWS).anyMatch(line -> line.startsWith("session opened on " + endpoint + " by"));
    }

    @ParameterizedTest(name = "{0}, option {1}: {2}")
    @CsvSource(
            nullValues = "none",
            value = {
                "127.0.0.1, none, Endpoint ID is not specified",
                "127.0.0.1, ep-loud-loom-1, endpoint cannot be found",
                "ep-loud-loom-1.neon.test, none, endpoint cannot be found",
                "ep-quiet-loom-123456.neon.test, ep-quiet-loom-123456-pooler, Inconsistent project name"
            })
    void noEndpointAndAWrongOneAreRefused(String host, String option, String message) {
        assertRefused(url(host, option), "XX000", message);
    }

    @Test
    void scramPassesThrough() throws Exception {
        demandScram();
        String url = neon.url(false, database).replaceFirst("//[^@]*@", "//" + SCRAM_USER + ":right@");
        try (Connection connection = new Tap().connect(url)) {
            assertThat(show(connection, "is_superuser")).isEqualTo("off");
        }
        assertRefused(url.replace("right@", "wrong@"), "28P01", "password authentication failed");
    }

    @Test
    void settingsAreTheDirectEndpointsOnly() throws Exception {
        String settings = "&options=-c%20statement_timeout%3D1234%20-c%20extra_float_digits%3D1";
        try (Connection connection = new Tap().connect(neon.url(false, database) + settings)) {
            assertThat(show(connection, "statement_timeout")).isEqualTo("1234ms");
        }
        assertRefused(
                neon.url(true, database) + settings,
                "XX000",
                "unsupported startup parameter in options: statement_timeout");
        String harmless = "&options=-c%20extra_float_digits%3D1";
        try (Connection connection = new Tap().connect(neon.url(true, database) + harmless)) {
            assertThat(show(connection, "extra_float_digits")).isNotEmpty();
        }
    }

    @Test
    void aDatabaseThatDoesNotExistIsSaidSoByPostgres() {
        assertRefused(neon.url(false, database + "_not"), "3D000", "does not exist");
    }

    /** The embedded Postgres trusts everybody, but its rules can be changed by SQL. */
    private static void demandScram() throws SQLException {
        TestDatabase server = TestDatabase.get();
        server.execute("postgres", "create role " + SCRAM_USER + " login password 'right'");
        try (Connection connection = server.connect("postgres")) {
            String rules = query(connection, "select current_setting('hba_file')");
            String trusts = query(
                    connection, "select bool_or(auth_method = 'trust') from pg_hba_file_rules where type = 'host'");
            if (trusts.equals("t")) {
                server.execute(
                        "postgres",
                        "copy (values ('host all " + SCRAM_USER + " all scram-sha-256'), ('host all all all trust'),"
                                + " ('local all all trust')) to '" + rules + "'");
                server.execute("postgres", "select pg_reload_conf()");
            }
        }
    }

    private static String url(String host, String option) {
        String url = neon.url(false, database).replaceFirst("@[^:]*:", "@" + host + ":");
        return option == null ? url : url + "&options=endpoint%3D" + option;
    }

    private static String show(Connection connection, String setting) throws SQLException {
        return query(connection, "show " + setting);
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void assertRefused(String url, String sqlState, String message) {
        assertThatThrownBy(() -> new Tap().connect(url)).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getMessage()).contains(message);
            assertThat(e.getSQLState()).isEqualTo(sqlState);
        });
    }
}
