package dev.bobbin.schema;

import static dev.bobbin.database.Sql.literal;
import static dev.bobbin.database.Sql.quote;

import dev.bobbin.schema.Difference.Change;
import dev.bobbin.schema.Fact.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The SQL that removes a difference: statements where they only add, otherwise a sentence that ends with what an operator who
 * knows the data can run. Every name is quoted and has its schema.
 */
final class Remedy {

    private static final String HOLDS_THE_TABLE =
            "the table cannot be used while this runs, which takes longer the more rows it has";

    /** The catalog leaves out the schema of the table that a foreign key refers to where it is the table's own. */
    private static final Pattern REFERENCES = Pattern.compile("\\) REFERENCES (?=(\"([^\"]|\"\")+\"|[^\". ]+)\\()");

    private final Catalog expected;
    private final Catalog actual;

    /** @param actual also says in which schema the statements work */
    Remedy(Catalog expected, Catalog actual) {
        this.expected = expected;
        this.actual = actual;
    }

    SyncStep of(Difference difference) {
        return switch (difference.change()) {
            case MISSING -> missing(difference);
            case INVALID ->
                SyncStep.planned(
                        difference,
                        null,
                        difference.kind() == Kind.INDEX
                                ? "reindex index concurrently " + qualified(difference.name())
                                : validate(difference.table(), difference.name()));
            default -> SyncStep.planned(difference, advice(difference));
        };
    }

    private SyncStep missing(Difference difference) {
        String table = difference.table();
        String name = difference.name();
        return switch (difference.kind()) {
            case TABLE -> SyncStep.planned(difference, null, createTable(table));
            case COLUMN -> missingColumn(difference);
            case DEFAULT ->
                SyncStep.planned(difference, null, alterColumn(table, name) + "set default " + difference.expected());
            case IDENTITY ->
                SyncStep.planned(
                        difference,
                        null,
                        alterColumn(table, name) + "add " + difference.expected() + "; "
                                + continueNumbers(table, name));
            case INDEX -> SyncStep.planned(difference, null, createIndex(fact(difference)));
            case STATISTICS -> SyncStep.planned(difference, null, createStatistics(fact(difference)));
            case FOREIGN_KEY, CHECK -> addNotValid(difference);
            default -> missingKey(difference);
        };
    }

    private SyncStep missingColumn(Difference difference) {
        String table = difference.table();
        String name = difference.name();
        String add = alterTable(table) + "add column " + quote(name) + " ";
        String message = null;
        if (expected.definition(table, Kind.IDENTITY, name) != null) {
            message = HOLDS_THE_TABLE;
        } else if (!expected.fillsItself(table, name)) {
            message = "Only you know what rows should have in it: take that from a backup, or " + add
                    + expected.definition(table, Kind.TYPE, name) + ", fill it, then " + alterColumn(table, name)
                    + "set not null";
        }
        return SyncStep.planned(difference, message, add + difference.expected());
    }

    /** A primary key would set its columns not null by the way. */
    private SyncStep missingKey(Difference difference) {
        String add = alterTable(difference.table()) + "add " + constraint(fact(difference));
        boolean narrows = difference.kind() == Kind.PRIMARY_KEY
                && actual.of(difference.table())
                        .filter(fact -> fact.kind() == Kind.NULLABILITY
                                && fact.definition().equals("null"))
                        .anyMatch(fact -> mentions(difference, fact.name()));
        return narrows
                ? SyncStep.planned(
                        difference, "its columns may hold no null, fill the rows that do, then add it: " + add)
                : SyncStep.planned(difference, HOLDS_THE_TABLE, add);
    }

    /** Writers wait while a constraint is added, but not while the rows are checked. */
    private SyncStep addNotValid(Difference difference) {
        Fact constraint = fact(difference);
        return SyncStep.planned(
                difference,
                null,
                alterTable(constraint.table()) + "add " + constraint(constraint) + " not valid",
                validate(constraint.table(), constraint.name()));
    }

    private String advice(Difference difference) {
        String alterTable = alterTable(difference.table());
        String alterColumn = alterColumn(difference.table(), difference.name());
        return switch (difference.kind()) {
            case TABLE -> "a " + difference.actual() + " has the name of the table, rename or drop it";
            case PERSISTENCE ->
                "a crash loses its rows, log it, which rewrites the table: " + alterTable + "set logged";
            case ROW_SECURITY -> "it may hide rows, turn it off: " + alterTable + "disable row level security";
            case COLUMN -> "nothing fills it, give it a default or let it be null: " + alterColumn + "drop not null";
            case TYPE -> changeType(difference);
            case DEFAULT -> "set it: " + alterColumn + "set default " + difference.expected();
            case IDENTITY ->
                difference.change() == Change.EXTRA
                        ? "the service writes this column, drop it: " + alterColumn + "drop identity"
                        : "set it: " + alterColumn + "set generated always";
            case GENERATED ->
                "the service writes this column, drop the expression: " + alterColumn + "drop expression if exists";
            case NULLABILITY ->
                "null".equals(difference.expected())
                        ? "the service may have no value for it, let it be null: " + alterColumn + "drop not null"
                        : "fill the rows that have no value, then forbid it: " + alterColumn + "set not null";
            default -> advicePart(difference);
        };
    }

    private String advicePart(Difference difference) {
        String name = difference.change() == Change.RENAMED ? difference.actual() : difference.name();
        Fact there = actual.of(difference.table())
                .filter(fact -> fact.kind().isPart() && fact.name().equals(name))
                .findFirst()
                .orElseGet(() -> primaryKey(difference.table()));
        String alter = alterTable(difference.table());
        String drop = there.kind().isConstraint()
                ? alter + "drop constraint " + quote(there.name())
                : "drop " + (there.kind() == Kind.INDEX ? "index concurrently " : "statistics ")
                        + qualified(there.name());
        return switch (difference.change()) {
            case RENAMED ->
                "the service reads this name from errors, rename it: " + alter + "rename constraint "
                        + quote(there.name()) + " to " + quote(difference.name());
            case CHANGED ->
                there.kind().isConstraint() && difference.kind().isConstraint()
                        ? "replace it, which reads all rows: " + drop + ", add " + constraint(fact(difference))
                        : "drop it, and sync again: " + drop;
            default -> "it may refuse rows that the service writes, drop it if nothing needs it: " + drop;
        };
    }

    /** Keeps what is in the column. What fills it by itself may not be of the new type. */
    private String changeType(Difference difference) {
        String table = difference.table();
        String name = difference.name();
        String wanted = String.valueOf(difference.expected());
        String alter = alterColumn(table, name);
        List<String> statements = new ArrayList<>();
        actual.of("thread_items")
                .filter(fact -> fact.kind() == Kind.FOREIGN_KEY
                        && fact.definition().startsWith("FOREIGN KEY (thread_id) REFERENCES threads(id)")
                        && name.equals(table.equals("threads") ? "id" : "thread_id"))
                .forEach(key ->
                        statements.add(alterTable("thread_items") + "drop constraint if exists " + quote(key.name())));
        String also = statements.isEmpty() ? "" : " without the foreign key, which the migration creates again";
        if (actual.definition(table, Kind.GENERATED, name) != null) {
            statements.add(alter + "drop expression if exists");
        }
        if (actual.definition(table, Kind.IDENTITY, name) != null) {
            statements.add(alter + "drop identity if exists");
        }
        if (actual.definition(table, Kind.DEFAULT, name) != null && !wanted.startsWith("text")) {
            statements.add(alter + "drop default");
        }
        statements.add(alter + "type " + wanted + " using "
                + converted(quote(name), String.valueOf(difference.actual()), wanted));
        return "change it" + also + ", which may rewrite the table: " + String.join("; ", statements);
    }

    private static String converted(String name, String type, String wanted) {
        boolean number = type.matches("(small|big)?int(eger)?|numeric.*|real|double precision");
        return switch (wanted) {
            case "jsonb" ->
                type.startsWith("text") || type.startsWith("character") ? name + "::jsonb" : "to_jsonb(" + name + ")";
            case "timestamp with time zone" ->
                type.equals("date")
                        ? name + "::timestamp at time zone 'UTC'"
                        // seconds, or milliseconds where that would be the year 5138 and later
                        : number
                                ? "to_timestamp(" + name + " / case when " + name + " > 1e11 then 1000.0 else 1 end)"
                                : name + "::text::timestamptz";
            default ->
                type.startsWith("json")
                        ? "case when " + type + "_typeof(" + name + ") in ('string', 'null') then " + name
                                + " #>> '{}' else " + name + "::text end"
                        : type.equals("bytea")
                                ? "convert_from(" + name + ", 'UTF8')"
                                : type.endsWith("[]") ? "array_to_string(" + name + ", E'\\n')" : name + "::text";
        };
    }

    private Fact fact(Difference missing) {
        return expected.find(missing.table(), missing.kind(), missing.name()).orElseThrow();
    }

    /** The one kind that is compared under any name. */
    private Fact primaryKey(String table) {
        return actual.of(table)
                .filter(fact -> fact.kind() == Kind.PRIMARY_KEY)
                .findFirst()
                .orElseThrow();
    }

    private static boolean mentions(Difference key, String column) {
        return String.valueOf(key.expected()).matches(".*[( ]\"?" + Pattern.quote(column) + "\"?[,)].*");
    }

    private String qualified(String name) {
        return quote(actual.schema()) + "." + quote(name);
    }

    private String alterTable(String table) {
        return "alter table " + qualified(table) + " ";
    }

    private String alterColumn(String table, String column) {
        return alterTable(table) + "alter column " + quote(column) + " ";
    }

    private String validate(String table, String constraint) {
        return alterTable(table) + "validate constraint " + quote(constraint);
    }

    private String createTable(String table) {
        String columns = expected.columns(table).stream()
                .map(column -> quote(column) + " " + expected.column(table, column))
                .collect(Collectors.joining(", "));
        return "create table " + qualified(table) + " (" + columns + ")";
    }

    private String constraint(Fact constraint) {
        String references = Matcher.quoteReplacement(") REFERENCES " + quote(actual.schema()) + ".");
        return "constraint " + quote(constraint.name()) + " "
                + REFERENCES.matcher(constraint.definition()).replaceFirst(references);
    }

    private String createIndex(Fact index) {
        String unique = index.definition().startsWith("unique ") ? "unique " : "";
        return "create " + unique + "index concurrently " + quote(index.name()) + " on " + qualified(index.table())
                + " using " + index.definition().substring(unique.length());
    }

    private String createStatistics(Fact statistics) {
        return "create statistics " + qualified(statistics.name()) + " " + statistics.definition() + " from "
                + qualified(statistics.table());
    }

    /** The sequence of an identity column goes on after the numbers that rows have. */
    private String continueNumbers(String table, String column) {
        return "select setval(pg_get_serial_sequence(" + literal(qualified(table)) + ", " + literal(column)
                + "), coalesce(max(" + quote(column) + "), 0) + 1, false) from " + qualified(table);
    }
}
