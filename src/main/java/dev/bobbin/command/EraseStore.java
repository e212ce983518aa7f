package dev.bobbin.command;

import dev.bobbin.schema.DataWork;
import dev.bobbin.schema.DirectConnection;
import dev.bobbin.schema.SchemaTarget;
import dev.bobbin.transfer.Counts;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Erases all rows of owners, in transactions of bounded size. Doing it again after it was interrupted goes on. */
final class EraseStore {

    private static final String COUNT =
            """
            select (select count(*) from bobbin.threads where %1$s), (select count(*) from bobbin.thread_items where %1$s),
              (select count(*) from bobbin.attachments where %1$s)""";

    /** Before the threads: their deletion would delete all of their items at once. */
    static final String DELETE_ITEMS =
            """
            with deleted as (
              delete from bobbin.thread_items
              where owner_id = $1 and (thread_id, id) in (
                select thread_id, id from bobbin.thread_items where owner_id = $1 limit $2)
              returning 1)
            select count(*) from deleted""";

    static final String DELETE_THREADS =
            """
            with deleted as (
              delete from bobbin.threads
              where owner_id = $1 and id in (select id from bobbin.threads where owner_id = $1 limit $2) returning 1)
            select count(*) from deleted""";

    static final String DELETE_ATTACHMENTS =
            """
            with deleted as (
              delete from bobbin.attachments
              where owner_id = $1 and id in (select id from bobbin.attachments where owner_id = $1 limit $2) returning 1)
            select count(*) from deleted""";

    /** The triggers leave none; a row that was written without them may be here. */
    static final String DELETE_TEXTS =
            """
            with deleted as (
              delete from bobbin.search_texts
              where owner_id = $1 and (created_at, seq) in (
                select created_at, seq from bobbin.search_texts where owner_id = $1 limit $2)
              returning 1)
            select count(*) from deleted""";

    private static final int BATCH = 2_000;

    private final SchemaTarget target;
    private final Owners owners;
    private final OwnerListStore list;
    private Counts erased = Counts.NONE;

    EraseStore(SchemaTarget target, Owners owners) {
        this.target = target;
        this.owners = owners;
        this.list = new OwnerListStore(owners, target.schema());
    }

    /** How much there is. */
    Counts count(Consumer<String> progress) {
        return DataWork.read(
                target, progress, connection -> connection
                        .all(
                                Owners.sql(COUNT.formatted(owners.condition()), target.schema()),
                                row -> new Counts(row.getLong(1), row.getLong(2), row.getLong(3)),
                                owners.bounds())
                        .get(0));
    }

    /** @param report is told after each transaction how much is erased so far */
    Counts erase(Consumer<String> progress, Consumer<Counts> report) {
        DataWork.steps(target, progress, connection -> step(connection, report));
        return erased;
    }

    private @Nullable Runnable step(DirectConnection connection, Consumer<Counts> report) throws SQLException {
        String owner = list.due(connection);
        if (owner == null) {
            return null;
        }
        long items = delete(connection, DELETE_ITEMS, owner);
        boolean all = items < BATCH;
        long threads = all ? delete(connection, DELETE_THREADS, owner) : 0;
        long attachments = all ? delete(connection, DELETE_ATTACHMENTS, owner) : 0;
        long texts = all ? delete(connection, DELETE_TEXTS, owner) : 0;
        boolean done = all && threads < BATCH && attachments < BATCH && texts < BATCH;
        return () -> {
            erased = erased.plus(new Counts(threads, items, attachments));
            report.accept(erased);
            if (done) {
                list.passed();
            }
        };
    }

    private long delete(DirectConnection connection, String sql, String owner) throws SQLException {
        return connection
                .all(Owners.sql(sql, target.schema()), row -> row.getLong(1), owner, BATCH)
                .get(0);
    }
}
