package dev.bobbin.command;

import dev.bobbin.schema.DataWork;
import dev.bobbin.schema.SchemaTarget;
import java.util.function.Consumer;

/** How much tenants and users have, exactly and at one moment. */
final class TenantUsageStore {

    /** The report as JSON, by one statement. Bytes are those of documents as callers get them. */
    private static final String COUNT =
            """
            with counted as (
              select owner_id, count(*) threads, 0 items, 0 attachments, sum(octet_length(document)) bytes, max(active_at) at
              from bobbin.threads where %1$s group by 1
              union all
              select owner_id, 0, count(*), 0, sum(octet_length(document)), max(created_at)
              from bobbin.thread_items where %1$s group by 1
              union all
              select owner_id, 0, 0, count(*), sum(octet_length(document)), null
              from bobbin.attachments where %1$s group by 1),
            owner as materialized (
              select replace(replace(split_part(owner_id, '/', 1), '%%2F', '/'), '%%25', '%%') tenant,
                substr(owner_id, strpos(owner_id, '/') + 1) "user", sum(threads)::bigint threads, sum(items)::bigint items,
                sum(attachments)::bigint attachments, sum(bytes)::bigint bytes, max(at) at
              from counted group by owner_id),
            per_tenant as (
              select tenant, count(*) users, sum(threads)::bigint threads, sum(items)::bigint items,
                sum(attachments)::bigint attachments, sum(bytes)::bigint bytes, %2$s
              from owner group by 1 order by bytes desc, 1),
            largest as (
              select tenant, "user", threads, items, attachments, bytes, %2$s
              from owner group by 1, 2, 3, 4, 5, 6 order by bytes desc, 1, 2 limit %3$s)
            select json_build_object('threads', coalesce(sum(threads), 0), 'items', coalesce(sum(items), 0),
              'attachments', coalesce(sum(attachments), 0), 'bytes', coalesce(sum(bytes), 0), 'users', count(*), %4$s,
              'tenants', (select coalesce(json_agg(per_tenant), '[]') from per_tenant),
              'largest_users', (select coalesce(json_agg(largest), '[]') from largest))
            from owner""";

    private static final String LAST_ACTIVE =
            """
            to_char(max(at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""";

    private TenantUsageStore() {}

    /**
     * Counts. It reads all rows of the owners.
     *
     * @param users how many of the largest users to list
     * @return JSON
     */
    static String count(SchemaTarget target, Owners owners, int users, Consumer<String> progress) {
        String sql = COUNT.formatted(
                owners.condition(), LAST_ACTIVE + " last_active_at", users, "'last_active_at', " + LAST_ACTIVE);
        return DataWork.read(target, progress, connection -> connection
                .all(Owners.sql(sql, target.schema()), row -> row.getString(1), owners.bounds())
                .get(0));
    }
}
