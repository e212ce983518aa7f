package dev.bobbin.command;

import dev.bobbin.schema.DataWork;
import dev.bobbin.schema.DirectConnection;
import dev.bobbin.schema.SchemaTarget;
import dev.bobbin.transfer.Counts;
import dev.bobbin.transfer.ExportPlace;
import dev.bobbin.transfer.OwnerSql;
import dev.bobbin.transfer.Section;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Erases all rows of owners, in transactions of bounded size. Doing it again after it was interrupted goes on. */
final class EraseStore {

    /** As {@link OwnerSql#COUNT}, of several owners. */
    private static final String COUNT =
            """
            select (select count(*) from bobbin.threads where %1$s), (select count(*) from bobbin.thread_items where %1$s),
              (select count(*) from bobbin.attachments where %1$s)""";

    private static final ExportPlace START = ExportPlace.startOf(Section.ITEM);

    private record Deleted(long found, long deleted, ExportPlace last) {}

    private final SchemaTarget target;
    private final Owners owners;
    private final OwnerListStore list;
    private Counts erased = Counts.NONE;
    private ExportPlace place = START;

    EraseStore(SchemaTarget target, Owners owners) {
        this.target = target;
        this.owners = owners;
        this.list = new OwnerListStore(owners, target.schema());
    }

    /** How much there is. */
    Counts count(Consumer<String> progress) {
        return DataWork.read(target, progress, connection -> connection
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
        Deleted items = connection
                .all(
                        sql(OwnerSql.DELETE_ITEMS),
                        row -> new Deleted(
                                row.getLong("found"),
                                row.getLong("deleted"),
                                row.getLong("found") < OwnerSql.AT_ONCE
                                        ? place
                                        : new ExportPlace(
                                                Section.ITEM,
                                                row.getString("thread_id"),
                                                row.getObject("created_at", OffsetDateTime.class),
                                                row.getLong("seq"))),
                        owner,
                        place.group(),
                        place.at(),
                        place.seq())
                .get(0);
        if (items.found == OwnerSql.AT_ONCE) {
            return () -> add(report, Counts.of(Section.ITEM, items.deleted), items.last);
        }
        // the items first: with a thread all of its items would be deleted at once
        long threads = delete(connection, OwnerSql.DELETE_THREADS, owner, "");
        long attachments = delete(connection, OwnerSql.DELETE_ATTACHMENTS, owner, "");
        long texts = delete(connection, OwnerSql.DELETE_TEXTS, owner);
        boolean all = threads < OwnerSql.AT_ONCE && attachments < OwnerSql.AT_ONCE && texts < OwnerSql.AT_ONCE;
        return () -> {
            add(report, new Counts(threads, items.deleted, attachments), all ? START : place);
            if (all) {
                list.passed();
            }
        };
    }

    private void add(Consumer<Counts> report, Counts more, ExportPlace next) {
        erased = erased.plus(more);
        place = next;
        report.accept(erased);
    }

    private long delete(DirectConnection connection, String sql, Object... parameters) throws SQLException {
        return connection
                .all(sql(sql), row -> row.getLong("deleted"), parameters)
                .get(0);
    }

    private String sql(String sql) {
        return Owners.sql(sql, target.schema());
    }
}
