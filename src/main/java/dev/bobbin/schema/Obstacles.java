package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import dev.bobbin.schema.Fact.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What keeps V2 from running on a schema, a sentence for each that ends with the statement that helps, where one does. */
final class Obstacles {

    /**
     * What hangs on columns that V2 alters, or that the remedy of a wrong type alters. Postgres would refuse most of these,
     * one at a time; it rebuilds other indexes, constraints, statistics and a column's own default by itself.
     */
    private static final String DEPENDENTS =
            """
            with ours as (
              select c.* from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = ? and c.relname in ('threads', 'thread_items') and c.relkind = 'r'),
            altered as (
              select o.oid, a.attnum, l.collisdeterministic, a.attname, o.relname || '.' || a.attname as col,
                a.atttypid <> all (case when a.attname = 'metadata' then '{jsonb}' when a.attname like '%\\_at' then '{timestamptz}'
                  else '{text,varchar}' end::regtype[]) as retyped, a.attname in ('type', 'role') as revalued
              from ours o join pg_attribute a on a.attrelid = o.oid and not a.attisdropped
                and a.attname = any (case o.relname when 'threads' then '{id,created_at,metadata,title,updated_at}'
                  else '{id,thread_id,type,role,content,created_at,updated_at}' end::text[])
              left join pg_collation l on l.oid = a.attcollation
              where (a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod), l.collname))
                not in (('id', 'text C'), ('metadata', 'jsonb'), ('content', 'text default'))),
            object (class, id, sub, col) as (
              select case when g.oid is not null or v.oid is not null then 'pg_class'::regclass else d.classid end,
                coalesce(g.adrelid, v.oid, d.objid), coalesce(g.adnum, d.objsubid), string_agg(distinct t.col, ', ')
              from altered t join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid
                and d.refobjsubid = t.attnum and d.deptype in ('n', 'a')
              left join pg_attrdef g on d.classid = 'pg_attrdef'::regclass and g.oid = d.objid
              left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
              left join pg_class v on v.oid = r.ev_class and v.relkind <> 'r'
              where d.classid not in ('pg_constraint'::regclass, 'pg_statistic_ext'::regclass)
                and not (d.classid = 'pg_class'::regclass and d.objsubid = 0)
                and (g.oid is null or g.adrelid <> t.oid or g.adnum <> t.attnum)
              group by 1, 2, 3)
            select format('%s depends on %s, which is altered; drop it, and create it again afterwards',
              pg_describe_object(class, id, sub), col) || case when i.type ~ 'view|trigger|policy|function'
                then format(': drop %s %s', i.type, i.identity) else '' end
            from object, pg_identify_object(class, id, sub) i
            union all
            select format('constraint %s of %s refers to %s, whose keys will begin with the owner; drop it:'
              || ' alter table %2$s drop constraint if exists %1$I', k.conname, k.conrelid::regclass, o.relname)
            from ours o join pg_constraint k on k.confrelid = o.oid and k.contype = 'f' and k.conparentid = 0
            where pg_get_constraintdef(k.oid) not like 'FOREIGN KEY (thread_id) REFERENCES %threads(id)%'
              or k.conrelid not in (select oid from ours)
            union all
            select format('constraint %s of %s is about %s, whose %s; drop it: alter table %2$s drop constraint if exists %1$I',
              k.conname, t.oid::regclass, t.attname, case when t.revalued then 'values change' else 'type changes' end)
            from altered t join pg_constraint k on k.conrelid = t.oid and t.attnum = any(k.conkey)
            where t.revalued and k.contype in ('c', 'f') or t.retyped and k.contype = 'c'
            union all
            select format('index %s is on %s, whose %s; drop it, and create it again afterwards: drop index if exists %1$s',
              i.indexrelid::regclass, t.col, case when t.retyped then 'type changes' else 'values change' end)
            from altered t join pg_index i on i.indrelid = t.oid join pg_class x on x.oid = i.indexrelid
            join pg_am m on m.oid = x.relam
            cross join lateral (select concat(i.indexprs, i.indpred) ~ (':varattno ' || t.attnum || ' ')) c (computed)
            where (computed or t.attnum = any(i.indkey)) and (t.revalued and (i.indisunique or i.indisexclusion)
              or t.retyped and (computed or m.amname not in ('btree', 'hash', 'brin')))
            union all
            select col || ' has a collation that takes different ids for the same one; write ids that belong together alike, and'
              || ' give the column the collation "C"' from altered where attname in ('id', 'thread_id') and not collisdeterministic
            union all
            select format('table %s inherits from %s; end that: alter table %s', h.inhrelid::regclass, p.oid::regclass,
              case when p.relkind = 'p' then format('%s detach partition %s', p.oid::regclass, h.inhrelid::regclass)
              else format('%s no inherit %s', h.inhrelid::regclass, p.oid::regclass) end)
            from pg_inherits h join pg_class p on p.oid = h.inhparent
            where exists (select from ours o where o.oid in (h.inhrelid, h.inhparent))
            union all
            select format('rule %s of %s does something else than is asked for; drop it: drop rule %1$I on %3$s', r.rulename,
              o.relname, o.oid::regclass)
            from ours o join pg_rewrite r on r.ev_class = o.oid
            order by 1""";

    /** The key of an item's thread and the primary keys are no obstacle: V2 drops them, by any name. */
    private static final String TAKEN_NAMES =
            """
            with ours as (
              select c.oid, c.relname, n.oid nsp, n.nspname from pg_namespace n left join pg_class c on c.relnamespace = n.oid
                and c.relname in ('threads', 'thread_items', 'bobbin_schema_history') and c.relkind in ('r', 'p', 'v', 'm', 'f')
              where n.nspname = ?),
            object (class, id, taken, tab) as (
              select 'pg_class'::regclass, c.oid, c.relname, null::oid from pg_class c
              where c.relnamespace in (select nsp from ours) and c.oid not in (select oid from ours where oid is not null)
                and not exists (select from pg_index x join ours o on o.oid = x.indrelid
                  where x.indexrelid = c.oid and (x.indisprimary or o.relname = 'bobbin_schema_history'))
              union all select 'pg_type'::regclass, oid, typname, null from pg_type
              where typnamespace in (select nsp from ours) and typrelid = 0 and typelem = 0
              union all select 'pg_statistic_ext'::regclass, oid, stxname, null from pg_statistic_ext
              where stxnamespace in (select nsp from ours)
              union all select 'pg_proc'::regclass, oid, proname, null from pg_proc
              where pronamespace in (select nsp from ours) and proname like 'bobbin\\_%'
              union all select 'pg_constraint'::regclass, k.oid, k.conname, k.conrelid
              from pg_constraint k join ours o on o.oid = k.conrelid and o.relname <> 'bobbin_schema_history'
              where k.contype = 'c' or k.contype = 'f'
                and pg_get_constraintdef(k.oid) not like 'FOREIGN KEY (thread_id) REFERENCES %threads(id)%')
            select format('%s %s has a name that Bobbin needs; ', i.type, i.identity) || case
              when tab is not null then format('rename it: alter table %s rename constraint %I to %I', tab::regclass, taken, other)
              when i.type = 'index' then format('rename it: alter index if exists %s rename to %I', i.identity, other)
              else format('move it to another schema: create schema if not exists beside; alter %s %s set schema beside',
                regexp_replace(i.type, 'composite | object', ''), i.identity) end
            from object, pg_identify_object(class, id, 0) i, concat(left(taken, 58), '_old') other
            where taken = any (?) or class = 'pg_proc'::regclass
            order by taken, i.type desc""";

    /** An index holds some 2,700 bytes of owner and ids, a document's year has four digits. */
    private static final String UNFIT =
            """
            case when created_at < '0001-01-01 00:00:00+00' or created_at >= '10000-01-01 00:00:00+00'
                then 'a created_at outside of the years 1 to 9999; give them another'
              when length(id) > 255 then 'a longer id than 255 characters; give them a shorter one'
              when %s end""";

    private static final String UNFIT_THREAD =
            "pg_typeof(metadata) = 'json'::regtype and %s then 'metadata that jsonb cannot hold, such as \\u0000; take that out'";

    /** As JSON each byte may take six, and Postgres holds 1 GB in one value. */
    private static final String UNFIT_ITEM =
            "length(thread_id) > 255 then 'a longer thread_id than 255 characters; give them a shorter one'"
                    + " when octet_length(content) > 150000000 then 'a content of more than 150000000 bytes; give them less'";

    private static final String UNFIT_ROWS =
            """
            select count || case count when 1 then ' row of ' else ' rows of ' end || tab || ' (' || ids
              || case when count > 5 then ', …' else '' end || ') with ' || why
            from (
              select tab, why, count(*), string_agg(left(id, 60), ', ' order by id) filter (where place <= 5) as ids
              from (
                select tab, why, id, row_number() over (partition by tab, why order by id) place
                from (select 'threads' tab, id, %s why from %s union all select 'thread_items', id, %s from %s) every
                where why is not null) numbered
              group by 1, 2) counted
            order by 1""";

    private Obstacles() {}

    static List<String> dependents(Connection connection, String schema) throws SQLException {
        return sentences(connection, DEPENDENTS, schema);
    }

    /** Other objects with names that migrations give: beside them ours could not be made, or would be taken for made. */
    static List<String> takenNames(Connection connection, String schema) throws SQLException {
        List<String> names = new ArrayList<>(List.of(History.TABLE, History.TABLE + "_pk", History.TABLE + "_s_idx"));
        Catalog.newest().facts().stream()
                .filter(fact -> fact.kind() == Kind.TABLE || fact.kind().isPart())
                .map(Fact::name)
                .forEach(names::add);
        return sentences(connection, TAKEN_NAMES, schema, connection.createArrayOf("text", names.toArray()));
    }

    /** Reads each table once, or neither where the role may not. */
    static List<String> unfitRows(Connection connection, String schema) throws SQLException {
        String in = Sql.quote(schema) + ".";
        String notJsonb = notJsonb(connection.getMetaData().getDatabaseMajorVersion());
        try {
            return sentences(
                    connection,
                    UNFIT_ROWS.formatted(
                            UNFIT.formatted(UNFIT_THREAD.formatted(notJsonb)),
                            in + "threads",
                            UNFIT.formatted(UNFIT_ITEM),
                            in + "thread_items"));
        } catch (SQLException failure) {
            if ("42501".equals(failure.getSQLState())) {
                return List.of();
            }
            throw failure;
        }
    }

    /** Which {@code json} is no {@code jsonb}. Before Postgres 16 there is only the commonest reason to look for. */
    static String notJsonb(int server) {
        return server >= 16
                ? "not pg_input_is_valid(metadata::text, 'jsonb')"
                : "metadata::text ~ '(^|[^\\\\])(\\\\\\\\)*\\\\u0000'";
    }

    private static List<String> sentences(Connection connection, String sql, Object... parameters) throws SQLException {
        List<String> sentences = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    sentences.add(result.getString(1));
                }
            }
        }
        return sentences;
    }
}
