package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import java.sql.SQLException;
import java.util.function.Consumer;

/**
 * Lets one process at a time change a schema: an exclusive advisory lock of the session that decides, and a shared one of each
 * session that works for it, which may outlive the first. A process that is killed releases them with its sessions.
 */
final class MigrationLock {

    /** The first halves of the keys: "bobb", and one more. The second is the schema's hash. */
    private static final int DECIDE = 0x626f6262;

    private static final int WORK = DECIDE + 1;

    private static final long PAUSE_NANOS = 300_000_000;

    /** Attempts between two messages. */
    private static final int PATIENT = 16;

    private static final String HOLDERS =
            """
             from pg_locks l join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.pid <> pg_backend_pid()
              and l.database = (select oid from pg_database where datname = current_database())
              and l.classid::bigint in (%s, %s) and l.objid::bigint = hashtext(%s)::bigint & 4294967295""";

    private MigrationLock() {}

    /** Waits for as long as another process holds it: that one is at work, or its sessions would have ended. */
    static void acquire(DirectConnection connection, String schema, Consumer<String> progress) throws SQLException {
        String name = Sql.literal(schema);
        String acquire = "select pg_try_advisory_lock(" + DECIDE + ", hashtext(" + name + ")) and not exists (select"
                + workers(schema) + ")";
        String holder =
                "select format('pid %s of the database, %s) has been changing this schema for %s s', a.pid, a.application_name,"
                        + " extract(epoch from clock_timestamp() - a.backend_start)::int)"
                        + HOLDERS.formatted(DECIDE, WORK, name) + " limit 1";
        for (int attempt = 0; !"t".equals(connection.first(acquire)); attempt++) {
            String other = attempt % PATIENT == 1 ? connection.first(holder) : null;
            if (other != null) {
                progress.accept("Another process (" + other + "; waiting for it");
            }
            Retry.pause(PAUSE_NANOS);
        }
    }

    /** What a session that works for the holder runs first. */
    static String share(String schema) {
        return "select pg_advisory_lock_shared(" + WORK + ", hashtext(" + Sql.literal(schema) + "))";
    }

    /** The rest of a query for the sessions that work, as {@code a} of {@code pg_stat_activity}. */
    static String workers(String schema) {
        return HOLDERS.formatted(WORK, WORK, Sql.literal(schema));
    }
}
