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
import java.util.List;
import java.util.Locale;
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

    public Catalog {
        facts = List.copyOf(facts);
    }

    /**
     * Reads the catalog of a schema in one query, which any role may run. May wait as long as another session holds an
     * exclusive lock on one of the tables.
     */
    public static Catalog read(Connection connection, String schema) throws SQLException {
        List<Fact> facts = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(CatalogQuery.SQL)) {
            query.setString(1, Sql.quote(schema) + ", pg_temp");
            query.setString(2, schema);
            query.setArray(3, connection.createArrayOf("text", TABLES.toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    if (row.getString("definition") == null) {
                        // dropped by another session since the query began, whose snapshot still has its row
                        continue;
                    }
                    facts.add(new Fact(
                            row.getString("tab"),
                            Kind.valueOf(row.getString("kind")),
                            row.getString("name"),
                            row.getString("definition"),
                            row.getBoolean("valid")));
                }
            }
        }
        facts.sort(CatalogQuery.BY_TABLE_AND_KIND);
        return new Catalog(schema, facts);
    }

    /** Whether this build knows what the schema looks like at a version. */
    public static boolean knows(int version) {
        return Catalog.class.getResource(file(version)) != null;
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
                .filter(line -> !line.isBlank())
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

    /** What the table is: {@code table}, {@code view} and so on; null when there is none of that name. */
    public @Nullable String kindOf(String table) {
        return definition(table, Kind.TABLE, table);
    }

    /** Null when there is no such fact. */
    public @Nullable String definition(String table, Kind kind, String name) {
        return of(table)
                .filter(fact -> fact.kind() == kind && fact.name().equals(name))
                .findFirst()
                .map(Fact::definition)
                .orElse(null);
    }

    /** The facts about one table. */
    public Stream<Fact> of(String table) {
        return facts.stream().filter(fact -> fact.table().equals(table));
    }

    /** The names of a table's columns, in its order. */
    public List<String> columns(String table) {
        return of(table)
                .filter(fact -> fact.kind() == Kind.TYPE)
                .map(Fact::name)
                .toList();
    }

    /**
     * What follows the name in the statement that makes the column, such as {@code text collate "C" not null}; null when
     * there is no such column.
     */
    public @Nullable String column(String table, String name) {
        String definition = of(table)
                .filter(fact -> fact.kind().isOfColumn() && fact.name().equals(name))
                .map(fact -> switch (fact.kind()) {
                    case COLLATION -> "collate " + fact.definition();
                    case DEFAULT -> "default " + fact.definition();
                    case GENERATED -> "generated always as (" + fact.definition() + ") stored";
                    case NULLABILITY -> fact.definition().equals("null") ? "" : fact.definition();
                    default -> fact.definition();
                })
                .filter(Predicate.not(String::isEmpty))
                .collect(Collectors.joining(" "));
        return definition.isEmpty() ? null : definition;
    }

    /** Whether a row can be written without a value for the column. */
    public boolean fillsItself(String table, String column) {
        return "null".equals(definition(table, Kind.NULLABILITY, column))
                || Stream.of(Kind.DEFAULT, Kind.IDENTITY, Kind.GENERATED)
                        .anyMatch(kind -> definition(table, kind, column) != null);
    }
}
