package dev.bobbin.database.hazard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All statements that a text of SQL runs, in their order, one list of all depths: also those inside of {@code do} blocks,
 * those that {@code execute} makes of strings, the parts of {@code with}, what {@code explain analyze} runs and
 * {@code prepare} keeps, and the bodies of functions that the text both creates and calls. What {@code execute} inserts into its string counts as the name {@code "?"}.
 */
final class Statements {

    private static final Set<String> CHANGES = Set.of("delete", "insert", "merge", "update");

    /** Whatever a statement of PL/pgSQL can begin with that changes something. */
    private static final Set<String> VERBS = Set.of(
            "alter",
            "call",
            "cluster",
            "create",
            "delete",
            "do",
            "drop",
            "execute",
            "explain",
            "insert",
            "lock",
            "merge",
            "perform",
            "prepare",
            "raise",
            "refresh",
            "reindex",
            "revoke",
            "select",
            "truncate",
            "update",
            "vacuum",
            "with");

    private final List<Statement> found = new ArrayList<>();
    private final List<Statement> functions = new ArrayList<>();

    private Statements() {}

    static List<Statement> of(String sql) {
        Statements statements = new Statements();
        statements.addAll(Tokenizer.tokens(sql), false);
        statements.addCalledFunctions();
        return List.copyOf(statements.found);
    }

    private void addAll(List<Token> tokens, boolean inBlock) {
        int start = 0;
        for (int i = 0; i <= tokens.size(); i++) {
            if (i == tokens.size() || tokens.get(i).is(";")) {
                add(new Statement(tokens.subList(start, i), inBlock));
                start = i + 1;
            }
        }
    }

    private void add(Statement statement) {
        if (statement.startsWith("do")) {
            addBlock(longestString(statement));
            return;
        }
        if (statement.startsWith("explain") || statement.startsWith("prepare")) {
            int inner = inner(statement);
            if (inner > 0) {
                add(part(statement, inner, statement.size()));
            } else {
                found.add(statement);
            }
            return;
        }
        if (statement.startsWith("with")) {
            int main = 1;
            while (main < statement.size() && !isChange(statement, main)) {
                main = statement.at(main).is("(") ? statement.closing(main) : main + 1;
            }
            if (main < statement.size()) {
                found.add(part(statement, main, statement.size()));
            }
        } else if (statement.size() > 0) {
            found.add(statement);
        }
        for (int i = 0; i < statement.size(); i++) {
            if (statement.at(i).is("(") && isChange(statement, i + 1)) {
                found.add(part(statement, i + 1, statement.closing(i)));
            }
        }
        boolean function = statement.startsWith("create")
                && (statement.hasAt(statement.skip(1, "or replace"), "function")
                        || statement.hasAt(statement.skip(1, "or replace"), "procedure"));
        if (function) {
            functions.add(statement);
            int body = statement.find(1, "begin", "atomic");
            if (body > 0) {
                add(part(statement, body + 2, statement.size()));
            }
        }
    }

    /** Where the statement begins that another one runs, or keeps to run it; -1 where it only plans it. */
    private static int inner(Statement statement) {
        if (statement.startsWith("prepare")) {
            int as = statement.findOutside(1, "as");
            return as < 0 ? -1 : as + 1;
        }
        boolean options = statement.at(1).is("(");
        int inner =
                options ? statement.closing(1) + 1 : statement.skip(statement.skip(1, "analyze", "analyse"), "verbose");
        boolean runs = statement.tokens().subList(0, Math.min(inner, statement.size())).stream()
                .anyMatch(token -> token.is("analyze") || token.is("analyse"));
        return runs ? inner : -1;
    }

    private void addBlock(String body) {
        int first = found.size();
        List<Token> tokens = Tokenizer.tokens(body);
        int start = 0;
        for (int i = 0; i <= tokens.size(); i++) {
            if (i == tokens.size() || tokens.get(i).is(";")) {
                add(new Statement(tokens.subList(start, i), true));
                start = i + 1;
            } else if (beginsStatement(tokens, i)) {
                add(new Statement(tokens.subList(start, i + 1), true));
                start = i + 1;
            }
        }
        List<Statement> block = List.copyOf(found.subList(first, found.size()));
        boolean blind = false;
        for (Statement statement : block) {
            if (statement.startsWith("execute")) {
                String sql = DynamicSql.of(statement);
                blind |= sql.isEmpty();
                addAll(Tokenizer.tokens(sql), true);
            }
        }
        // a variable is executed: whatever string the block holds may be its value
        for (Statement statement : blind ? block : List.<Statement>of()) {
            if (!statement.startsWith("execute") && !statement.startsWith("raise")) {
                addAll(Tokenizer.tokens(DynamicSql.of(statement)), true);
            }
        }
    }

    /** Behind {@code then} and {@code else} stands a statement, or a value of {@code case}. */
    private static boolean beginsStatement(List<Token> tokens, int i) {
        Token token = tokens.get(i);
        if (token.is("begin") || token.is("loop")) {
            return true;
        }
        boolean maybe = token.is("then") || token.is("else") || token.is("in") || token.is("query");
        return maybe && i + 1 < tokens.size() && isVerb(tokens.get(i + 1));
    }

    private static boolean isVerb(Token token) {
        return token.kind() == Token.Kind.WORD && VERBS.contains(token.text());
    }

    private static boolean isChange(Statement statement, int place) {
        Token token = statement.at(place);
        return token.kind() == Token.Kind.WORD && CHANGES.contains(token.text());
    }

    private static Statement part(Statement statement, int from, int to) {
        return new Statement(statement.tokens().subList(from, to), statement.inBlock());
    }

    private void addCalledFunctions() {
        Set<Integer> done = new HashSet<>();
        boolean more = true;
        while (more) {
            more = false;
            for (int i = 0; i < functions.size(); i++) {
                if (isCalled(functions.get(i)) && done.add(i)) {
                    addBlock(longestString(functions.get(i)));
                    more = true;
                }
            }
        }
    }

    private boolean isCalled(Statement function) {
        Name name = Name.at(function, function.skip(1, "or replace") + 1);
        return found.stream().filter(statement -> !isDefinition(statement)).anyMatch(statement -> {
            for (int i = 0; i < statement.size(); i++) {
                Name called = Name.at(statement, i);
                if (called.matches(name) && statement.at(called.end()).is("(")) {
                    return true;
                }
            }
            return false;
        });
    }

    private static boolean isDefinition(Statement statement) {
        return statement.startsWith("create")
                || statement.startsWith("drop")
                || statement.startsWith("comment")
                || statement.startsWith("grant")
                || statement.startsWith("revoke")
                || (statement.startsWith("alter") && !statement.startsWith("alter", "table"));
    }

    private static String longestString(Statement statement) {
        String longest = "";
        for (Token token : statement.tokens()) {
            if (token.isString() && token.text().length() > longest.length()) {
                longest = token.text();
            }
        }
        return longest;
    }
}
