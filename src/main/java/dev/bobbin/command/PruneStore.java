package dev.bobbin.command;

import dev.bobbin.owner.Owner;
import dev.bobbin.schema.DataWork;
import dev.bobbin.schema.DirectConnection;
import dev.bobbin.schema.SchemaTarget;
import dev.bobbin.thread.ThreadActivity;
import dev.bobbin.transfer.Counts;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Deletes old threads with their items and attachments' records, in transactions of bounded size. Doing it again after it was
 * interrupted goes on.
 */
final class PruneStore {

    /** The time of a thread that decides whether it is old. */
    enum By {
        ACTIVE_AT(COUNT_BY_ACTIVITY, LOCK_BY_ACTIVITY),
        CREATED_AT(COUNT_BY_CREATION, LOCK_BY_CREATION);

        private final String count;
        private final String lock;

        By(String count, String lock) {
            this.count = count;
            this.lock = lock;
        }
    }

    /** In the text of statements: the planner takes a parameter for a tenth of the table. */
    private static final int THREADS = 200;

    private static final int ROWS = 500;

    /** Each kind by itself, since that is how the indexes are ordered. */
    static final String NEXT_KIND = "select min(kind) from bobbin.threads where owner_id = $1 and kind > $2";

    static final String COUNT_BY_ACTIVITY = countOf(oldByActivity());

    static final String COUNT_BY_CREATION = countOf(old("created_at"));

    /** Locks them: meanwhile no item can be added, and no thread become active again. */
    static final String LOCK_BY_ACTIVITY = lockOf("active_at", oldByActivity());

    static final String LOCK_BY_CREATION = lockOf("created_at", old("created_at"));

    static final String DELETE_ITEMS =
            """
            with deleted as (
              delete from bobbin.thread_items
              where owner_id = $1 and (thread_id, id) in (
                select thread_id, id from bobbin.thread_items where owner_id = $1 and thread_id = any ($2) limit %s)
              returning 1)
            select 0, count(*), 0 from deleted"""
                    .formatted(ROWS);

    /** A statement of its own, which sees that the items are gone. */
    static final String DELETE_THREADS =
            """
            with deleted as (
              delete from bobbin.threads
              where owner_id = $1 and id = any ($2) and not exists (
                select from bobbin.thread_items item where item.owner_id = $1 and item.thread_id = threads.id)
              returning id),
            files as (
              delete from bobbin.attachments
              where owner_id = $1 and thread_id = any (array(select id from deleted)) returning 1)
            select (select count(*) from deleted), 0, (select count(*) from files)""";

    /** Uploaded and never sent, or left when their thread was deleted. */
    private static final String FILES =
            """
            from bobbin.attachments file
            where file.owner_id = $1 and file.created_at < $2::timestamptz and not exists (
              select from bobbin.threads thread where thread.owner_id = $1 and thread.id = file.thread_id)""";

    static final String COUNT_FILES = "select 0, 0, count(*) " + FILES;

    static final String DELETE_FILES = "with deleted as (delete from bobbin.attachments where owner_id = $1 and id in ("
            + "select file.id " + FILES + " limit " + ROWS + ") returning 1) select 0, 0, count(*) from deleted";

    private static String old(String column) {
        return "thread." + column + " < $3::timestamptz and (thread.archived or not $4::boolean)";
    }

    /** Says exactly what {@code active_at} alone, which may be below the time of the newest item, does not say. */
    private static String oldByActivity() {
        return old("active_at") + " and " + ThreadActivity.EXACT + " < $3::timestamptz";
    }

    private static String countOf(String old) {
        return """
            with old as materialized (select id from bobbin.threads thread where owner_id = $1 and kind = $2 and %s)
            select (select count(*) from old),
              (select count(*) from old join bobbin.thread_items item on item.owner_id = $1 and item.thread_id = old.id),
              (select count(*) from old join bobbin.attachments file on file.owner_id = $1 and file.thread_id = old.id)"""
                .formatted(old);
    }

    private static String lockOf(String column, String old) {
        return """
            select id, thread.%1$s::text, seq from bobbin.threads thread
            where owner_id = $1 and kind = $2 and %2$s and (thread.%1$s, seq) > ($5::text::timestamptz, $6::bigint)
            order by thread.%1$s, seq limit %3$s for update"""
                .formatted(column, old, THREADS);
    }

    private static final String BEFORE_ALL = "-infinity";

    private record OldThread(String id, String at, long seq) {}

    private final SchemaTarget target;
    private final By by;
    private final boolean archivedOnly;
    private final Function<String, @Nullable OffsetDateTime> cutoffs;
    private final OwnerListStore list;
    private Counts counts = Counts.NONE;
    private String kind = "";
    private boolean ofKind;
    private String at = BEFORE_ALL;
    private long seq;

    /** @param cutoffs by tenant: what is older is deleted; null where nothing is */
    PruneStore(
            SchemaTarget target,
            Owners owners,
            By by,
            boolean archivedOnly,
            Function<String, @Nullable OffsetDateTime> cutoffs) {
        this.target = target;
        this.by = by;
        this.archivedOnly = archivedOnly;
        this.cutoffs = cutoffs;
        this.list = new OwnerListStore(owners, target.schema());
    }

    /**
     * Deletes, or counts only.
     *
     * @param report is told after each transaction how much it is so far
     */
    Counts prune(boolean dryRun, Consumer<String> progress, Consumer<Counts> report) {
        DataWork.steps(target, progress, connection -> {
            report.accept(counts);
            return step(connection, dryRun);
        });
        return counts;
    }

    private @Nullable Runnable step(DirectConnection connection, boolean dryRun) throws SQLException {
        String owner = list.due(connection);
        if (owner == null) {
            return null;
        }
        OffsetDateTime cutoff = cutoffs.apply(Owner.tenantOf(owner));
        if (cutoff == null) {
            return list::passed;
        }
        if (!ofKind) {
            String next = connection.first(sql(NEXT_KIND), owner, kind);
            if (next == null) {
                return filesWithoutThread(connection, dryRun, owner, cutoff);
            }
            kind = next;
            ofKind = true;
        }
        if (dryRun) {
            Counts found = counts(connection, by.count, owner, kind, cutoff, archivedOnly);
            return () -> {
                counts = counts.plus(found);
                passKind();
            };
        }
        return threads(connection, owner, cutoff);
    }

    private Runnable threads(DirectConnection connection, String owner, OffsetDateTime cutoff) throws SQLException {
        List<OldThread> old = connection.all(
                sql(by.lock),
                row -> new OldThread(row.getString(1), row.getString(2), row.getLong(3)),
                owner,
                kind,
                cutoff,
                archivedOnly,
                at,
                seq);
        String[] ids = old.stream().map(OldThread::id).toArray(String[]::new);
        Counts items = counts(connection, DELETE_ITEMS, owner, ids);
        boolean all = items.items() < ROWS;
        Counts threads = all ? counts(connection, DELETE_THREADS, owner, ids) : Counts.NONE;
        return () -> {
            counts = counts.plus(items).plus(threads);
            if (all && old.size() < THREADS) {
                passKind();
            } else if (all) {
                at = old.get(old.size() - 1).at;
                seq = old.get(old.size() - 1).seq;
            }
        };
    }

    private Runnable filesWithoutThread(
            DirectConnection connection, boolean dryRun, String owner, OffsetDateTime cutoff) throws SQLException {
        Counts files = archivedOnly
                ? Counts.NONE
                : dryRun
                        ? counts(connection, COUNT_FILES, owner, cutoff)
                        : counts(connection, DELETE_FILES, owner, cutoff);
        return () -> {
            counts = counts.plus(files);
            if (dryRun || files.attachments() < ROWS) {
                list.passed();
                kind = "";
            }
        };
    }

    private void passKind() {
        ofKind = false;
        at = BEFORE_ALL;
        seq = 0;
    }

    private Counts counts(DirectConnection connection, String sql, @Nullable Object... parameters) throws SQLException {
        return connection
                .all(sql(sql), row -> new Counts(row.getLong(1), row.getLong(2), row.getLong(3)), parameters)
                .get(0);
    }

    private String sql(String sql) {
        return Owners.sql(sql, target.schema());
    }
}
