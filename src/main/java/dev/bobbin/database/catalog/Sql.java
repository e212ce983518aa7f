package dev.bobbin.database.catalog;

import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The statements that make tables and their parts, in one schema. Every name in them is quoted and has its schema. */
public final class Sql {

    private final String schema;

    Sql(String schema) {
        this.schema = schema;
    }

    /** The name as an identifier, always quoted. */
    public static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** The text as a string constant. */
    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
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

    /** The table with all its parts but foreign keys, whose other table may be made later. */
    List<String> create(Table table) {
        String lines = Stream.concat(
                        table.columns().stream().map(column -> quote(column.name()) + " " + column.definition()),
                        table.constraints().stream()
                                .filter(constraint -> constraint.kind() != Constraint.Kind.FOREIGN_KEY)
                                .map(this::constraint))
                .collect(Collectors.joining(", "));
        return Stream.of(
                        Stream.of("create table if not exists " + qualified(table.name()) + " (" + lines + ")"),
                        table.indexes().stream().map(index -> create(table.name(), index, "")),
                        table.statistics().stream().map(one -> create(table.name(), one)))
                .flatMap(statements -> statements)
                .toList();
    }

    String addColumn(String table, Column column) {
        return alterTable(table) + "add column if not exists " + quote(column.name()) + " " + column.definition();
    }

    String addConstraint(String table, Constraint constraint) {
        return alterTable(table) + "add " + constraint(constraint);
    }

    String validate(String table, String constraint) {
        return alterTable(table) + "validate constraint " + quote(constraint);
    }

    String createConcurrently(String table, Index index) {
        return create(table, index, "concurrently ");
    }

    private String create(String table, Index index, String how) {
        return "create " + (index.unique() ? "unique " : "") + "index " + how + "if not exists " + quote(index.name())
                + " on " + qualified(table) + " using " + index.definition();
    }

    String create(String table, Statistics statistics) {
        return "create statistics if not exists " + qualified(statistics.name()) + " " + statistics.definition()
                + " from " + qualified(table);
    }

    /** The sequence of an identity column goes on after the numbers that rows have. */
    String continueNumbers(String table, String column) {
        return "select setval(pg_get_serial_sequence(" + literal(qualified(table)) + ", " + literal(column)
                + "), coalesce(max(" + quote(column) + "), 0) + 1, false) from " + qualified(table);
    }

    private String constraint(Constraint constraint) {
        String definition = constraint.definition();
        if (constraint.kind() == Constraint.Kind.FOREIGN_KEY) {
            // the catalog leaves the schema out where it is the table's own
            definition = definition.replaceFirst(
                    "\\) REFERENCES (?=(\"([^\"]|\"\")+\"|[^\". ]+)\\()",
                    Matcher.quoteReplacement(") REFERENCES " + quote(schema) + "."));
        }
        return "constraint " + quote(constraint.name()) + " " + definition;
    }
}
