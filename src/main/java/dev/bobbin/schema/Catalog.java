package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import dev.bobbin.schema.Fact.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a schema holds under the names of Bobbin's tables, or should hold.
 *
 * @param schema the schema's name, not quoted
 * @param facts by table and kind; columns in the table's order, everything else by name
 */
public record Catalog(String schema, List<Fact> facts) {

    /** The names of all tables that Bobbin creates, apart from its migration history. */
    public static final Set<String> TABLES = Set.of("threads", "thread_items", "attachments");

    /**
     * For Postgres 14 and later. The search path is set for this statement only: names that it finds are written without
     * their schema, and a session's temporary tables come last.
     */
    private static final String QUERY =
            """
            with path as materialized (select set_config('search_path', ?, true)),
            tab as materialized (
              select c.oid, c.relname, c.relkind, c.relpersistence, c.relrowsecurity
              from path cross join pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = ? and c.relname = any (?) and c.relkind in ('r', 'p', 'v', 'm', 'f')),
            col as materialized (
              select t.relname, a.attnum, a.attname, a.attnotnull, a.attidentity, a.attgenerated,
                format_type(a.atttypid, a.atttypmod)
                  || case when a.attcollation <> y.typcollation then ' collate ' || a.attcollation::regcollation else '' end as type,
                pg_get_expr(d.adbin, d.adrelid) as expression
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
              union all select relname, case attgenerated when '' then 'DEFAULT' else 'GENERATED' end, attname, expression, true,
                attnum from col
              union all select relname, 'IDENTITY', attname, 'generated ' || case attidentity when 'a' then 'always'
                else 'by default' end || ' as identity', true, attnum from col where attidentity <> ''
              union all select relname, 'NULLABILITY', attname,
                case when attnotnull then 'not null' else 'null' end, true, attnum from col
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
              from tab t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal)
            -- what another session drops meanwhile has no definition any more
            select tab, kind, name, definition, valid from fact where definition is not null order by place, name collate "C"
            """
                    .replace("NAME", "(?:\"(?:[^\"]|\"\")+\"|[^ .\"]+)");

    public Catalog {
        facts = List.copyOf(facts);
    }

    /**
     * Reads the catalog of a schema in one query, which any role may run. May wait as long as another session holds an
     * exclusive lock on one of the tables.
     */
    public static Catalog read(Connection connection, String schema) throws SQLException {
        List<Fact> facts = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(QUERY)) {
            query.setString(1, Sql.quote(schema) + ", pg_temp");
            query.setString(2, schema);
            query.setArray(3, connection.createArrayOf("text", TABLES.toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Kind kind = Kind.valueOf(row.getString(2));
                    facts.add(new Fact(row.getString(1), kind, row.getString(3), row.getString(4), row.getBoolean(5)));
                }
            }
        }
        facts.sort(Comparator.comparing(Fact::table).thenComparing(Fact::kind));
        return new Catalog(schema, facts);
    }

    /** Whether this build knows what the schema looks like at a version. */
    public static boolean knows(int version) {
        return Catalog.class.getResource(file(version)) != null;
    }

    /** What this build's last migration leaves. */
    static Catalog newest() {
        return expected(Migrations.newest(Migrations.ours()));
    }

    /**
     * The catalog of an empty database that Bobbin migrated to a version. Its schema's name is {@code public}.
     *
     * @throws IllegalArgumentException for a version that this build does not know
     */
    public static Catalog expected(int version) {
        try (InputStream file = Catalog.class.getResourceAsStream(file(version))) {
            if (file == null) {
                throw new IllegalArgumentException("Version " + version + " of the schema is not known");
            }
            return parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String file(int version) {
        return "/db/schema/V" + version + ".txt";
    }

    /** The reverse of {@link #text}. */
    static Catalog parse(String text) {
        List<Fact> facts = text.lines()
                .map(line -> line.split(" {2,}", 4))
                .map(part -> new Fact(
                        part[0],
                        Kind.valueOf(part[1].toUpperCase(Locale.ROOT).replace(' ', '_')),
                        part[2],
                        part[3],
                        true))
                .toList();
        return new Catalog("public", facts);
    }

    /** One line a fact, for the files of what is expected. */
    String text() {
        return facts.stream()
                .map(fact -> String.format(
                        Locale.ROOT,
                        "%-12s  %-12s  %-26s  %s%n",
                        fact.table(),
                        fact.kind(),
                        fact.name(),
                        fact.definition()))
                .collect(Collectors.joining());
    }

    /** The facts about one table. */
    public Stream<Fact> of(String table) {
        return facts.stream().filter(fact -> fact.table().equals(table));
    }

    /** Null when there is no such fact. */
    public @Nullable String definition(String table, Kind kind, String name) {
        return find(table, kind, name).map(Fact::definition).orElse(null);
    }

    Optional<Fact> find(String table, Kind kind, String name) {
        return of(table).filter(fact -> fact.is(kind, name)).findFirst();
    }

    /** The names of a table's columns, in its order. */
    public List<String> columns(String table) {
        return of(table)
                .filter(fact -> fact.kind() == Kind.TYPE)
                .map(Fact::name)
                .toList();
    }

    /** What follows the name in the statement that creates the column, such as {@code text collate "C" not null}. */
    public String column(String table, String name) {
        return of(table)
                .filter(fact -> fact.kind().isOfColumn() && fact.name().equals(name))
                .map(Fact::inColumn)
                .filter(Predicate.not(String::isEmpty))
                .collect(Collectors.joining(" "));
    }

    /** Whether a row can be written without a value for the column. */
    public boolean fillsItself(String table, String column) {
        return "null".equals(definition(table, Kind.NULLABILITY, column))
                || Stream.of(Kind.DEFAULT, Kind.IDENTITY, Kind.GENERATED)
                        .anyMatch(kind -> definition(table, kind, column) != null);
    }
}
