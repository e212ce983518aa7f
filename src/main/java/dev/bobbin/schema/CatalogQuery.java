package dev.bobbin.schema;

import java.util.Comparator;

/**
 * The question to Postgres' catalog, 14 and later. Its parameters are the search path to set for this statement, the schema's
 * name, and the names of the tables. Postgres writes names that the search path finds without their schema, and a session's
 * temporary tables come first unless the search path says otherwise.
 */
final class CatalogQuery {

    /** Stable, so that columns keep the table's order. */
    static final Comparator<Fact> BY_TABLE_AND_KIND =
            Comparator.comparing(Fact::table).thenComparing(Fact::kind);

    /** One name in SQL, quoted where it must be. */
    private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[^ .\"]+)";

    static final String SQL =
            """
            with path as materialized (select set_config('search_path', ?, true)),
            tab as materialized (
              select c.oid, c.relname, c.relkind, c.relpersistence, c.relrowsecurity
              from path cross join pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = ? and c.relname = any (?) and c.relkind in ('r', 'p', 'v', 'm', 'f')),
            col as materialized (
              select t.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull, a.attidentity,
                a.attgenerated, pg_get_expr(d.adbin, d.adrelid) as expression,
                case when a.attcollation <> y.typcollation then a.attcollation::regcollation::text end as collated
              from tab t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
              join pg_type y on y.oid = a.atttypid
              left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum),
            fact (tab, kind, name, definition, valid, place) as (
              select relname, 'TABLE', relname, case relkind when 'r' then 'table' when 'p' then 'partitioned table'
                when 'v' then 'view' when 'm' then 'materialized view' else 'foreign table' end, true, 0 from tab
              union all select relname, 'PERSISTENCE', relname,
                case relpersistence when 'u' then 'unlogged' else 'logged' end, true, 0 from tab
              union all select relname, 'ROW_SECURITY', relname, case when relrowsecurity then 'on' else 'off' end, true, 0 from tab
              union all select relname, 'TYPE', attname, type, true, attnum from col
              union all select relname, 'COLLATION', attname, collated, true, attnum from col where collated is not null
              union all select relname, 'NULLABILITY', attname,
                case when attnotnull then 'not null' else 'null' end, true, attnum from col
              union all select relname, case attgenerated when '' then 'DEFAULT' else 'GENERATED' end, attname, expression, true,
                attnum from col where expression is not null
              union all select relname, 'IDENTITY', attname, 'generated ' || case attidentity when 'a' then 'always'
                else 'by default' end || ' as identity', true, attnum from col where attidentity <> ''
              union all select t.relname, case k.contype when 'p' then 'PRIMARY_KEY' when 'f' then 'FOREIGN_KEY'
                when 'u' then 'UNIQUE' when 'c' then 'CHECK' else 'EXCLUSION' end, k.conname,
                regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), k.convalidated, 0
              from tab t join pg_constraint k on k.conrelid = t.oid and k.contype in ('p', 'f', 'u', 'c', 'x')
              union all select t.relname, 'INDEX', x.relname, case when i.indisunique then 'unique ' else '' end
                || regexp_replace(pg_get_indexdef(x.oid), '^CREATE (UNIQUE )?INDEX NAME ON (ONLY )?(NAME\\.)?NAME USING ', ''),
                i.indisvalid, 0
              from tab t join pg_index i on i.indrelid = t.oid join pg_class x on x.oid = i.indexrelid
              where not exists (select from pg_constraint k where k.conindid = x.oid and k.contype in ('p', 'u', 'x'))
              -- Postgres lists the columns in the table's order, which differs in tables that were not made by a migration
              union all select t.relname, 'STATISTICS', s.stxname, coalesce(substring(pg_get_statisticsobjdef(s.oid)
                  from '^CREATE STATISTICS (?:NAME\\.)?NAME (\\([a-z_, ]+\\) )ON '), '')
                || 'ON ' || (select string_agg(of, ', ' order by of collate "C") from (
                  select quote_ident(a.attname) from pg_attribute a where a.attrelid = t.oid and a.attnum = any (s.stxkeys)
                  union all select '(' || e || ')' from unnest(pg_get_statisticsobjdef_expressions(s.oid)) e) parts (of)), true, 0
              from tab t join pg_statistic_ext s on s.stxrelid = t.oid
              union all select t.relname, 'TRIGGER', g.tgname, g.tgname, true, 0
              from tab t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
              union all select distinct t.relname, 'VIEW', r.ev_class::regclass::text collate "C",
                r.ev_class::regclass::text collate "C", true, 0
              from tab t join pg_depend d on d.refobjid = t.oid and d.refclassid = 'pg_class'::regclass
                and d.classid = 'pg_rewrite'::regclass join pg_rewrite r on r.oid = d.objid and r.ev_class <> t.oid)
            select tab, kind, name, definition, valid from fact order by place, name collate "C"
            """
                    .replace("NAME", NAME);

    private CatalogQuery() {}
}
