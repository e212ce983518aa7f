package dev.bobbin.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bobbin.database.Sql;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What is stored, counted exactly and at one moment. */
public final class Stats {

    /**
     * The report as JSON, by one statement, which sees one moment. A document's bytes are those that it takes as stored, since
     * its length would have to be unpacked. Of a table that Citus distributes, Postgres' own functions see only the empty
     * shell; Citus' are named within a text, since they exist only there.
     */
    private static final String COUNT =
            """
            with thread as (select count(*) n, min(created_at) oldest, max(created_at) newest from %1$s.threads),
            item as (select count(*) n, min(created_at) oldest, max(created_at) newest from %1$s.thread_items),
            kind as (select type, count(*) items from %1$s.thread_items group by 1 order by 2 desc, 1),
            owner as (select owner_id from %1$s.threads union select owner_id from %1$s.thread_items
              union select owner_id from %1$s.attachments),
            space as (
              select relname "table", coalesce(shards[1]::text::bigint, pg_table_size(oid)) table_bytes,
                coalesce(shards[2]::text::bigint - shards[1]::text::bigint, pg_indexes_size(oid)) index_bytes
              from pg_class cross join lateral (
                select case when to_regclass('pg_catalog.pg_dist_partition') is not null then
                  xpath('//t/text() | //n/text()', query_to_xml(format(
                    'select citus_table_size(logicalrelid) as t, citus_total_relation_size(logicalrelid) as n
                     from pg_catalog.pg_dist_partition where logicalrelid = %%s', oid), false, false, '')) end as shards) citus
              where oid in ('%2$s.threads'::regclass, '%2$s.thread_items'::regclass, '%2$s.attachments'::regclass,
                '%2$s.search_texts'::regclass)
              order by pg_total_relation_size(oid) desc, 1),
            big as (
              select t.owner_id, t.id thread_id, coalesce(i.items, 0) items,
                pg_column_size(t.document) + coalesce(i.bytes, 0) bytes
              from %1$s.threads t left join (
                select owner_id, thread_id, count(*) items,
                  sum(pg_column_size(document) + coalesce(pg_column_size(content), 0)) bytes
                from %1$s.thread_items group by 1, 2) i on i.owner_id = t.owner_id and i.thread_id = t.id
              order by bytes desc, 3 desc, 1, 2 limit 10),
            utc as (select 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' form)
            select json_build_object('schema', %3$s, 'threads', thread.n, 'items', item.n,
              'attachments', (select count(*) from %1$s.attachments), 'owners', (select count(*) from owner),
              'items_by_type', (select coalesce(json_agg(kind), '[]') from kind), 'tables', (select json_agg(space) from space),
              'total_bytes', (select sum(table_bytes + index_bytes) from space),
              'thread_times', json_build_object('oldest', to_char(thread.oldest at time zone 'UTC', form),
                'newest', to_char(thread.newest at time zone 'UTC', form)),
              'item_times', json_build_object('oldest', to_char(item.oldest at time zone 'UTC', form),
                'newest', to_char(item.newest at time zone 'UTC', form)),
              'biggest_threads', (select coalesce(json_agg(big), '[]') from big))
            from thread, item, utc""";

    /** No such table, and no such column. */
    private static final Set<String> OTHER_TABLES = Set.of("42P01", "42703");

    private Stats() {}

    /**
     * Counts. On a large database it reads all of it.
     *
     * @return the members of the report, in their order
     * @throws SchemaException when the tables cannot be read, or are not ours
     */
    public static Map<String, Object> of(SchemaTarget target, Consumer<String> progress) {
        String schema = Sql.quote(target.schema());
        String count = COUNT.formatted(schema, schema.replace("'", "''"), Sql.literal(target.schema()));
        return DirectConnection.ask(target, progress, connection -> {
            try {
                String json = connection.unhurried(
                        same -> same.all(count, row -> row.getString(1)).get(0));
                return new ObjectMapper().readValue(json, new TypeReference<>() {});
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            } catch (SQLException failure) {
                if (OTHER_TABLES.contains(ServerMessage.sqlState(failure))) {
                    SchemaInspection.of(connection, target, Migrations.ours()).demandUpToDate(target);
                }
                throw failure;
            }
        });
    }
}
