package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is stored, counted exactly and at one moment.
 *
 * @param schema the one that holds the tables
 * @param owners how many have a thread, an item or an attachment
 * @param itemsByType the most frequent first
 * @param threadTimes of the threads' making; item times likewise
 * @param biggestThreads the threads with the most bytes, at most {@value #BIGGEST}, the largest first
 */
@RegisterForReflection
public record Stats(
        String schema,
        long threads,
        long items,
        long attachments,
        long owners,
        List<OfType> itemsByType,
        List<Space> tables,
        long totalBytes,
        Times threadTimes,
        Times itemTimes,
        List<Big> biggestThreads) {

    private static final int BIGGEST = 10;

    /** No such table, and no such column. */
    private static final Set<String> OTHER_TABLES = Set.of("42P01", "42703");

    /** How many items are of a type. */
    public record OfType(String type, long items) {}

    /** @param tableBytes with what is kept aside of its rows */
    public record Space(String table, long tableBytes, long indexBytes) {}

    /** The first and the last, in ISO 8601 and UTC; null when there is none. */
    public record Times(@Nullable String oldest, @Nullable String newest) {}

    /**
     * A large thread.
     *
     * @param ownerId as it is stored, {@code tenant/user}
     * @param bytes of its documents and its items', as they are stored
     */
    public record Big(String ownerId, String threadId, long items, long bytes) {}

    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    /**
     * Counts. On a large database it reads all of it.
     *
     * @throws SchemaException when the tables cannot be read, or are not ours
     */
    public static Stats of(SchemaTarget target, Consumer<String> progress) {
        return DirectConnection.ask(target, progress, connection -> {
            try {
                return connection.unhurried(same -> read(same, target.schema()));
            } catch (SQLException failure) {
                if (OTHER_TABLES.contains(String.valueOf(failure.getSQLState()))) {
                    SchemaInspection.of(connection, target, Migrations.ours()).demandUpToDate(target);
                }
                throw failure;
            }
        });
    }

    private static Stats read(DirectConnection direct, String schema) throws SQLException {
        Connection connection = direct.jdbc();
        connection.setAutoCommit(false);
        try (PreparedStatement statement =
                connection.prepareStatement("set transaction isolation level repeatable read, read only")) {
            statement.execute();
            return count(connection, schema);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static Stats count(Connection connection, String schema) throws SQLException {
        String in = Sql.quote(schema) + ".";
        List<OfType> types = all(
                connection,
                "select type, count(*) from " + in + "thread_items group by 1 order by 2 desc, 1",
                row -> new OfType(row.getString(1), row.getLong(2)));
        List<Space> tables = all(
                connection,
                SPACE.formatted(in.replace("'", "''")),
                row -> new Space(row.getString(1), row.getLong(2), row.getLong(3)));
        return new Stats(
                schema,
                number(connection, "select count(*) from " + in + "threads"),
                types.stream().mapToLong(OfType::items).sum(),
                number(connection, "select count(*) from " + in + "attachments"),
                number(
                        connection,
                        "select count(*) from (select owner_id from %1$sthreads union select owner_id from %1$sthread_items"
                                        .formatted(in)
                                + " union select owner_id from %1$sattachments) o".formatted(in)),
                types,
                tables,
                tables.stream()
                        .mapToLong(table -> table.tableBytes() + table.indexBytes())
                        .sum(),
                times(connection, in + "threads"),
                times(connection, in + "thread_items"),
                all(
                        connection,
                        BIG.formatted(in, BIGGEST),
                        row -> new Big(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4))));
    }

    private static final String SPACE =
            """
            select c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid) from pg_class c
            where c.oid in ('%1$sthreads'::regclass, '%1$sthread_items'::regclass, '%1$sattachments'::regclass)
            order by pg_total_relation_size(c.oid) desc, 1""";

    /** What a document takes is read from where it lies; its length would have to be unpacked. */
    private static final String BIG =
            """
            select t.owner_id, t.id, coalesce(i.items, 0), pg_column_size(t.document) + coalesce(i.bytes, 0) as bytes
            from %1$sthreads t
            left join (
              select owner_id, thread_id, count(*) as items,
                sum(pg_column_size(document) + coalesce(pg_column_size(content), 0)) as bytes
              from %1$sthread_items group by 1, 2
            ) i on i.owner_id = t.owner_id and i.thread_id = t.id
            order by bytes desc, 3 desc, 1, 2 limit %2$s""";

    private static Times times(Connection connection, String table) throws SQLException {
        String utc = "to_char(%s(created_at) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
        return all(
                        connection,
                        "select " + utc.formatted("min") + ", " + utc.formatted("max") + " from " + table,
                        row -> new Times(row.getString(1), row.getString(2)))
                .get(0);
    }

    private static long number(Connection connection, String sql) throws SQLException {
        return all(connection, sql, row -> row.getLong(1)).get(0);
    }

    private static <T> List<T> all(Connection connection, String sql, Row<T> mapper) throws SQLException {
        List<T> all = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                all.add(mapper.of(rows));
            }
        }
        return List.copyOf(all);
    }
}
