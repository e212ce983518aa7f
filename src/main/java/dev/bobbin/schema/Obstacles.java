package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import dev.bobbin.schema.Fact.Kind;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What prevents V2 on a schema, a sentence for each that ends with the statement that helps, where one does. Postgres would
 * refuse some of it, one at a time; it would take the rest for ours, because of {@code if not exists}.
 */
final class Obstacles {

    /** Columns that version 2 creates and fills: values that they have already would be lost. */
    static final Set<String> RESERVED = Set.of("owner_id", "document", "status", "seq");

    /**
     * Objects that depend on what V2 alters, without those that Postgres rebuilds by itself; and objects with names that
     * migrations use. V2 drops the primary keys, and the foreign key of an item's thread.
     */
    private static final String OBJECTS =
            """
            with space as (select oid from pg_namespace where nspname = ?),
            ours as (
              select c.oid, c.relname, c.relkind from space s join pg_class c on c.relnamespace = s.oid
              where c.relname in ('threads', 'thread_items') and c.relkind in ('r', 'p', 'v', 'm', 'f')),
            other_key as (
              select k.* from pg_constraint k where k.contype = 'f' and k.conparentid = 0
                and (pg_get_constraintdef(k.oid) not like 'FOREIGN KEY (thread_id) REFERENCES %threads(id)%'
                  or k.conrelid not in (select oid from ours))),
            altered as (
              select o.oid, a.attnum, a.attname, o.relname || '.' || a.attname as col, l.collisdeterministic,
                a.attname in ('type', 'role') as revalued, a.atttypid <> all (case when a.attname = 'metadata' then '{jsonb}'
                  when a.attname like '%\\_at' then '{timestamptz}' else '{text,varchar}' end::regtype[]) as retyped
              from ours o join pg_attribute a on a.attrelid = o.oid and o.relkind = 'r' and not a.attisdropped
                and a.attname = any (case o.relname when 'threads' then '{id,created_at,metadata,title,updated_at}'
                  else '{id,thread_id,type,role,content,created_at,updated_at}' end::text[])
              left join pg_collation l on l.oid = a.attcollation
              where (a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod), l.collname))
                not in (('id', 'text C'), ('metadata', 'jsonb'), ('content', 'text default'))),
            dependent (class, id, sub, col) as (
              select case when g.oid is not null or v.oid is not null then 'pg_class'::regclass else d.classid end,
                coalesce(g.adrelid, v.oid, d.objid), coalesce(g.adnum, d.objsubid), t.col
              from altered t join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid
                and d.refobjsubid = t.attnum and d.deptype in ('n', 'a')
              left join pg_attrdef g on d.classid = 'pg_attrdef'::regclass and g.oid = d.objid
              left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
              left join pg_class v on v.oid = r.ev_class and v.relkind <> 'r'
              where d.classid not in ('pg_constraint'::regclass, 'pg_statistic_ext'::regclass)
                and not (d.classid = 'pg_class'::regclass and d.objsubid = 0)
                and (g.oid is null or g.adrelid <> t.oid or g.adnum <> t.attnum)
              union all select 'pg_rewrite'::regclass, r.oid, 0, o.relname
              from ours o join pg_rewrite r on r.ev_class = o.oid where o.relkind = 'r'
              union all select 'pg_constraint'::regclass, k.oid, 0, 'the key of ' || o.relname
              from ours o join other_key k on k.confrelid = o.oid
              union all select 'pg_constraint'::regclass, k.oid, 0, t.col
              from altered t join pg_constraint k on k.conrelid = t.oid and t.attnum = any (k.conkey)
              where t.revalued and k.contype in ('c', 'f') or t.retyped and k.contype = 'c'
              union all select case when k.oid is null then 'pg_class'::regclass else 'pg_constraint'::regclass end,
                coalesce(k.oid, i.indexrelid), 0, t.col
              from altered t join pg_index i on i.indrelid = t.oid and not i.indisprimary
              join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam
              left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('u', 'x')
              cross join lateral (select concat(i.indexprs, i.indpred) ~ (':varattno ' || t.attnum || ' ')) c (computed)
              where (computed or t.attnum = any (i.indkey)) and (t.revalued and (i.indisunique or i.indisexclusion)
                or t.retyped and (computed or m.amname not in ('btree', 'hash', 'brin')))),
            named (class, id, sub, used, tab) as (
              select 'pg_class'::regclass, c.oid, 0, c.relname, null::oid
              from space s join pg_class c on c.relnamespace = s.oid
              left join pg_index i on i.indexrelid = c.oid left join pg_class t on t.oid = i.indrelid
              where coalesce(t.relname, c.relname) <> 'bobbin_schema_history' and c.oid not in (select oid from ours)
                and not coalesce(i.indisprimary and t.oid in (select oid from ours), false)
              union all select 'pg_type'::regclass, t.oid, 0, t.typname, null
              from space s join pg_type t on t.typnamespace = s.oid and t.typrelid = 0 and t.typelem = 0
              union all select 'pg_statistic_ext'::regclass, x.oid, 0, x.stxname, null
              from space s join pg_statistic_ext x on x.stxnamespace = s.oid
              union all select 'pg_constraint'::regclass, k.oid, 0, k.conname, k.conrelid
              from ours o join pg_constraint k on k.conrelid = o.oid
              where k.contype = 'c' or k.oid in (select oid from other_key)
              union all select 'pg_class'::regclass, o.oid, a.attnum, a.attname, o.oid
              from ours o join pg_attribute a on a.attrelid = o.oid and a.attname = any (?)),
            taken (class, id, sub, used, tab) as (
              select * from named where used = any (?) or sub > 0
              union all select 'pg_proc'::regclass, p.oid, 0, p.proname, null
              from space s join pg_proc p on p.pronamespace = s.oid and p.proname like 'bobbin\\_%')
            select format('%s depends on %s, which changes; drop it, and create it again afterwards if it still fits',
              pg_describe_object(class, id, sub), cols) || case
                when i.type = 'table constraint' then
                  regexp_replace(i.identity, '(.*) on (.*)', ': alter table \\2 drop constraint if exists \\1')
                when i.type ~ 'view|trigger|policy|function|index|rule' then format(': drop %s if exists %s', i.type, i.identity)
                else '' end
            from (select class, id, sub, string_agg(distinct col, ', ') cols from dependent group by 1, 2, 3) d,
              pg_identify_object(class, id, sub) i
            union all
            select format('%s %s has a name that Bobbin needs; ', i.type, i.identity) || case
              when tab is not null
                then format('rename it: alter table %s rename %s %I to %I', tab::regclass, substr(i.type, 7), used, free)
              when i.type = 'index' then format('rename it: alter index if exists %s rename to %I', i.identity, free)
              -- under another name in this schema it would be another service's
              else format('move it to another schema: create schema if not exists beside; alter %s %s set schema beside',
                regexp_replace(i.type, 'composite | object', ''), i.identity) end
            from taken, pg_identify_object(class, id, sub) i, concat(left(used, 58), '_old') free
            where (class, id, sub) not in (select class, id, sub from dependent)
            union all
            select col || ' has a collation that takes different ids for the same one; write ids that belong together alike, and'
              || ' give the column the collation "C"' from altered where attname in ('id', 'thread_id') and not collisdeterministic
            union all
            select format('table %s inherits from %s; end that: alter table %s', h.inhrelid::regclass, p.oid::regclass,
              case when p.relkind = 'p' then format('%s detach partition %s', p.oid::regclass, h.inhrelid::regclass)
              else format('%s no inherit %s', h.inhrelid::regclass, p.oid::regclass) end)
            from pg_inherits h join pg_class p on p.oid = h.inhparent
            where exists (select from ours o where o.oid in (h.inhrelid, h.inhparent) and o.relkind = 'r')
            order by 1""";

    /**
     * An index holds some 2,700 bytes of owner and ids, a document's year has four digits, and Postgres holds 1 GB in one
     * value, in which JSON may take six bytes for one.
     */
    private static final String ROWS =
            """
            select concat(count(*), case count(*) when 1 then ' row of ' else ' rows of ' end, tab, ' (',
              string_agg(left(id, 60), ', ' order by id) filter (where place <= 5),
              case when count(*) > 5 then ', …' end, ') with ', why)
            from (
              select tab, id, why, row_number() over (partition by tab, why order by id) place
              from (
                select 'threads' tab, id, created_at, null thread_id, 0 size,
                  pg_typeof(metadata) = 'json'::regtype and %2$s not_jsonb from %1$s.threads
                union all
                select 'thread_items', id, created_at, thread_id, octet_length(content), false from %1$s.thread_items) every,
              lateral (select case
                when created_at < '0001-01-01 00:00:00+00' or created_at >= '10000-01-01 00:00:00+00'
                  then 'a created_at outside of the years 1 to 9999; give them another'
                when length(id) > 255 then 'a longer id than 255 characters; give them a shorter one'
                when length(thread_id) > 255 then 'a longer thread_id than 255 characters; give them a shorter one'
                when size > 150000000 then 'a content of more than 150000000 bytes; give them less'
                when not_jsonb then 'metadata that jsonb cannot hold, such as \\u0000; take that out' end) reason (why)
              where why is not null) unfit
            group by tab, why order by 1""";

    private Obstacles() {}

    static List<String> ofObjects(DirectConnection connection, String schema) throws SQLException {
        Stream<String> names = Catalog.newest().facts().stream()
                .filter(fact -> fact.kind() == Kind.TABLE || fact.kind().isPart())
                .map(Fact::name);
        Stream<String> ofHistory = Stream.of("", "_pk", "_s_idx").map(suffix -> History.TABLE + suffix);
        return connection.all(
                OBJECTS,
                row -> row.getString(1),
                schema,
                RESERVED.toArray(String[]::new),
                Stream.concat(names, ofHistory).toArray(String[]::new));
    }

    /** Reads each table once, or neither where the role may not. */
    static List<String> ofRows(DirectConnection connection, String schema) throws SQLException {
        String notJsonb = notJsonb(connection.jdbc().getMetaData().getDatabaseMajorVersion());
        String rows = ROWS.formatted(Sql.quote(schema), notJsonb);
        try {
            return connection.unhurried(same -> same.all(rows, row -> row.getString(1)));
        } catch (SQLException failure) {
            if (ServerMessage.sqlState(failure).equals("42501")) {
                return List.of();
            }
            throw failure;
        }
    }

    /** Which {@code json} is no {@code jsonb}. Before Postgres 16 only the most common reason can be found. */
    static String notJsonb(int server) {
        return server >= 16
                ? "not pg_input_is_valid(metadata::text, 'jsonb')"
                : "metadata::text ~ '(^|[^\\\\])(\\\\\\\\)*\\\\u0000'";
    }

    /** Drops indexes that a migration names and whose build failed: {@code if not exists} would take them for built. */
    static void dropInvalidIndexes(
            DirectConnection connection, String schema, String migration, Consumer<String> progress)
            throws SQLException {
        for (Fact fact : Catalog.read(connection, schema).facts()) {
            String name = "(?is).*\\b" + Pattern.quote(fact.name()) + "\\b.*";
            if (fact.kind() == Kind.INDEX && !fact.valid() && migration.matches(name)) {
                String index = Sql.quote(schema) + "." + Sql.quote(fact.name());
                progress.accept("Dropping the index " + fact.name() + ", whose build did not end, to build it again");
                connection.unhurried(same -> {
                    same.execute("drop index concurrently " + index);
                    return index;
                });
            }
        }
    }
}
