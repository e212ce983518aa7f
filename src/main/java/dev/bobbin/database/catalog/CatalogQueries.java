package dev.bobbin.database.catalog;

import java.util.List;

/**
 * The questions to Postgres' catalog, 14 and later. Each takes the schema's name; those after the first take the names of
 * tables, too, or null for all. They rely on a search path that holds the schema: Postgres writes names of the search
 * path without their schema.
 */
final class CatalogQueries {

    private CatalogQueries() {}

    /** One name in SQL, quoted where it must be. */
    private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[^ .\"]+)";

    private static final String WANTED =
            """
             join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ? and c.relname = any(coalesce(?, array[c.relname])) and c.relkind in ('r', 'p', 'v', 'm', 'f')
            """;

    private static final String TABLES =
            """
            select c.relname, c.relkind, c.relpersistence = 'u', c.relrowsecurity
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ? and c.relkind in ('r', 'p', 'v', 'm', 'f')"""
                    + notOfAnExtension("pg_class", "c.oid") + " order by c.relname collate \"C\"";

    private static final String COLUMNS =
            """
            select c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end,
                not a.attnotnull, case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end, a.attidentity,
                case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            join pg_type t on t.oid = a.atttypid
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum"""
                    + WANTED + " order by c.relname, a.attnum";

    private static final String INDEXES = "select c.relname, x.relname, i.indisunique, i.indisvalid,"
            + " regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE (UNIQUE )?INDEX " + NAME + " ON (ONLY )?(" + NAME
            + "\\.)?" + NAME + " USING ', '')"
            + """
             from pg_class c join pg_index i on i.indrelid = c.oid join pg_class x on x.oid = i.indexrelid"""
            + WANTED
            + """
            and not exists (select from pg_constraint k where k.conindid = x.oid and k.contype in ('p', 'u', 'x'))"""
            + notOfAnExtension("pg_class", "x.oid") + " order by c.relname, x.relname collate \"C\"";

    private static final String CONSTRAINTS =
            """
            select c.relname, k.conname, k.contype, regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), k.convalidated
            from pg_class c join pg_constraint k on k.conrelid = c.oid and k.contype in ('p', 'f', 'u', 'c', 'x')"""
                    + WANTED + " order by c.relname, k.conname collate \"C\"";

    /** Postgres lists the columns in the table's order, which is another in tables that somebody else made. */
    private static final String STATISTICS = "select c.relname, s.stxname,"
            + " coalesce(substring(pg_get_statisticsobjdef(s.oid) from '^CREATE STATISTICS (?:" + NAME + "\\.)?" + NAME
            + " (\\([a-z_, ]+\\) )ON '), '')"
            + """
             || 'ON ' || (select string_agg(of, ', ' order by of collate "C") from (
                select quote_ident(a.attname) from pg_attribute a where a.attrelid = c.oid and a.attnum = any(s.stxkeys)
                union all select '(' || x || ')' from unnest(pg_get_statisticsobjdef_expressions(s.oid)) x) parts(of))
            from pg_class c join pg_statistic_ext s on s.stxrelid = c.oid"""
            + WANTED
            + notOfAnExtension("pg_statistic_ext", "s.oid") + " order by c.relname, s.stxname collate \"C\"";

    private static final String TRIGGERS =
            """
            select c.relname, g.tgname
            from pg_class c join pg_trigger g on g.tgrelid = c.oid and not g.tgisinternal"""
                    + WANTED + notOfAnExtension("pg_trigger", "g.oid") + " order by c.relname, g.tgname collate \"C\"";

    private static final String VIEWS =
            """
            select distinct c.relname, r.ev_class::regclass::text collate "C"
            from pg_class c
            join pg_depend d on d.refobjid = c.oid and d.refclassid = 'pg_class'::regclass and d.classid = 'pg_rewrite'::regclass
            join pg_rewrite r on r.oid = d.objid and r.ev_class <> c.oid"""
                    + WANTED + " order by 1, 2";

    /** In this order: tables, columns, indexes, constraints, statistics, triggers, views. */
    static final List<String> ALL = List.of(TABLES, COLUMNS, INDEXES, CONSTRAINTS, STATISTICS, TRIGGERS, VIEWS);

    private static String notOfAnExtension(String catalog, String oid) {
        return " and not exists (select from pg_depend e where e.classid = '" + catalog + "'::regclass and e.objid = "
                + oid + " and e.deptype = 'e')";
    }
}
