package dev.bobbin.database.hazard;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a statement of PL/pgSQL puts together as SQL, as far as it can be read. */
final class DynamicSql {

    private static final Pattern PLACE = Pattern.compile("%(?:(\\d+)\\$)?-?\\d*([sIL%])");
    private static final String UNKNOWN = "\"" + Name.UNKNOWN + "\"";

    private DynamicSql() {}

    /** From the statement's first string on; empty where it has none. What is computed becomes the name "?". */
    static String of(Statement statement) {
        StringBuilder sql = new StringBuilder();
        boolean started = false;
        boolean unknown = false;
        for (int i = 0; i < statement.size(); i++) {
            Token token = statement.at(i);
            boolean call = token.isName() && statement.at(i + 1).is("(");
            if (token.isString()
                    || (call && token.is("format") && statement.at(i + 2).isString())) {
                sql.append(started && unknown ? UNKNOWN : "");
                sql.append(token.isString() ? token.text() : formatted(statement, i + 1));
                started = true;
                unknown = false;
            } else if (started && (token.is("using") || token.is("into") || token.is("from"))) {
                break;
            } else if (token.kind() != Token.Kind.SYMBOL) {
                unknown = true;
            }
            if (call) {
                // quote_ident('a') is a name, a call in front of the first string is still to be looked into
                i = token.is("format") || started ? statement.closing(i + 1) : i;
            }
        }
        return sql.append(started && unknown ? UNKNOWN : "").toString();
    }

    private static String formatted(Statement statement, int open) {
        List<Statement> arguments = statement.parts(open + 1, statement.closing(open));
        Matcher place = PLACE.matcher(strings(arguments.get(0)));
        StringBuilder sql = new StringBuilder();
        int next = 1;
        while (place.find()) {
            if (place.group(2).equals("%")) {
                place.appendReplacement(sql, "%");
                continue;
            }
            int argument = place.group(1) == null ? next : Integer.parseInt(place.group(1));
            next = argument + 1;
            String known =
                    argument < arguments.size() && place.group(2).equals("s") ? strings(arguments.get(argument)) : "";
            place.appendReplacement(sql, Matcher.quoteReplacement(known.isEmpty() ? UNKNOWN : known));
        }
        return place.appendTail(sql).toString();
    }

    private static String strings(Statement argument) {
        return argument.tokens().stream()
                .filter(Token::isString)
                .map(Token::text)
                .collect(Collectors.joining(" "));
    }
}
