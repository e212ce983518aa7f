package dev.bobbin.database.hazard;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts SQL as Postgres' lexer does: comments (nested ones too), strings in their four forms, quoted names, words. What is
 * not closed goes to the end of the text; Postgres refuses it anyway.
 */
final class Tokenizer {

    private static final Pattern DOLLAR_TAG = Pattern.compile("\\$(?:[\\p{L}_][\\p{L}\\p{N}_]*)?\\$");

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Tokenizer(String sql) {
        this.sql = sql;
    }

    static List<Token> tokens(String sql) {
        Tokenizer tokenizer = new Tokenizer(sql);
        while (tokenizer.at < sql.length()) {
            tokenizer.next();
        }
        return List.copyOf(tokenizer.tokens);
    }

    private void next() {
        char c = sql.charAt(at);
        if (Character.isWhitespace(c) || c == '\uFEFF') {
            at++;
        } else if (sql.startsWith("--", at)) {
            int end = at;
            while (end < sql.length() && sql.charAt(end) != '\n' && sql.charAt(end) != '\r') {
                end++;
            }
            at = end;
        } else if (sql.startsWith("/*", at)) {
            comment();
        } else if (c == '\'') {
            tokens.add(new Token(Token.Kind.STRING, quoted('\'', false)));
        } else if (c == '"') {
            tokens.add(new Token(Token.Kind.QUOTED_NAME, quoted('"', false)));
        } else if (c == '$' && dollarQuoted()) {
            return;
        } else if (Character.isLetter(c) || c == '_') {
            word();
        } else if (Character.isDigit(c)) {
            int start = at;
            while (at < sql.length() && (Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '.')) {
                at++;
            }
            tokens.add(new Token(Token.Kind.NUMBER, sql.substring(start, at)));
        } else {
            at++;
            tokens.add(new Token(Token.Kind.SYMBOL, String.valueOf(c)));
        }
    }

    private void comment() {
        int depth = 0;
        do {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < sql.length());
    }

    private void word() {
        int start = at;
        while (at < sql.length()
                && (Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '_' || sql.charAt(at) == '$')) {
            at++;
        }
        String word = sql.substring(start, at);
        char next = at < sql.length() ? sql.charAt(at) : ' ';
        if (next == '\'' && word.length() == 1 && "eEbBxXnN".contains(word)) {
            tokens.add(new Token(Token.Kind.STRING, quoted('\'', word.equalsIgnoreCase("e"))));
        } else if (word.equalsIgnoreCase("u") && (sql.startsWith("&'", at) || sql.startsWith("&\"", at))) {
            char quote = sql.charAt(++at);
            tokens.add(new Token(quote == '"' ? Token.Kind.QUOTED_NAME : Token.Kind.STRING, quoted(quote, false)));
        } else {
            tokens.add(Token.word(word));
        }
    }

    /** From the quote that stands at the place; a doubled quote is one. */
    private String quoted(char quote, boolean backslashes) {
        StringBuilder text = new StringBuilder();
        for (at++; at < sql.length(); at++) {
            char c = sql.charAt(at);
            if (backslashes && c == '\\' && at + 1 < sql.length()) {
                char escaped = sql.charAt(++at);
                text.append(escaped == 'n' || escaped == 't' || escaped == 'r' ? ' ' : escaped);
            } else if (c != quote) {
                text.append(c);
            } else if (at + 1 < sql.length() && sql.charAt(at + 1) == quote) {
                text.append(c);
                at++;
            } else {
                at++;
                break;
            }
        }
        return text.toString();
    }

    private boolean dollarQuoted() {
        Matcher tag = DOLLAR_TAG.matcher(sql).region(at, sql.length());
        if (!tag.lookingAt()) {
            return false;
        }
        int start = tag.end();
        int end = sql.indexOf(tag.group(), start);
        tokens.add(new Token(Token.Kind.STRING, sql.substring(start, end < 0 ? sql.length() : end)));
        at = end < 0 ? sql.length() : end + tag.group().length();
        return true;
    }
}
