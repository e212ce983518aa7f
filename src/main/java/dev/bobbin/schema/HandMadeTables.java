package dev.bobbin.schema;

import dev.bobbin.schema.Fact.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether tables that were created by hand are version 1, so that they can be adopted with every row. They may have more
 * columns, and the spellings that SQLAlchemy and tutorials use for the same types.
 */
final class HandMadeTables {

    static final List<String> NAMES = List.of("threads", "thread_items");

    private static final Set<String> MIGRATED = Set.of("owner_id", "document", "seq");

    /** The rest may differ: V2 makes it what it should be, or leaves it alone. */
    private static final Set<Kind> COMPARED = Set.of(
            Kind.TABLE, Kind.PERSISTENCE, Kind.ROW_SECURITY, Kind.COLUMN, Kind.TYPE, Kind.GENERATED, Kind.PRIMARY_KEY);

    private HandMadeTables() {}

    /**
     * What prevents an adoption, a sentence for each that ends with the statement that helps. Reads the rows only if there is
     * nothing else.
     */
    static List<String> obstacles(DirectConnection connection, Catalog catalog) throws SQLException {
        List<String> found = new ArrayList<>(Obstacles.ofObjects(connection, catalog.schema()));
        Remedy.plan(expected(catalog), lenient(catalog, catalog.facts().stream())).stream()
                .filter(step -> COMPARED.contains(step.difference().kind())
                        && !Obstacles.RESERVED.contains(step.difference().name()))
                .map(SyncStep::advice)
                .forEach(found::add);
        return found.isEmpty() ? Obstacles.ofRows(connection, catalog.schema()) : found;
    }

    /** Whether migrations made them: no other tables have all of these columns. */
    static boolean areMigrated(Catalog catalog) {
        return NAMES.stream().allMatch(table -> catalog.columns(table).containsAll(MIGRATED));
    }

    /** Columns that no version has, in the table's order. */
    static List<String> otherColumns(Catalog catalog, String table) {
        List<String> ours = Catalog.newest().columns(table);
        return catalog.columns(table).stream()
                .filter(column -> !ours.contains(column))
                .toList();
    }

    /** Version 1, with those columns of the newest that exist already. Any column may be null. */
    private static Catalog expected(Catalog catalog) {
        Catalog first = Catalog.expected(1);
        Stream<Fact> later = Catalog.newest().facts().stream()
                .filter(fact -> Set.of(Kind.COLUMN, Kind.TYPE).contains(fact.kind())
                        && !Obstacles.RESERVED.contains(fact.name())
                        && !first.columns(fact.table()).contains(fact.name())
                        && catalog.columns(fact.table()).contains(fact.name()));
        Stream<Fact> needed = first.facts().stream()
                .filter(fact -> fact.kind() != Kind.FOREIGN_KEY)
                .map(fact -> fact.kind() == Kind.NULLABILITY ? fact.with("null") : fact);
        return lenient(catalog, Stream.concat(needed, later));
    }

    private static Catalog lenient(Catalog catalog, Stream<Fact> facts) {
        return new Catalog(
                catalog.schema(),
                facts.filter(fact -> NAMES.contains(fact.table()))
                        .map(fact -> fact.with(lenient(fact)))
                        .toList());
    }

    /** The same for what V2 takes for the same. */
    private static String lenient(Fact fact) {
        String definition = fact.definition();
        return switch (fact.kind()) {
            case TYPE ->
                definition
                        .replaceFirst("^(text|character varying(\\(\\d+\\))?)( collate .*)?$", "text")
                        .replaceFirst("^timestamp(\\(\\d\\))? with(out)? time zone$", "timestamp with time zone")
                        .replaceFirst("^json$", fact.name().equals("metadata") ? "jsonb" : "json");
            // deferrable, or with more columns in its index: V2 creates another one
            case PRIMARY_KEY -> definition.replaceFirst("^PRIMARY KEY \\(id\\) .*", "PRIMARY KEY (id)");
            default -> definition;
        };
    }

    /** What keeps tables from being of a version, in sentences. */
    static List<String> differences(DirectConnection connection, SchemaTarget target, int version, Catalog actual)
            throws SQLException {
        if (!Catalog.knows(version)) {
            return List.of("this build knows versions 1 to " + Migrations.newest(Migrations.ours()));
        }
        return version == 1 ? obstacles(connection, actual) : Remedy.advice(target, version, actual);
    }
}
