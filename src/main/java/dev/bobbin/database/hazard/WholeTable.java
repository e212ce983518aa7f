package dev.bobbin.database.hazard;

import java.util.ArrayList;
import java.util.List;

/** Tells an {@code update} of a whole table from one of some rows. */
final class WholeTable {

    private WholeTable() {}

    /**
     * Whether nothing picks rows: there is no {@code where}, or it compares values that are written there, tests that
     * something is not null, or, as a join with the table itself does, that names equal names.
     */
    static boolean isUpdatedBy(Statement update) {
        int set = update.findOutside(1, "set");
        if (set < 0) {
            return false;
        }
        int where = update.findOutside(set, "where");
        if (where < 0) {
            return true;
        }
        int end = update.findOutside(where, "returning");
        // without a second table the names may be variables of a do block
        boolean joins = update.findOutside(set, "from") > 0;
        return picksNothing(part(update, where + 1, end < 0 ? update.size() : end), joins);
    }

    private static boolean picksNothing(Statement condition, boolean joins) {
        if (condition.at(0).is("(") && condition.closing(0) == condition.size() - 1) {
            return picksNothing(part(condition, 1, condition.size() - 1), joins);
        }
        List<Statement> either = split(condition, "or");
        if (either.size() > 1) {
            return either.stream().anyMatch(part -> picksNothing(part, joins));
        }
        List<Statement> all = split(condition, "and");
        if (all.size() > 1) {
            return all.stream().allMatch(part -> picksNothing(part, joins));
        }
        return (condition.size() == 1 && condition.at(0).is("true"))
                || condition.hasAt(condition.size() - 3, "is", "not", "null")
                || condition.tokens().stream().noneMatch(Token::isName)
                || isEqualToItself(condition)
                || (joins && isNamesOnly(condition));
    }

    private static boolean isEqualToItself(Statement condition) {
        int equals = condition.findOutside(0, "=");
        return equals > 0
                && condition
                        .tokens()
                        .subList(0, equals)
                        .equals(condition.tokens().subList(equals + 1, condition.size()));
    }

    private static boolean isNamesOnly(Statement condition) {
        return condition.has("=")
                && condition.tokens().stream()
                        .allMatch(token -> token.isName()
                                ? !isOperator(token)
                                : token.is("=") || token.is(".") || token.is("(") || token.is(")"));
    }

    private static List<Statement> split(Statement condition, String word) {
        List<Statement> parts = new ArrayList<>();
        int start = 0;
        for (int at = condition.findOutside(0, word); at >= 0; at = condition.findOutside(start, word)) {
            parts.add(part(condition, start, at));
            start = at + 1;
        }
        parts.add(part(condition, start, condition.size()));
        return parts;
    }

    private static Statement part(Statement statement, int from, int to) {
        return new Statement(statement.tokens().subList(from, to), statement.inBlock());
    }

    private static boolean isOperator(Token token) {
        return token.is("is")
                || token.is("not")
                || token.is("in")
                || token.is("between")
                || token.is("like")
                || token.is("exists")
                || token.is("current")
                || token.is("select")
                || token.is("any");
    }
}
