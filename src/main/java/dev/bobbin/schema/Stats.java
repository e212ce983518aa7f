package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.SQLException;
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
 * @param threadTimes when threads were created; item times likewise
 * @param biggestThreads the ten threads with the most bytes, the largest first
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

    private static final String TOTALS =
            """
            with t as (select count(*) n, min(created_at) at time zone 'UTC' a, max(created_at) at time zone 'UTC' b from %1$sthreads),
              i as (select count(*) n, min(created_at) at time zone 'UTC' a, max(created_at) at time zone 'UTC' b from %1$sthread_items),
              utc as (select 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' form)
            select t.n, i.n, (select count(*) from %1$sattachments), (select count(*) from (select owner_id from %1$sthreads
                union select owner_id from %1$sthread_items union select owner_id from %1$sattachments) o),
              to_char(t.a, form), to_char(t.b, form), to_char(i.a, form), to_char(i.b, form)
            from t, i, utc""";

    private static final String TYPES = "select type, count(*) from %1$sthread_items group by 1 order by 2 desc, 1";

    /**
     * Of a table that Citus distributes, Postgres' own functions see only the empty shell. Citus' are named within a text, since
     * they exist only there.
     */
    private static final String SPACE =
            """
            select relname, coalesce(shards[1]::text::bigint, pg_table_size(oid)),
              coalesce(shards[2]::text::bigint - shards[1]::text::bigint, pg_indexes_size(oid))
            from pg_class cross join lateral (
              select case when to_regclass('pg_catalog.pg_dist_partition') is not null then
                xpath('//t/text() | //n/text()', query_to_xml(format(
                  'select citus_table_size(logicalrelid) as t, citus_total_relation_size(logicalrelid) as n
                   from pg_catalog.pg_dist_partition where logicalrelid = %%s', oid), false, false, '')) end as shards) citus
            where oid in ('%1$sthreads'::regclass, '%1$sthread_items'::regclass, '%1$sattachments'::regclass)
            order by pg_total_relation_size(oid) desc, 1""";

    /** A document's bytes as they are stored: its length would have to be unpacked. */
    private static final String BIGGEST =
            """
            select t.owner_id, t.id, coalesce(i.items, 0), pg_column_size(t.document) + coalesce(i.bytes, 0) as bytes
            from %1$sthreads t
            left join (
              select owner_id, thread_id, count(*) as items,
                sum(pg_column_size(document) + coalesce(pg_column_size(content), 0)) as bytes
              from %1$sthread_items group by 1, 2
            ) i on i.owner_id = t.owner_id and i.thread_id = t.id
            order by bytes desc, 3 desc, 1, 2 limit 10""";

    /** No such table, and no such column. */
    private static final Set<String> OTHER_TABLES = Set.of("42P01", "42703");

    /**
     * Counts. On a large database it reads all of it.
     *
     * @throws SchemaException when the tables cannot be read, or are not ours
     */
    public static Stats of(SchemaTarget target, Consumer<String> progress) {
        return DirectConnection.ask(target, progress, connection -> {
            connection.execute("begin isolation level repeatable read, read only");
            try {
                return connection.unhurried(same -> count(same, target.schema()));
            } catch (SQLException failure) {
                connection.execute("rollback");
                if (OTHER_TABLES.contains(String.valueOf(failure.getSQLState()))) {
                    SchemaInspection.of(connection, target, Migrations.ours()).demandUpToDate(target);
                }
                throw failure;
            }
        });
    }

    private static Stats count(DirectConnection connection, String schema) throws SQLException {
        String in = Sql.quote(schema) + ".";
        List<Space> tables = connection.all(
                SPACE.formatted(in.replace("'", "''")),
                row -> new Space(row.getString(1), row.getLong(2), row.getLong(3)));
        long bytes = tables.stream()
                .mapToLong(table -> table.tableBytes() + table.indexBytes())
                .sum();
        List<OfType> types = connection.all(TYPES.formatted(in), row -> new OfType(row.getString(1), row.getLong(2)));
        List<Big> biggest = connection.all(
                BIGGEST.formatted(in),
                row -> new Big(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4)));
        return connection
                .all(
                        TOTALS.formatted(in),
                        row -> new Stats(
                                schema,
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                types,
                                tables,
                                bytes,
                                new Times(row.getString(5), row.getString(6)),
                                new Times(row.getString(7), row.getString(8)),
                                biggest))
                .get(0);
    }
}
