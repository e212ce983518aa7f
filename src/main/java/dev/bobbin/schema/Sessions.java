package dev.bobbin.schema;

import dev.bobbin.database.connect.DriverOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** The connections that Flyway works on, for those who watch it, and who have to end it. */
final class Sessions extends PGSimpleDataSource {

    private final transient Map<Integer, Connection> byBackend = new ConcurrentHashMap<>();

    Sessions(SchemaTarget target) {
        DriverOptions.jdbc(this, target.url());
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        byBackend.put(connection.unwrap(PGConnection.class).getBackendPID(), connection);
        return connection;
    }

    /** The processes of the server that they are. */
    Set<Integer> backends() {
        return byBackend.keySet();
    }

    /** Ends them, in whatever they are doing: what they had begun is undone by the server. */
    void abort() {
        for (Connection connection : byBackend.values()) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException alreadyGone) {
                // as it should be
            }
        }
    }
}
