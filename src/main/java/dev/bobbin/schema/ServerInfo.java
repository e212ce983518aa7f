package dev.bobbin.schema;

import java.sql.SQLException;
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

    /** A server that is stopped in order writes a checkpoint last. Neon creates this file at each start. */
    private static final String DOWN_BEFORE =
            """
            select extract(epoch from pg_postmaster_start_time() - checkpoint_time) * 1000 from pg_control_checkpoint()
            where current_setting('neon.timeline_id', true) is null""";

    /** @throws SchemaException when the database cannot be reached or asked */
    public static ServerInfo of(SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {
        return DirectConnection.ask(target, progress, connection -> {
            long start = System.nanoTime();
            SchemaInspection inspection = SchemaInspection.of(connection, target, migrations);
            Duration downBefore = downBefore(connection);
            Duration asked = connection.waited().plusNanos(System.nanoTime() - start);
            return connection
                    .all(SERVER, row -> {
                        Duration up = Duration.ofMillis(row.getLong(4));
                        ConnectTiming timing =
                                ConnectTiming.of(connection.waited(), connection.attempts(), asked, up, downBefore);
                        return new ServerInfo(row.getString(1), row.getString(2), row.getString(3), timing, inspection);
                    })
                    .get(0);
        });
    }

    private static @Nullable Duration downBefore(DirectConnection connection) {
        try {
            List<Duration> down = connection.all(DOWN_BEFORE, row -> Duration.ofMillis(row.getLong(1)));
            return down.isEmpty() ? null : down.get(0);
        } catch (SQLException notAllowed) {
            return null;
        }
    }
}
