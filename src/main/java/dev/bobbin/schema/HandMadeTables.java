package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import dev.bobbin.schema.Fact.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether tables that were created by hand are version 1, which all that follows can adopt with every row. More columns may
 * be there, and the spellings that SQLAlchemy and tutorials have for the same types.
 */
final class HandMadeTables {

    static final List<String> NAMES = List.of("threads", "thread_items");

    /** Columns that version 2 creates and fills; what is kept under these names would be lost. */
    private static final Set<String> TAKEN = Set.of("owner_id", "document", "status", "seq");

    private static final Set<String> MIGRATED = Set.of("owner_id", "document", "seq");

    /** The rest may differ: V2 makes it what it should be, or leaves it alone. */
    private static final Set<Kind> COMPARED = Set.of(
            Kind.TABLE, Kind.PERSISTENCE, Kind.ROW_SECURITY, Kind.COLUMN, Kind.TYPE, Kind.GENERATED, Kind.PRIMARY_KEY);

    private HandMadeTables() {}

    /**
     * What keeps the tables from being adopted, a sentence for each that ends with the statement that helps; empty when nothing
     * does. Reads the rows only if there is nothing else.
     */
    static List<String> differences(DirectConnection connection, Catalog catalog) throws SQLException {
        String schema = catalog.schema();
        List<String> found = new ArrayList<>(Obstacles.dependents(connection.jdbc(), schema));
        NAMES.forEach(table -> addTakenColumns(catalog, table, found));
        for (SyncStep step : Sync.plan(expected(catalog), lenient(catalog, catalog.facts()))) {
            Difference difference = step.difference();
            if (COMPARED.contains(difference.kind()) && !TAKEN.contains(difference.name())) {
                found.add(step.advice());
            }
        }
        found.addAll(Obstacles.takenNames(connection.jdbc(), schema));
        if (found.isEmpty()) {
            found.addAll(connection.unhurried(same -> Obstacles.unfitRows(same.jdbc(), schema)));
        }
        return found;
    }

    /** Whether migrations made them: no other tables have all of these columns. */
    static boolean areMigrated(Catalog catalog) {
        return NAMES.stream().allMatch(table -> catalog.columns(table).containsAll(MIGRATED));
    }

    private static void addTakenColumns(Catalog catalog, String table, List<String> found) {
        catalog.columns(table).stream()
                .filter(TAKEN::contains)
                .map(column -> table + "." + column + " has a name that Bobbin needs; rename it: alter table "
                        + Sql.quote(catalog.schema()) + "." + table + " rename column " + column + " to " + column
                        + "_old")
                .forEach(found::add);
    }

    /** Columns that no version has, in the table's order. */
    static List<String> otherColumns(Catalog catalog, String table) {
        List<String> ours = Catalog.newest().columns(table);
        return catalog.columns(table).stream()
                .filter(column -> !ours.contains(column))
                .toList();
    }

    /** Version 1, with those columns of the newest that are there already. Any column may be null. */
    private static Catalog expected(Catalog catalog) {
        Catalog first = Catalog.expected(1);
        Stream<Fact> present = Catalog.newest().facts().stream()
                .filter(fact -> fact.kind() == Kind.TYPE
                        && !TAKEN.contains(fact.name())
                        && !first.columns(fact.table()).contains(fact.name())
                        && catalog.columns(fact.table()).contains(fact.name()));
        Stream<Fact> needed = first.facts().stream()
                .filter(fact -> fact.kind() != Kind.FOREIGN_KEY)
                .map(fact -> fact.kind() == Kind.NULLABILITY ? fact.with("null") : fact);
        return lenient(catalog, Stream.concat(needed, present).toList());
    }

    private static Catalog lenient(Catalog catalog, List<Fact> facts) {
        return new Catalog(
                catalog.schema(),
                facts.stream()
                        .filter(fact -> NAMES.contains(fact.table()))
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
}
