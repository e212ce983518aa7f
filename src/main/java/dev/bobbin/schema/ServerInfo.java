package dev.bobbin.schema;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
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

    private static final String SERVER =
            """
            select current_setting('server_version'), current_user,
              (select version from pg_stat_ssl where pid = pg_backend_pid() and ssl),
              extract(epoch from clock_timestamp() - pg_postmaster_start_time()) * 1000""";

    /** A server that is stopped in order writes a checkpoint last. Neon makes this file up at each start. */
    private static final String DOWN_BEFORE =
            """
            select extract(epoch from pg_postmaster_start_time() - checkpoint_time) * 1000 from pg_control_checkpoint()
            where current_setting('neon.timeline_id', true) is null""";

    /**
     * Reads it.
     *
     * @param migrations those of this build
     * @throws SchemaException when the database cannot be reached or asked
     */
    public static ServerInfo of(SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {
        return DirectConnection.ask(target, progress, connection -> {
            long connected = System.nanoTime();
            try (Statement statement = connection.jdbc().createStatement()) {
                Duration asked = connection.waited().plusNanos(System.nanoTime() - connected);
                ResultSet row = statement.executeQuery(SERVER);
                row.next();
                String version = row.getString(1);
                String role = row.getString(2);
                String tls = row.getString(3);
                Duration up = Duration.ofMillis(row.getLong(4));
                ConnectTiming timing =
                        ConnectTiming.of(connection.waited(), connection.attempts(), asked, up, downBefore(statement));
                return new ServerInfo(version, role, tls, timing, SchemaInspection.of(connection, target, migrations));
            }
        });
    }

    private static @Nullable Duration downBefore(Statement statement) {
        try (ResultSet row = statement.executeQuery(DOWN_BEFORE)) {
            return row.next() ? Duration.ofMillis(row.getLong(1)) : null;
        } catch (SQLException notTold) {
            return null;
        }
    }
}
