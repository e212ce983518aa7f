package dev.bobbin.schema;

import static dev.bobbin.database.Sql.literal;
import static dev.bobbin.database.Sql.quote;

import dev.bobbin.schema.Fact.Kind;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The statement that adds a fact to a schema, one form for each kind. Every name is quoted and has its schema. */
final class Ddl {

    private final Catalog expected;
    private final String schema;

    /** @param schema the one that the statements work in */
    Ddl(Catalog expected, String schema) {
        this.expected = expected;
        this.schema = schema;
    }

    String qualified(String name) {
        return quote(schema) + "." + quote(name);
    }

    String alterTable(String table) {
        return "alter table " + qualified(table) + " ";
    }

    String alterColumn(String table, String column) {
        return alterTable(table) + "alter column " + quote(column) + " ";
    }

    /** The table with everything but foreign keys, whose other table may be created later. */
    String[] createTable(String table) {
        String lines = Stream.concat(
                        expected.columns(table).stream().map(column -> column(table, column)),
                        expected.of(table)
                                .filter(fact -> fact.kind().isConstraint() && fact.kind() != Kind.FOREIGN_KEY)
                                .map(this::constraint))
                .collect(Collectors.joining(", "));
        return Stream.concat(
                        Stream.of("create table if not exists " + qualified(table) + " (" + lines + ")"),
                        expected.of(table)
                                .filter(fact -> fact.kind() == Kind.INDEX || fact.kind() == Kind.STATISTICS)
                                .map(fact ->
                                        fact.kind() == Kind.INDEX ? createIndex(fact, "") : createStatistics(fact)))
                .toArray(String[]::new);
    }

    String addColumn(String table, String column) {
        return alterTable(table) + "add column if not exists " + column(table, column);
    }

    String addConstraint(Fact constraint) {
        return alterTable(constraint.table()) + "add " + constraint(constraint);
    }

    String validate(String table, String constraint) {
        return alterTable(table) + "validate constraint " + quote(constraint);
    }

    /** @param how {@code concurrently}, with a space after it, or nothing */
    String createIndex(Fact index, String how) {
        boolean unique = index.definition().startsWith("unique ");
        return "create " + (unique ? "unique " : "") + "index " + how + "if not exists " + quote(index.name()) + " on "
                + qualified(index.table()) + " using "
                + (unique ? index.definition().substring("unique ".length()) : index.definition());
    }

    String createStatistics(Fact statistics) {
        return "create statistics if not exists " + qualified(statistics.name()) + " " + statistics.definition()
                + " from " + qualified(statistics.table());
    }

    /** The sequence of an identity column goes on after the numbers that rows have. */
    String continueNumbers(String table, String column) {
        return "select setval(pg_get_serial_sequence(" + literal(qualified(table)) + ", " + literal(column)
                + "), coalesce(max(" + quote(column) + "), 0) + 1, false) from " + qualified(table);
    }

    private String column(String table, String column) {
        return quote(column) + " " + expected.column(table, column);
    }

    private String constraint(Fact constraint) {
        // the catalog leaves the schema of the other table out where it is the table's own
        String definition = constraint
                .definition()
                .replaceFirst(
                        "\\) REFERENCES (?=(\"([^\"]|\"\")+\"|[^\". ]+)\\()",
                        Matcher.quoteReplacement(") REFERENCES " + quote(schema) + "."));
        return "constraint " + quote(constraint.name()) + " " + definition;
    }
}
