package dev.bobbin.database.hazard;

import dev.bobbin.database.hazard.Hazard.Kind;
import java.util.Optional;
import java.util.Set;

/** What one action of {@code alter table} does. */
final class TableAction {

    /** Behind these follow parentheses, but they are no functions, or functions that give every row one value. */
    private static final Set<String> ONE_VALUE = Set.of(
            "array",
            "bit",
            "char",
            "character",
            "coalesce",
            "concat",
            "current_setting",
            "current_timestamp",
            "date_trunc",
            "decimal",
            "float",
            "interval",
            "json_build_array",
            "json_build_object",
            "jsonb_build_array",
            "jsonb_build_object",
            "localtimestamp",
            "lower",
            "now",
            "numeric",
            "statement_timestamp",
            "time",
            "timestamp",
            "timestamptz",
            "timezone",
            "to_json",
            "to_jsonb",
            "to_timestamp",
            "transaction_timestamp",
            "upper",
            "varchar",
            "varying");

    /** Types without a limit: what was in the column is in it afterwards. */
    private static final Set<String> WIDE =
            Set.of("text", "bigint", "int8", "numeric", "jsonb", "json", "timestamptz", "bytea");

    private static final Set<String> SERIAL =
            Set.of("serial", "bigserial", "smallserial", "serial2", "serial4", "serial8");

    static final String ROW_SECURITY = "changes by row security which rows of %s calls see";

    private TableAction() {}

    /** Empty where it hurts nobody, or where it drops a constraint that the migration adds again. */
    static Optional<Hazard> hazard(Statement action, Name table, boolean isAddedLater) {
        return found(action, isAddedLater)
                .map(found -> new Hazard(
                        table.isKnown() ? table.toString() : null,
                        found.kind(),
                        found.words().formatted(table.words())));
    }

    /** With the table's place in the words. */
    private static Optional<Hazard> found(Statement action, boolean isAddedLater) {
        return switch (action.at(0).kind() == Token.Kind.WORD ? action.at(0).text() : "") {
            case "add" -> add(action);
            case "alter" -> alterColumn(action);
            case "drop" -> isAddedLater ? Optional.empty() : drop(action);
            case "rename" -> rename(action);
            case "set" -> set(action);
            case "attach" -> of(Kind.LONG_LOCK, "checks the rows of %s, for a new partition");
            case "detach" -> of(Kind.DROPS, "takes away a partition of %s");
            case "disable", "enable", "force", "no" -> turn(action);
            default -> Optional.empty();
        };
    }

    private static Optional<Hazard> drop(Statement action) {
        boolean constraint = action.hasAt(1, "constraint");
        int name = action.skip(action.skip(1, "constraint", "column"), "if exists");
        return of(
                Kind.DROPS, "drops " + Name.at(action, name).wordsOf(constraint ? "constraint" : "column") + " of %s");
    }

    private static Optional<Hazard> rename(Statement action) {
        if (action.hasAt(1, "to")) {
            return of(Kind.RENAMES, "renames %s to " + Name.at(action, 2));
        }
        boolean constraint = action.hasAt(1, "constraint");
        Name name = Name.at(action, action.skip(1, "constraint", "column"));
        return of(Kind.RENAMES, "renames the " + (constraint ? "constraint " : "column ") + name + " of %s");
    }

    private static Optional<Hazard> set(Statement action) {
        if (action.hasAt(1, "schema")) {
            return of(Kind.RENAMES, "moves %s to another schema");
        }
        boolean rewrites = action.hasAt(1, "tablespace")
                || action.hasAt(1, "logged")
                || action.hasAt(1, "unlogged")
                || action.hasAt(1, "access");
        return rewrites ? of(Kind.REWRITES, "writes every row of %s anew") : Optional.empty();
    }

    private static Optional<Hazard> turn(Statement action) {
        if (action.has("row", "level", "security")) {
            return of(Kind.CHANGES_BEHAVIOR, ROW_SECURITY);
        }
        // what is enabled for a replica alone is off for everybody else
        boolean off = action.startsWith("disable") || action.hasAt(1, "replica");
        return off
                ? of(Kind.CHANGES_BEHAVIOR, "turns off " + (action.has("rule") ? "rules" : "triggers") + " of %s")
                : Optional.empty();
    }

    private static Optional<Hazard> alterColumn(Statement action) {
        if (action.hasAt(1, "constraint")) {
            return Optional.empty();
        }
        Name column = Name.at(action, action.skip(1, "column"));
        int what = action.skip(column.end(), "set data");
        if (action.hasAt(what, "type")) {
            boolean wide = action.at(what + 1).kind() == Token.Kind.WORD
                    && WIDE.contains(action.at(what + 1).text())
                    && !action.at(what + 2).is("(");
            wide |= action.hasAt(what + 1, "double", "precision") || action.hasAt(what + 1, "timestamp", "with");
            return wide
                    ? of(Kind.REWRITES, "gives another type to the column " + column + " of %s")
                    : of(Kind.NARROWS, "gives a type that may hold less to the column " + column + " of %s");
        }
        if (action.hasAt(what, "set", "not", "null")) {
            return of(Kind.LONG_LOCK, "locks %s and reads every row, to see that " + column + " is never null");
        }
        if (action.hasAt(what, "drop", "identity")) {
            return of(Kind.DROPS, "drops the sequence of the column " + column + " of %s");
        }
        if (action.hasAt(what, "set", "expression")) {
            return of(Kind.REWRITES, "computes anew the column " + column + " of %s");
        }
        return Optional.empty();
    }

    private static Optional<Hazard> add(Statement action) {
        boolean constraint = action.hasAt(1, "constraint")
                || action.hasAt(1, "primary", "key")
                || action.hasAt(1, "foreign", "key")
                || action.hasAt(1, "unique")
                || action.hasAt(1, "exclude")
                || action.hasAt(1, "check");
        if (constraint) {
            String name = action.hasAt(1, "constraint") ? " " + Name.at(action, 2) : "";
            return action.has("not", "valid") || action.has("using", "index")
                    ? Optional.empty()
                    : of(Kind.LONG_LOCK, "locks %s and reads every row, for the new constraint" + name);
        }
        Name column = Name.at(action, action.skip(action.skip(1, "column"), "if not exists"));
        boolean serial = action.at(column.end()).kind() == Token.Kind.WORD
                && SERIAL.contains(action.at(column.end()).text());
        int fallback = action.findOutside(column.end(), "default");
        if (serial
                || action.has("as", "identity")
                || action.has("stored")
                || (fallback > 0 && !isOneValue(action, fallback + 1))) {
            return of(Kind.REWRITES, "writes every row of %s anew, for the new column " + column);
        }
        boolean checked = action.findOutside(column.end(), "unique") > 0
                || action.findOutside(column.end(), "primary") > 0
                || action.findOutside(column.end(), "references") > 0
                || action.findOutside(column.end(), "check") > 0;
        return checked
                ? of(Kind.LONG_LOCK, "locks %s and reads every row, for the new column " + column)
                : Optional.empty();
    }

    /** Whether a default is computed once for all rows, as far as is known; what is not known is not. */
    private static boolean isOneValue(Statement action, int from) {
        for (int i = from; i < action.size(); i++) {
            if (action.at(i).isName()
                    && action.at(i + 1).is("(")
                    && !ONE_VALUE.contains(action.at(i).text())) {
                return action.hasAt(i, "check") || action.hasAt(i, "references");
            }
            if (action.at(i).is("references") || action.at(i).is("constraint")) {
                return true;
            }
        }
        return true;
    }

    private static Optional<Hazard> of(Kind kind, String words) {
        return Optional.of(new Hazard(null, kind, words));
    }
}
