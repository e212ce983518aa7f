package dev.bobbin.schema;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells how far a migration is while it runs, from what its session shows to others: the name that long migrations change
 * as they go, the progress of an index, the lock it waits for, and whose that is.
 */
final class Progress implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(2);

    /** Periods without anything new after which it says that work goes on. */
    private static final int SILENT_PERIODS = 5;

    private static final String WATCH =
            """
            select a.application_name,
              case when i.pid is not null then i.phase || case when i.blocks_total > 0
                then ' ' || 100 * i.blocks_done / i.blocks_total || ' %' else '' end end,
              case when a.wait_event_type = 'Lock' then (
                select string_agg(format('pid %s (%s, %s for %s s)', b.pid, coalesce(nullif(b.application_name, ''), b.usename),
                  b.state, extract(epoch from clock_timestamp() - b.state_change)::int), ', ')
                from pg_stat_activity b where b.pid = any (pg_blocking_pids(a.pid))) end
            from pg_stat_activity a left join pg_stat_progress_create_index i on i.pid = a.pid
            where a.pid = any (?) and a.state <> 'idle'
            order by a.query_start desc limit 1""";

    private final Connection connection;
    private final Sessions sessions;
    private final Consumer<String> listener;
    private final Thread watcher;
    private final long start = System.nanoTime();
    private volatile boolean over;

    /**
     * @param connection that holds the right to migrate: when it is lost, the work is ended, since others
     *     may begin it; used by nobody else until this is closed
     * @param sessions those that work
     */
    Progress(Connection connection, Sessions sessions, Consumer<String> listener) {
        this.connection = connection;
        this.sessions = sessions;
        this.listener = listener;
        this.watcher = new Thread(this::watch, "migration-progress");
        watcher.setDaemon(true);
        watcher.start();
    }

    private void watch() {
        String told = "";
        int silent = 0;
        try {
            while (pause()) {
                String now = look();
                if (now != null && !now.equals(told)) {
                    listener.accept("Migrating for " + seconds() + " s: " + now);
                    told = now;
                    silent = 0;
                } else if (++silent >= SILENT_PERIODS) {
                    listener.accept("Migrating for " + seconds() + " s");
                    silent = 0;
                }
            }
        } catch (SQLException lost) {
            listener.accept("The session that holds the right to migrate was lost (" + ServerMessage.oneLine(lost)
                    + "); ending what goes on");
            sessions.abort();
        }
    }

    private boolean pause() {
        try {
            synchronized (this) {
                long left = PERIOD.toMillis();
                long end = System.nanoTime() + PERIOD.toNanos();
                while (!over && left > 0) {
                    wait(left);
                    left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !over;
    }

    private @Nullable String look() throws SQLException {
        Array pids = connection.createArrayOf("int4", sessions.backends().toArray());
        try (PreparedStatement statement = connection.prepareStatement(WATCH)) {
            statement.setArray(1, pids);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return null;
                }
                if (result.getString(3) != null) {
                    return "waiting for a lock of " + result.getString(3);
                }
                if (result.getString(2) != null) {
                    return result.getString(2);
                }
                String name = result.getString(1);
                int colon = name.indexOf(": ");
                return colon < 0 ? null : name.substring(colon + 2);
            }
        }
    }

    private long seconds() {
        return Duration.ofNanos(System.nanoTime() - start).toSeconds();
    }

    /** Ends the watch; afterwards the connection is free again. */
    @Override
    public void close() {
        synchronized (this) {
            over = true;
            notifyAll();
        }
        try {
            watcher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
