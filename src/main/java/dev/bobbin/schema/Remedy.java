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
    private final Difference difference;
    private final String table;
    private final String name;
    private final String alterTable;
    private final String alterColumn;

    private Remedy(Catalog expected, Catalog actual, Difference difference) {
        this.expected = expected;
        this.actual = actual;
        this.difference = difference;
        this.table = difference.table();
        this.name = difference.name();
        this.alterTable = "alter table " + qualified(table) + " ";
        this.alterColumn = alterTable + "alter column " + quote(name) + " ";
    }

    /** @param actual also says in which schema the statements work */
    static SyncStep of(Difference difference, Catalog expected, Catalog actual) {
        Remedy remedy = new Remedy(expected, actual, difference);
        return switch (difference.change()) {
            case MISSING -> remedy.missing();
            case INVALID -> remedy.add(remedy.validate());
            default -> SyncStep.planned(difference, remedy.advice());
        };
    }

    private SyncStep missing() {
        return switch (difference.kind()) {
            case TABLE -> add(createTable());
            case COLUMN -> missingColumn();
            case DEFAULT -> add(alterColumn + "set default " + difference.expected());
            case IDENTITY -> add(alterColumn + "add " + difference.expected() + "; " + continueNumbers());
            case INDEX -> add(createIndex());
            case STATISTICS ->
                add("create statistics " + qualified(name) + " " + difference.expected() + " from " + qualified(table));
            // writers wait while the constraint is added, but not while the rows are checked
            case FOREIGN_KEY, CHECK -> add(alterTable + addConstraint() + " not valid", validate());
            default -> missingKey();
        };
    }

    private SyncStep add(String... statements) {
        return SyncStep.planned(difference, null, statements);
    }

    /** Without foreign keys, whose other table may be created later, and with a step of its own for each key and index. */
    private String createTable() {
        return expected.columns(table).stream()
                .map(column -> quote(column) + " " + expected.column(table, column))
                .collect(Collectors.joining(", ", "create table " + qualified(table) + " (", ")"));
    }

    private SyncStep missingColumn() {
        String addColumn = alterTable + "add column " + quote(name) + " ";
        String message = expected.definition(table, Kind.IDENTITY, name) != null
                ? HOLDS_THE_TABLE
                : expected.fillsItself(table, name)
                        ? null
                        : "Only you know what rows should have in it: take that from a backup, or " + addColumn
                                + expected.definition(table, Kind.TYPE, name) + ", fill it, then " + alterColumn
                                + "set not null";
        return SyncStep.planned(difference, message, addColumn + difference.expected());
    }

    /** A primary key would set its columns not null by the way. */
    private SyncStep missingKey() {
        boolean narrows = difference.kind() == Kind.PRIMARY_KEY
                && actual.of(table)
                        .filter(fact -> fact.kind() == Kind.NULLABILITY
                                && fact.definition().equals("null"))
                        .anyMatch(fact -> String.valueOf(difference.expected())
                                .matches(".*[( ]\"?" + Pattern.quote(fact.name()) + "\"?[,)].*"));
        String add = alterTable + addConstraint();
        return narrows
                ? SyncStep.planned(
                        difference, "its columns may hold no null, fill the rows that do, then add it: " + add)
                : SyncStep.planned(difference, HOLDS_THE_TABLE, add);
    }

    private String createIndex() {
        String definition = String.valueOf(difference.expected());
        String unique = definition.startsWith("unique ") ? "unique " : "";
        return "create " + unique + "index concurrently " + quote(name) + " on " + qualified(table) + " using "
                + definition.substring(unique.length());
    }

    /** The sequence of an identity column goes on after the numbers that rows have. */
    private String continueNumbers() {
        return "select setval(pg_get_serial_sequence(" + literal(qualified(table)) + ", " + literal(name)
                + "), coalesce(max(" + quote(name) + "), 0) + 1, false) from " + qualified(table);
    }

    private String validate() {
        return difference.kind() == Kind.INDEX
                ? "reindex index concurrently " + qualified(name)
                : alterTable + "validate constraint " + quote(name);
    }

    private String addConstraint() {
        return "add constraint " + quote(name) + " "
                + REFERENCES
                        .matcher(String.valueOf(difference.expected()))
                        .replaceFirst(Matcher.quoteReplacement(") REFERENCES " + quote(actual.schema()) + "."));
    }

    private String advice() {
        return switch (difference.kind()) {
            case TABLE -> "a " + difference.actual() + " has the name of the table, rename or drop it";
            case PERSISTENCE ->
                "a crash loses its rows, log it, which rewrites the table: " + alterTable + "set logged";
            case ROW_SECURITY -> "it may hide rows, turn it off: " + alterTable + "disable row level security";
            case COLUMN -> "nothing fills it, give it a default or let it be null: " + alterColumn + "drop not null";
            case TYPE -> changeType();
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
            default -> advicePart();
        };
    }

    private String advicePart() {
        Fact there = partThere();
        boolean constraint = there.kind().isConstraint();
        String drop = constraint
                ? alterTable + "drop constraint " + quote(there.name())
                : "drop " + (there.kind() == Kind.INDEX ? "index concurrently " : "statistics ")
                        + qualified(there.name());
        return switch (difference.change()) {
            case RENAMED ->
                "the service reads this name from errors, rename it: " + alterTable + "rename constraint "
                        + quote(there.name()) + " to " + quote(name);
            case CHANGED ->
                constraint && difference.kind().isConstraint()
                        ? "replace it, which reads all rows: " + drop + ", " + addConstraint()
                        : "drop it, and sync again: " + drop;
            default -> "it may refuse rows that the service writes, drop it if nothing needs it: " + drop;
        };
    }

    /** A primary key that differs may have another name, too. */
    private Fact partThere() {
        String there = difference.change() == Change.RENAMED ? difference.actual() : name;
        List<Fact> parts = actual.of(table).filter(fact -> fact.kind().isPart()).toList();
        return parts.stream()
                .filter(fact -> fact.name().equals(there))
                .findFirst()
                .or(() -> parts.stream()
                        .filter(fact -> fact.kind() == Kind.PRIMARY_KEY)
                        .findFirst())
                .orElseThrow();
    }

    /** Keeps what is in the column. What fills it by itself may not be of the new type. */
    private String changeType() {
        String wanted = String.valueOf(difference.expected());
        List<String> statements = new ArrayList<>();
        actual.of("thread_items")
                .filter(fact -> fact.definition().startsWith("FOREIGN KEY (thread_id) REFERENCES threads(id)")
                        && name.equals(table.equals("threads") ? "id" : "thread_id"))
                .forEach(key -> statements.add("alter table " + qualified("thread_items")
                        + " drop constraint if exists " + quote(key.name())));
        String also = statements.isEmpty() ? "" : " without the foreign key, which the migration creates again";
        if (actual.definition(table, Kind.GENERATED, name) != null) {
            statements.add(alterColumn + "drop expression if exists");
        }
        if (actual.definition(table, Kind.IDENTITY, name) != null) {
            statements.add(alterColumn + "drop identity if exists");
        }
        if (actual.definition(table, Kind.DEFAULT, name) != null && !wanted.startsWith("text")) {
            statements.add(alterColumn + "drop default");
        }
        statements.add(alterColumn + "type " + wanted + " using " + converted(quote(name), wanted));
        return "change it" + also + ", which may rewrite the table: " + String.join("; ", statements);
    }

    private String converted(String column, String wanted) {
        String type = String.valueOf(difference.actual());
        if (wanted.equals("jsonb")) {
            return type.matches("(text|character).*") ? column + "::jsonb" : "to_jsonb(" + column + ")";
        }
        if (wanted.startsWith("timestamp")) {
            return type.equals("date")
                    ? column + "::timestamp at time zone 'UTC'"
                    : type.matches("(small|big)?int(eger)?|numeric.*|real|double precision")
                            // seconds, or milliseconds where that would be the year 5138 and later
                            ? "to_timestamp(" + column + " / case when " + column + " > 1e11 then 1000.0 else 1 end)"
                            : column + "::text::timestamptz";
        }
        return switch (type) {
            case "json", "jsonb" ->
                "case when " + type + "_typeof(" + column + ") in ('string', 'null') then " + column + " #>> '{}' else "
                        + column + "::text end";
            case "bytea" -> "convert_from(" + column + ", 'UTF8')";
            default -> type.endsWith("[]") ? "array_to_string(" + column + ", E'\\n')" : column + "::text";
        };
    }

    private String qualified(String unqualified) {
        return quote(actual.schema()) + "." + quote(unqualified);
    }
}
