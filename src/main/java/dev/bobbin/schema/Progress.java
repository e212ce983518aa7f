package dev.bobbin.schema;

import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Reports the progress of a migration that runs in other sessions, which hold {@link MigrationLock#share}. */
final class Progress implements AutoCloseable {

    private static final int PERIOD_SECONDS = 2;

    /** Periods without news after which it reports that the work goes on. */
    private static final int SILENT_PERIODS = 5;

    /** A lock that is waited for, the phase of an index, or the name that long migrations give their session as they go. */
    private static final String WATCH =
            """
            select coalesce(
              case when a.wait_event_type = 'Lock' then 'waiting for a lock of ' || (
                select string_agg(format('pid %s (%s, %s for %s s)', b.pid, coalesce(nullif(b.application_name, ''), b.usename),
                  b.state, extract(epoch from clock_timestamp() - b.state_change)::int), ', ')
                from pg_stat_activity b where b.pid = any (pg_blocking_pids(a.pid))) end,
              (select i.phase || case when i.blocks_total > 0 then ' ' || 100 * i.blocks_done / i.blocks_total || ' %' else '' end
                from pg_stat_progress_create_index i where i.pid = a.pid),
              substring(a.application_name from ': (.*)'))""";

    private final DirectConnection connection;
    private final String watch;
    private final Consumer<String> listener;
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor();
    private final long start = System.nanoTime();
    private String reported = "";
    private int silentPeriods;

    /** @param connection is used here alone until this is closed */
    Progress(DirectConnection connection, String schema, Consumer<String> listener) {
        this.connection = connection;
        this.watch =
                WATCH + MigrationLock.workers(schema) + " and a.state <> 'idle' order by a.query_start desc limit 1";
        this.listener = listener;
        watcher.scheduleWithFixedDelay(this::watch, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    private synchronized void watch() {
        if (watcher.isShutdown()) {
            return;
        }
        String elapsed = "Migrating for " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + " s";
        try {
            String now = connection.first(watch);
            if (now != null && !now.equals(reported)) {
                listener.accept(elapsed + ": " + now);
                reported = now;
                silentPeriods = 0;
            } else if (++silentPeriods % SILENT_PERIODS == 0) {
                listener.accept(elapsed);
            }
        } catch (SQLException lost) {
            listener.accept("The progress is unknown from now on (" + ServerMessage.oneLine(lost) + ")");
            watcher.shutdown();
        }
    }

    /** Waits for a query that is under way. */
    @Override
    public synchronized void close() {
        watcher.shutdown();
    }
}
