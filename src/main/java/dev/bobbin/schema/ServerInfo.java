package dev.bobbin.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server as it describes itself, and what is in the schema there.
 *
 * @param role whose rights the session has
 * @param tls the version of TLS between the server and its peer, which may be a proxy; null for none
 */
public record ServerInfo(
        String version, String role, @Nullable String tls, ConnectTiming timing, SchemaInspection inspection) {

    private static final String QUESTION =
            """
            select current_setting('server_version'), current_user,
              (select version from pg_stat_ssl where pid = pg_backend_pid() and ssl),
              extract(epoch from clock_timestamp() - pg_postmaster_start_time()),
              current_setting('neon.timeline_id', true) is not null""";

    /** A server that is stopped in order writes a checkpoint last, and one that starts after that writes none. */
    private static final String DOWN_BEFORE =
            "select extract(epoch from pg_postmaster_start_time() - checkpoint_time) from pg_control_checkpoint()";

    /** No right to call the function, and no such function. */
    private static final Set<String> NOT_TOLD = Set.of("42501", "42883", "0A000");

    /**
     * Reads it.
     *
     * @param migrations those of this build
     * @throws SchemaException when the database cannot be reached or asked
     */
    public static ServerInfo of(SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {
        return DirectConnection.ask(target, progress, connection -> read(connection, target, migrations));
    }

    private static ServerInfo read(DirectConnection connection, SchemaTarget target, List<Migration> migrations)
            throws SQLException {
        long connected = System.nanoTime();
        try (PreparedStatement statement = connection.jdbc().prepareStatement(QUESTION)) {
            Duration asked = connection.waited().plusNanos(System.nanoTime() - connected);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                Duration up = seconds(row.getDouble(4));
                // Neon makes up the file in which Postgres keeps its last checkpoint each time it starts one
                boolean keepsCheckpoint = !row.getBoolean(5);
                Duration downBefore =
                        ConnectTiming.woke(asked, up) && keepsCheckpoint ? downBefore(connection.jdbc()) : null;
                return new ServerInfo(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        ConnectTiming.of(connection.waited(), connection.attempts(), asked, up, downBefore),
                        SchemaInspection.of(connection, target, migrations));
            }
        }
    }

    private static @Nullable Duration downBefore(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DOWN_BEFORE);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return seconds(row.getDouble(1));
        } catch (SQLException failure) {
            if (NOT_TOLD.contains(String.valueOf(failure.getSQLState()))) {
                return null;
            }
            throw failure;
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
