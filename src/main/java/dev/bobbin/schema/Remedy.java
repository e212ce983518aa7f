package dev.bobbin.schema;

import static dev.bobbin.database.Sql.literal;
import static dev.bobbin.database.Sql.quote;

import dev.bobbin.schema.Difference.Change;
import dev.bobbin.schema.Fact.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The SQL that removes a difference: statements where they only add, otherwise a sentence that ends with SQL for an operator
 * who knows the data. Every name is quoted and has its schema.
 */
final class Remedy {

    private static final String HOLDS_THE_TABLE =
            "the table cannot be used while this runs, which takes longer the more rows it has";

    /** The catalog leaves out the schema of the table that a foreign key refers to where it is the table's own. */
    private static final Pattern REFERENCES = Pattern.compile("\\) REFERENCES (?=(\"([^\"]|\"\")+\"|[^\". ]+)\\()");

    private static final Pattern NUMBER = Pattern.compile("(small|big)?int(eger)?|numeric.*|real|double precision");

    private final Catalog expected;
    private final Catalog actual;
    private final Difference difference;
    private final String table;
    private final String name;
    private final String wanted;
    private final String alterTable;
    private final String alterColumn;

    private Remedy(Catalog expected, Catalog actual, Difference difference) {
        this.expected = expected;
        this.actual = actual;
        this.difference = difference;
        this.table = difference.table();
        this.name = difference.name();
        this.wanted = String.valueOf(difference.expected());
        this.alterTable = "alter table " + qualified(table) + " ";
        this.alterColumn = alterTable + "alter column " + quote(name) + " ";
    }

    /**
     * A step for every breaking difference, and for each part of a missing table. Those that can run come first, in the order
     * in which a schema can be built; the rest in the reverse order, since a key holds its columns.
     */
    static List<SyncStep> plan(Catalog expected, Catalog actual) {
        return Comparison.between(expected, actual).stream()
                .filter(Difference::isBreaking)
                .flatMap(difference -> Stream.concat(Stream.of(difference), parts(expected, difference)))
                .map(difference -> of(difference, expected, actual))
                .sorted(Comparator.comparing(SyncStep::rank))
                .toList();
    }

    private static Stream<Difference> parts(Catalog expected, Difference difference) {
        boolean missingTable = difference.kind() == Kind.TABLE && difference.change() == Change.MISSING;
        return expected.of(difference.table())
                .filter(fact -> missingTable && fact.kind().isPart())
                .map(Difference::missing);
    }

    /** The plan in sentences, for tables that should be of a version. */
    static List<String> advice(SchemaTarget target, int version, Catalog actual) {
        return plan(Catalog.expected(target, version), actual).stream()
                .map(SyncStep::advice)
                .toList();
    }

    /** @param actual also says in which schema the statements work */
    static SyncStep of(Difference difference, Catalog expected, Catalog actual) {
        Remedy remedy = new Remedy(expected, actual, difference);
        return switch (difference.change()) {
            case MISSING -> remedy.missing();
            case CHANGED ->
                remedy.wanted.equals(Fact.SECURED) && !Fact.SECURED_AND_OTHERS.equals(difference.actual())
                        ? remedy.step(null, RowPolicies.of(actual.schema(), remedy.table))
                        : remedy.step(remedy.advice());
            case INVALID -> remedy.step(null, remedy.validate());
            default -> remedy.step(remedy.advice());
        };
    }

    private SyncStep step(@Nullable String message, String... statements) {
        return SyncStep.planned(difference, message, List.of(statements));
    }

    private SyncStep missing() {
        return switch (difference.kind()) {
            case TABLE -> step(null, createTable());
            case COLUMN -> missingColumn();
            case DEFAULT -> step(null, alterColumn + "set default " + wanted);
            case IDENTITY -> step(null, alterColumn + "add " + wanted + "; " + continueNumbers());
            case INDEX -> step(null, createIndex());
            case STATISTICS ->
                step(null, "create statistics " + qualified(name) + " " + wanted + " from " + qualified(table));
            // writers wait while the constraint is added, but not while the rows are checked
            case FOREIGN_KEY, CHECK -> step(null, alterTable + addConstraint() + " not valid", validate());
            case TRIGGER -> step(null, createTrigger());
            default -> missingKey();
        };
    }

    /** Without foreign keys, whose other table may be created later, and with a step of its own for each key and index. */
    private String createTable() {
        return expected.of(table)
                .filter(fact -> fact.kind() == Kind.COLUMN)
                .map(column -> quote(column.name()) + " " + column.definition())
                .collect(Collectors.joining(", ", "create table " + qualified(table) + " (", ")"));
    }

    private SyncStep missingColumn() {
        String add = alterTable + "add column " + quote(name) + " ";
        String message = null;
        if (expected.definition(table, Kind.IDENTITY, name) != null) {
            message = HOLDS_THE_TABLE;
        } else if (!new Fact(table, Kind.COLUMN, name, wanted, true).fillsItself()) {
            message = "Only you know what rows should have in it: take that from a backup, or " + add
                    + expected.definition(table, Kind.TYPE, name) + ", fill it, then " + alterColumn + "set not null";
        }
        return step(message, add + wanted);
    }

    /** A primary key sets its columns not null, which is more than adding. */
    private SyncStep missingKey() {
        List<String> columns =
                List.of(wanted.replaceFirst("^[^(]*\\(([^)]*)\\).*", "$1").split(", "));
        boolean narrows = difference.kind() == Kind.PRIMARY_KEY
                && columns.stream()
                        .anyMatch(column -> "null".equals(actual.definition(table, Kind.NULLABILITY, column)));
        String add = alterTable + addConstraint();
        return narrows
                ? step("its columns may hold no null, fill the rows that do, then add it: " + add)
                : step(HOLDS_THE_TABLE, add);
    }

    private String createIndex() {
        String unique = wanted.startsWith("unique ") ? "unique " : "";
        return "create " + unique + "index concurrently " + quote(name) + " on " + qualified(table) + " using "
                + wanted.substring(unique.length());
    }

    private String createTrigger() {
        String function = Matcher.quoteReplacement("execute function " + quote(actual.schema()) + ".");
        return "create trigger " + quote(name) + " "
                + wanted.replaceFirst(
                                " (?=REFERENCING |FOR EACH )",
                                Matcher.quoteReplacement(" on " + qualified(table) + " "))
                        .replaceFirst("EXECUTE FUNCTION ", function);
    }

    /** The sequence of an identity column goes on after the numbers that rows have. */
    private String continueNumbers() {
        return "select setval(pg_get_serial_sequence(" + literal(qualified(table)) + ", " + literal(name)
                + "), coalesce(max(" + quote(name) + "), 0) + 1, false) from " + qualified(table);
    }

    private String validate() {
        return switch (difference.kind()) {
            case INDEX -> "reindex index concurrently " + qualified(name);
            case TRIGGER -> alterTable + "enable trigger " + quote(name);
            default -> alterTable + "validate constraint " + quote(name);
        };
    }

    private String addConstraint() {
        String references = Matcher.quoteReplacement(") REFERENCES " + quote(actual.schema()) + ".");
        return "add constraint " + quote(name) + " "
                + REFERENCES.matcher(wanted).replaceFirst(references);
    }

    private String changeRowSecurity() {
        if (wanted.equals(Fact.SECURED)) {
            return "other policies for all roles show more rows, drop them; these are all: select policyname from pg_policies"
                    + " where schemaname = " + literal(actual.schema()) + " and tablename = " + literal(table);
        }
        String off = alterTable + "disable row level security";
        return Fact.SECURED.equals(difference.actual())
                ? "it hides all rows from services without BOBBIN_DATABASE_ROW_SECURITY=true, set that, or turn it off: "
                        + off
                : "it may hide rows, turn it off: " + off;
    }

    private String advice() {
        return switch (difference.kind()) {
            case TABLE -> "a " + difference.actual() + " has the name of the table, rename or drop it";
            case PERSISTENCE ->
                "a crash loses its rows, log it, which rewrites the table: " + alterTable + "set logged";
            case ROW_SECURITY -> changeRowSecurity();
            case COLUMN -> "nothing fills it, give it a default or let it be null: " + alterColumn + "drop not null";
            case TYPE -> changeType();
            case DEFAULT -> "set it: " + alterColumn + "set default " + wanted;
            case IDENTITY ->
                difference.change() == Change.EXTRA
                        ? "the service writes this column, drop it: " + alterColumn + "drop identity"
                        : "set it: " + alterColumn + "set generated always";
            case GENERATED ->
                "the service writes this column, drop the expression: " + alterColumn + "drop expression if exists";
            case NULLABILITY ->
                wanted.equals("null")
                        ? "the service may have no value for it, let it be null: " + alterColumn + "drop not null"
                        : "fill the rows that have no value, then forbid it: " + alterColumn + "set not null";
            default -> advicePart();
        };
    }

    private String advicePart() {
        Fact part = actualPart();
        String drop =
                switch (part.kind()) {
                    case INDEX -> "drop index concurrently " + qualified(part.name());
                    case STATISTICS -> "drop statistics " + qualified(part.name());
                    case TRIGGER -> "drop trigger " + quote(part.name()) + " on " + qualified(table);
                    default -> alterTable + "drop constraint " + quote(part.name());
                };
        return switch (difference.change()) {
            case RENAMED ->
                "the service reads this name from errors, rename it: " + alterTable + "rename constraint "
                        + quote(part.name()) + " to " + quote(name);
            case CHANGED ->
                part.kind().isConstraint() && difference.kind().isConstraint()
                        ? "replace it, which reads all rows: " + drop + ", " + addConstraint()
                        : "drop it, and sync again: " + drop;
            default -> "it may refuse rows that the service writes, drop it if nothing needs it: " + drop;
        };
    }

    /** A primary key that differs may have another name, too. */
    private Fact actualPart() {
        String actualName = difference.change() == Change.RENAMED ? difference.actual() : name;
        return actual.of(table)
                .filter(fact -> fact.kind().isPart())
                .filter(fact -> fact.name().equals(actualName) || fact.kind() == Kind.PRIMARY_KEY)
                .max(Comparator.comparing(fact -> fact.name().equals(actualName)))
                .orElseThrow();
    }

    /** Keeps the values of the column, without what fills it: that may not be of the new type. */
    private String changeType() {
        boolean ofKey = name.equals(table.equals("threads") ? "id" : "thread_id");
        Stream<String> keys = actual.of("thread_items")
                .filter(fact -> ofKey && fact.definition().startsWith("FOREIGN KEY (thread_id) REFERENCES threads(id)"))
                .map(key ->
                        "alter table " + qualified("thread_items") + " drop constraint if exists " + quote(key.name()));
        Stream<String> changes = Stream.of(
                        has(Kind.GENERATED) ? "drop expression if exists" : "",
                        has(Kind.IDENTITY) ? "drop identity if exists" : "",
                        has(Kind.DEFAULT) && !wanted.startsWith("text") ? "drop default" : "",
                        "type " + wanted + " using " + converted(quote(name)))
                .filter(change -> !change.isEmpty())
                .map(change -> alterColumn + change);
        return Stream.concat(keys, changes)
                .collect(Collectors.joining("; ", "change it, which may rewrite the table: ", ""));
    }

    private boolean has(Kind kind) {
        return actual.definition(table, kind, name) != null;
    }

    private String converted(String column) {
        String type = String.valueOf(difference.actual());
        return switch (wanted.split(" ")[0]) {
            case "jsonb" -> type.matches("(text|character).*") ? column + "::jsonb" : "to_jsonb(" + column + ")";
            case "timestamp" ->
                type.equals("date")
                        ? column + "::timestamp at time zone 'UTC'"
                        : NUMBER.matcher(type).matches()
                                // seconds, or milliseconds where that would be the year 5138 and later
                                ? "to_timestamp(" + column + " / case when " + column
                                        + " > 1e11 then 1000.0 else 1 end)"
                                : column + "::text::timestamptz";
            default ->
                switch (type) {
                    case "json", "jsonb" -> column + " #>> '{}'";
                    case "bytea" -> "convert_from(" + column + ", 'UTF8')";
                    default -> column + "::text";
                };
        };
    }

    private String qualified(String unqualified) {
        return quote(actual.schema()) + "." + quote(unqualified);
    }
}
