package dev.bobbin.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What has a name that migrations give: a table, an index, a constraint, statistics. Beside it ours could not be made, or
 * {@code if not exists} would take it for ours.
 */
final class TakenNames {

    /** The key of an item's thread and the primary keys make room by themselves: V2 drops them, whatever their names. */
    private static final String TAKEN =
            """
            with n as (select oid, nspname from pg_namespace where nspname = ?), wanted (name) as (select unnest(?)),
            ours as (select c.oid, c.relname from pg_class c join n on c.relnamespace = n.oid
              where c.relname in ('threads', 'thread_items') and c.relkind in ('r', 'p', 'v', 'm', 'f')),
            kinds (relkind, kind) as (values ('r', 'table'), ('p', 'table'), ('v', 'view'), ('m', 'materialized view'),
              ('f', 'foreign table'), ('S', 'sequence'), ('i', 'index'), ('I', 'index'), ('c', 'type'))
            select k.kind, c.relname name,
              case when c.relkind in ('r', 'p', 'v', 'm', 'f') then format(
                'move it to another schema: create schema if not exists beside; alter %s %I.%I set schema beside',
                k.kind, n.nspname, c.relname)
              else format('rename it: alter %s %I.%I rename to %I', k.kind, n.nspname, c.relname, left(c.relname, 58) || '_old') end
            from pg_class c join n on c.relnamespace = n.oid join wanted w on w.name = c.relname
            join kinds k on k.relkind::"char" = c.relkind
            where c.oid not in (select oid from ours) and not exists (
              select from pg_constraint p where p.conindid = c.oid and p.contype = 'p' and p.conrelid in (select oid from ours))
              -- it moves with its table
              and not exists (select from pg_index x join pg_class t on t.oid = x.indrelid
                where x.indexrelid = c.oid and t.relnamespace = n.oid and t.relname in ('attachments', 'bobbin_schema_history'))
            union all
            select 'type', t.typname, format('rename it: alter type %I.%I rename to %I', n.nspname, t.typname,
              left(t.typname, 58) || '_old')
            from pg_type t join n on t.typnamespace = n.oid where t.typrelid = 0 and t.typelem = 0 and t.typname = any(?)
            union all
            select 'constraint', k.conname, format('rename it: alter table %I.%I rename constraint %I to %I', n.nspname, o.relname,
              k.conname, left(k.conname, 58) || '_old')
            from pg_constraint k join ours o on o.oid = k.conrelid cross join n join wanted w on w.name = k.conname
            where k.conindid = 0 or k.contype = 'f' and not (o.relname = 'thread_items' and k.confrelid in (
              select oid from ours where relname = 'threads') and k.conkey = array(
              select a.attnum from pg_attribute a where a.attrelid = o.oid and a.attname = 'thread_id'))
            union all
            select 'statistics', s.stxname, format('rename it: alter statistics %I.%I rename to %I', n.nspname, s.stxname,
              left(s.stxname, 58) || '_old')
            from pg_statistic_ext s join n on s.stxnamespace = n.oid join wanted w on w.name = s.stxname
            union all
            select 'function', p.proname, format('drop it: drop function %s', p.oid::regprocedure)
            from pg_proc p join n on p.pronamespace = n.oid where p.proname like 'bobbin\\_%'
            order by 2, 1""";

    private TakenNames() {}

    /** A sentence for each, which ends with the statement that helps; empty when there are none. */
    static List<String> of(Connection connection, String schema) throws SQLException {
        List<String> names = new ArrayList<>(List.of(History.TABLE + "_pk", History.TABLE + "_s_idx"));
        names.addAll(Catalog.TABLES);
        Catalog.expected(Migrations.newest(Migrations.ours())).facts().stream()
                .filter(fact -> fact.kind().ordinal() > Fact.Kind.NULLABILITY.ordinal())
                .map(Fact::name)
                .forEach(names::add);
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(TAKEN)) {
            statement.setString(1, schema);
            statement.setArray(2, connection.createArrayOf("text", names.toArray()));
            statement.setArray(3, connection.createArrayOf("text", Catalog.TABLES.toArray()));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    String kind = result.getString(1);
                    found.add((kind.equals("index") ? "an " : "a ") + kind + " has the name " + result.getString(2)
                            + ", which Bobbin needs; " + result.getString(3));
                }
            }
        }
        return found;
    }
}
