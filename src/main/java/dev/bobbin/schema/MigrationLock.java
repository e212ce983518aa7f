package dev.bobbin.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The right to change a schema, which one process at a time has: an advisory lock of a session. It ends with the session,
 * so that a process that is killed leaves none behind.
 */
final class MigrationLock {

    /** The first half of the lock's key: "bobb". The second is the schema's hash. */
    private static final int BOBBIN = 0x626f6262;

    private static final Duration PAUSE = Duration.ofMillis(300);

    /** Pauses between one word to the operator and the next. */
    private static final int PATIENT = 16;

    private static final String TRY = "select pg_try_advisory_lock(?, hashtext(?))";

    private static final String HOLDER =
            """
            select a.pid, a.application_name, extract(epoch from clock_timestamp() - a.backend_start)::int
            from pg_locks l join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.objsubid = 2
              and l.database = (select oid from pg_database where datname = current_database())
              and l.classid::bigint = ? and l.objid::bigint = hashtext(?)::bigint & 4294967295""";

    private MigrationLock() {}

    /** Waits for as long as another process holds it: that one is at work, or its session would have ended. */
    static void acquire(Connection connection, String schema, Consumer<String> progress) throws SQLException {
        for (int attempt = 0; !tryAcquire(connection, schema); attempt++) {
            if (attempt % PATIENT == 1) {
                tellOfHolder(connection, schema, progress);
            }
            DirectConnection.sleep(PAUSE.toNanos());
        }
    }

    private static boolean tryAcquire(Connection connection, String schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TRY)) {
            statement.setInt(1, BOBBIN);
            statement.setString(2, schema);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }

    private static void tellOfHolder(Connection connection, String schema, Consumer<String> progress)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLDER)) {
            statement.setInt(1, BOBBIN);
            statement.setString(2, schema);
            try (ResultSet result = statement.executeQuery()) {
                if (result.next()) {
                    progress.accept(
                            "Another process (pid " + result.getInt(1) + " of the database, " + result.getString(2)
                                    + ") has been changing this schema for " + result.getInt(3) + " s; waiting for it");
                }
            }
        }
    }
}
