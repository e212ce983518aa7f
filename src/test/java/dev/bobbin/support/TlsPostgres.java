package dev.bobbin.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Postgres of its own, with TLS or without. Its roles are called after the way in which they log in: {@code scram},
 * {@code md5}, {@code clear} and {@code trusted}, each with the password {@link #PASSWORD}.
 */
public final class TlsPostgres implements AutoCloseable {

    public static final String PASSWORD = "s3cret";

    private final PostgresServer postgres;
    private final Path hba;

    private TlsPostgres(PostgresServer postgres, Path hba) {
        this.postgres = postgres;
        this.hba = hba;
    }

    public static TlsPostgres withTls(TestCa.ServerCertificate certificate) {
        return start(certificate);
    }

    public static TlsPostgres withoutTls() {
        return start(null);
    }

    private static TlsPostgres start(TestCa.@Nullable ServerCertificate certificate) {
        try {
            Path hba = Files.writeString(
                    Files.createTempFile("pg_hba", ".conf"),
                    """
                    local all all trust
                    host all postgres all trust
                    host all trusted all trust
                    host all scram all scram-sha-256
                    host all md5 all md5
                    host all clear all password
                    """);
            Map<String, String> settings = new HashMap<>(Map.of("logging_collector", "on", "log_connections", "on"));
            Map<String, Path> files = new HashMap<>(Map.of("hba_file", hba));
            if (certificate != null) {
                settings.put("ssl", "on");
                files.put("ssl_cert_file", certificate.certPem());
                files.put("ssl_key_file", certificate.keyPem());
            }
            TlsPostgres postgres = new TlsPostgres(PostgresServer.start(settings, files), hba);
            for (String role : new String[] {"scram", "clear", "trusted"}) {
                postgres.execute("create role " + role + " superuser login password '" + PASSWORD + "'");
            }
            postgres.execute(
                    "set password_encryption = md5; create role md5 superuser login password '" + PASSWORD + "'");
            return postgres;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public int port() {
        return postgres.port();
    }

    public void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The first column of the first row. */
    public String query(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** What the server has logged up to now, with a line for each connection. */
    public String log() {
        return query("select pg_read_file(pg_current_logfile())");
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port() + "/postgres?sslmode=disable", "postgres", "");
    }

    @Override
    public void close() throws IOException {
        postgres.close();
        Files.deleteIfExists(hba);
    }
}
