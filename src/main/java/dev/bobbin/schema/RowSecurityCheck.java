package dev.bobbin.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.bobbin.database.RowSecurity;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether Postgres limits the role that serves to the rows of an owner.
 *
 * @param inForce whether it does so on all tables, and the role has no way around it
 * @param tablesWithout our tables without row-level security
 * @param bypass the ways around it that the role has
 * @param refusal why the service must not start with this setting, and the remedy; null if it may
 */
@RegisterForReflection
public record RowSecurityCheck(
        RowSecurity setting,
        String role,
        boolean inForce,
        List<String> tablesWithout,
        List<String> bypass,
        @JsonIgnore @Nullable String refusal) {

    /** The third column is what Postgres itself decides by; a member of a role needs {@code set role} to act as that. */
    private static final String TABLES =
            """
            select c.relname, c.relrowsecurity,
              coalesce(r.rolsuper or r.rolbypassrls or pg_has_role(r.oid, c.relowner, 'USAGE'), false),
              case
                when r.oid is null then 'is not a role of this database: a pooler may use another one'
                when r.rolsuper then 'is a superuser'
                when r.rolbypassrls then 'has BYPASSRLS'
                when r.oid = c.relowner then 'owns the tables'
                when pg_has_role(r.oid, c.relowner, 'MEMBER')
                  then 'is a member of ' || c.relowner::regrole || ', which owns the tables'
                else (
                  select 'is a member of ' || b.oid::regrole || ', which bypasses it' from pg_roles b
                  where (b.rolsuper or b.rolbypassrls) and pg_has_role(r.oid, b.oid, 'MEMBER') order by b.rolname limit 1)
              end,
              (select string_agg(p.polname, ', ' order by p.polname) from pg_policy p
                where p.polrelid = c.oid and p.polpermissive and p.polname <> 'bobbin_owner' and c.relrowsecurity and r.rolsuper is not true
                  and exists (select from unnest(p.polroles) o where o = 0 or pg_has_role(r.oid, o, 'USAGE')))
            from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_roles r on r.rolname = $1
            where n.nspname = $2 and c.relname = any ($3) and c.relkind in ('r', 'p')
            order by c.relname""";

    private record Table(
            String name, boolean secured, boolean bypassed, @Nullable String bypass, @Nullable String others) {}

    static RowSecurityCheck of(DirectConnection connection, SchemaTarget target) throws SQLException {
        List<Table> tables = connection.all(
                TABLES,
                row -> new Table(
                        row.getString(1), row.getBoolean(2), row.getBoolean(3), row.getString(4), row.getString(5)),
                target.role(),
                target.schema(),
                Catalog.TABLES.toArray(String[]::new));
        List<String> without =
                tables.stream().filter(table -> !table.secured).map(Table::name).toList();
        List<String> bypass = Stream.concat(
                        tables.stream()
                                .map(Table::bypass)
                                .filter(Objects::nonNull)
                                .distinct(),
                        tables.stream()
                                .filter(table -> table.others != null)
                                .map(table -> "is shown more rows by the policy " + table.others + " on " + table.name))
                .toList();
        boolean inForce = !tables.isEmpty() && without.isEmpty() && bypass.isEmpty();
        return new RowSecurityCheck(
                target.rowSecurity(), target.role(), inForce, without, bypass, refusal(target, tables, without));
    }

    private static @Nullable String refusal(SchemaTarget target, List<Table> tables, List<String> without) {
        Table bypassed = tables.stream().filter(Table::bypassed).findFirst().orElse(null);
        String role = "the role " + target.role() + " of DATABASE_URL";
        if (target.rowSecurity() == RowSecurity.ON && bypassed != null) {
            return "BOBBIN_DATABASE_ROW_SECURITY is true, and Postgres does not limit " + role + ", which "
                    + bypassed.bypass
                    + ". Use a role of its own there, and the owner of the tables in DATABASE_DIRECT_URL:"
                    + " docs/database.md has the SQL";
        }
        if (target.rowSecurity() == RowSecurity.ON && !without.isEmpty()) {
            return "BOBBIN_DATABASE_ROW_SECURITY is true, and there is no row-level security on "
                    + String.join(", ", without) + " in the " + target.where()
                    + ". Run `db migrate` with the owner of the tables in DATABASE_DIRECT_URL";
        }
        if (target.rowSecurity() == RowSecurity.OFF
                && tables.stream().anyMatch(table -> table.secured && !table.bypassed)) {
            return "The tables in the " + target.where() + " have row-level security, and " + role
                    + " would find no row. Set BOBBIN_DATABASE_ROW_SECURITY=true; docs/database.md has the SQL that turns it off";
        }
        return null;
    }
}
