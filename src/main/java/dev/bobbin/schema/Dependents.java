package dev.bobbin.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What hangs on tables made by hand that V2 could not carry over, read from the catalog. Postgres alters no column that
 * a trigger's condition, a policy, a rule, a publication or a generated column mentions, and gives up half way.
 */
final class Dependents {

    /** The tables, their columns that V2 alters, and how: a wanted type is left alone where it is that already. */
    private static final String ALTERED =
            """
            with ours as (
              select c.* from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = ? and c.relname in ('threads', 'thread_items') and c.relkind = 'r'),
            altered as (
              select o.oid tab, o.relname, a.attnum, a.attname, a.attcollation,
                a.atttypid not in ('text'::regtype, 'varchar'::regtype, 'timestamptz'::regtype, 'jsonb'::regtype)
                  or a.attname = 'content' and a.atttypid <> 'text'::regtype and a.atttypid <> 'varchar'::regtype other_type,
                o.relname = 'thread_items' and a.attname in ('type', 'role') other_values
              from ours o join pg_attribute a on a.attrelid = o.oid and not a.attisdropped
              join (values ('threads', 'id', 'text "C"'), ('threads', 'metadata', 'jsonb'), ('threads', 'created_at', null),
                ('threads', 'title', null), ('threads', 'updated_at', null), ('thread_items', 'id', 'text "C"'),
                ('thread_items', 'thread_id', null), ('thread_items', 'type', null), ('thread_items', 'role', null),
                ('thread_items', 'content', 'text "default"'), ('thread_items', 'created_at', null),
                ('thread_items', 'updated_at', null)) w (tab, col, wanted) on w.tab = o.relname and w.col = a.attname
              where w.wanted is distinct from concat_ws(' ', format_type(a.atttypid, a.atttypmod),
                (select quote_ident(l.collname) from pg_collation l where l.oid = a.attcollation)))
            """;

    /** The one key that V2 creates again is that of an item's thread. */
    private static final String FOREIGN_KEYS =
            """
            select format('foreign key %s of %s refers to %s, whose keys will begin with the owner, so it cannot be kept; drop it:'
              || ' alter table %2$s drop constraint %1$I', k.conname, k.conrelid::regclass, o.relname)
            from ours o join pg_constraint k on k.confrelid = o.oid and k.contype = 'f' and k.conparentid = 0
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
            join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[1]
            where not (o.relname = 'threads' and k.conrelid in (select i.oid from ours i where i.relname = 'thread_items')
              and cardinality(k.conkey) = 1 and a.attname = 'thread_id' and b.attname = 'id')
            """;

    /** Indexes, constraints and statistics are made anew by Postgres, a column's own default comes along. */
    private static final String OBJECTS =
            """
            select format('%s depends on %s.%s, which is altered; drop it, and make it anew afterwards',
              case when g.oid is null then pg_describe_object(d.classid, d.objid, d.objsubid)
                else pg_describe_object('pg_class'::regclass, g.adrelid, g.adnum) end, t.relname, t.attname)
            from altered t join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = t.tab
              and d.refobjsubid = t.attnum and d.deptype in ('n', 'a')
            left join pg_attrdef g on d.classid = 'pg_attrdef'::regclass and g.oid = d.objid
            where d.classid not in ('pg_rewrite'::regclass, 'pg_constraint'::regclass, 'pg_statistic_ext'::regclass)
              and not (d.classid = 'pg_class'::regclass and d.objsubid = 0)
              and not (g.oid is not null and g.adrelid = t.tab and g.adnum = t.attnum)
            """;

    private static final String INDEXES =
            """
            select format('index %s computes with %s.%s, whose type changes; drop it, and make it anew afterwards: drop index if exists %1$s',
              i.indexrelid::regclass, t.relname, t.attname)
            from altered t join pg_index i on i.indrelid = t.tab join pg_class x on x.oid = i.indexrelid
            join pg_am m on m.oid = x.relam
            where t.other_type and (t.attnum = any(i.indkey) and m.amname not in ('btree', 'hash', 'brin')
              or concat(i.indexprs::text, i.indpred::text) ~ (':varattno ' || t.attnum || ' '))
            union all
            select format('index %s makes rows unique by %s.%s, whose values change; drop it: drop index if exists %1$s', i.indexrelid::regclass, t.relname,
              t.attname)
            from altered t join pg_index i on i.indrelid = t.tab and (i.indisunique or i.indisexclusion)
            where t.other_values and (t.attnum = any(i.indkey)
              or concat(i.indexprs::text, i.indpred::text) ~ (':varattno ' || t.attnum || ' '))
            """;

    private static final String CONSTRAINTS =
            """
            select format('constraint %s of %s is about %s, whose %s; drop it: alter table %5$s drop constraint if exists %1$I', k.conname, t.relname, t.attname,
              case when t.other_values then 'values change' else 'type changes' end, t.tab::regclass)
            from altered t join pg_constraint k on k.conrelid = t.tab and t.attnum = any(k.conkey)
            where t.other_values and k.contype in ('c', 'f') or t.other_type and k.contype = 'c'
            """;

    private static final String COLLATIONS =
            """
            select format('%s.%s has the collation %s, which takes different ids for the same one; write ids that belong together'
              || ' alike, and give the column the collation "C"', t.relname, t.attname, l.collname)
            from altered t join pg_collation l on l.oid = t.attcollation and not l.collisdeterministic
            where t.attname in ('id', 'thread_id')
            """;

    private static final String TABLES =
            """
            select format(case when p.relkind = 'p' then 'table %s is a partition of %s; end that (alter table %2$s detach partition %1$s)'
              else 'table %s inherits from %s; end that (alter table %1$s no inherit %2$s)' end, h.inhrelid::regclass, p.oid::regclass)
            from pg_inherits h join pg_class p on p.oid = h.inhparent where exists (select from ours o where o.oid in (h.inhrelid, h.inhparent))
            union all
            select format('view %1$s reads %2$s, whose columns change their types; drop it, and make it anew afterwards:'
              || ' drop %3$s %1$s', v.oid::regclass, string_agg(distinct o.relname, ' and '),
              case v.relkind when 'm' then 'materialized view' else 'view' end)
            from ours o join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = o.oid
              and d.classid = 'pg_rewrite'::regclass
            join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class and v.oid <> o.oid
            group by v.oid, v.relkind
            union all
            select format('rule %s of %s does something else than was asked for; drop it', r.rulename, o.relname)
            from ours o join pg_rewrite r on r.ev_class = o.oid
            union all
            select format('%s is a table of the type %s, which would have to change with it; end that (alter table %s not of)',
              o.relname, o.reloftype::regtype, o.oid::regclass)
            from ours o where o.reloftype <> 0
            union all
            select format('column %s of %s has the rows of %s for its type; drop it, or give it another type', a.attname,
              a.attrelid::regclass, o.relname)
            from ours o join pg_type t on t.typrelid = o.oid
            join pg_attribute a on a.atttypid in (t.oid, t.typarray) and a.attnum > 0 and not a.attisdropped
            """;

    private static final String ALL =
            ALTERED + String.join(" union all ", FOREIGN_KEYS, OBJECTS, INDEXES, CONSTRAINTS, COLLATIONS, TABLES)
                    + " order by 1";

    private Dependents() {}

    /** What has to go first, a sentence for each with what to do; empty when nothing has. */
    static List<String> of(Connection connection, String schema) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(ALL)) {
            statement.setString(1, schema);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    if (!found.contains(result.getString(1))) {
                        found.add(result.getString(1));
                    }
                }
            }
        }
        return found;
    }
}
