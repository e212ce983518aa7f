package dev.bobbin.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The SQL of one migration, and whether it only adds. A statement is additive when it is on this list; what is not on it,
 * or is written in a way that is not understood here, is not:
 *
 * <ul>
 *   <li>{@code create table}, of columns and constraints that refer to no table which was there before: a foreign key
 *       locks the table that it refers to, and guards its deletes from then on
 *   <li>{@code create index} on a table that the same script creates
 *   <li>{@code create index concurrently}, not unique and on columns: an expression can fail in the inserts of the build
 *       that still runs
 *   <li>{@code create statistics} on columns
 *   <li>{@code alter table … add column}, one or several, of a type of Postgres' own (a domain may check every row), that
 *       may be null or has a constant default; {@code now()} is none
 * </ul>
 *
 * <p>Names have no schema, since the {@code search_path} is the configured one.
 */
public final class MigrationScript {

    /** A statement in one line, without comments; {@code form} is in lower case, with empty strings and a space between all. */
    private record Statement(String text, String form) {}

    /**
     * Cuts as Postgres does. What could be cut in two ways is a character by itself, which no additive statement has:
     * backslashes in strings, since they depend on a setting, comments inside of comments, names with unusual characters.
     */
    private static final Pattern TOKEN =
            Pattern.compile("(?<space>[ \\t\\n\\r\\f]+|--[^\\n\\r]*)|(?<comment>/\\*[\\s\\S]*?\\*/)"
                    + "|(?<word>[A-Za-z_][\\w$]{0,62}(?![\\w$]))"
                    + "|(?<plain>\"\\w{1,63}\"(?!\")|\\d+(?:\\.\\d+)?|[(),;.:+*/<>=%|\\[\\]-])"
                    + "|(?<string>'[^'\\\\]*')"
                    + "|\\$(?<tag>(?:[A-Za-z_]\\w*)?)\\$[\\s\\S]*?\\$\\k<tag>\\$|[\\s\\S]");

    private static final String NOT_UNDERSTOOD = "?";
    private static final String NAME = "(?:[a-z_][a-z0-9_$]*|\"\\w+\")";
    private static final String COLUMNS = "\\( [\\w$\", ]+ \\)";
    private static final String TYPE = "(?:text|uuid|jsonb?|bytea|bool|boolean|date|smallint|int|integer|bigint|real"
            + "|double precision|(?:numeric|varchar|timestamptz|timestamp)(?: \\( \\d+(?: , \\d+)? \\))?"
            + "(?: with(?:out)? time zone)?)(?: \\[ \\])*";
    private static final String CONSTANT = "(?:''(?: '')*(?: : : " + TYPE + ")?|(?:- )?[\\d.]+|true|false)";
    private static final String ADD = "add (?:column )?(?:if not exists )?" + NAME + " " + TYPE + "(?: collate " + NAME
            + ")?(?: null)?(?: default " + CONSTANT + "(?: not null)?| not null default " + CONSTANT + ")?";

    private static final Pattern CREATE_TABLE =
            Pattern.compile("create table (?:if not exists )?(" + NAME + ") (\\( .* \\))");
    private static final Pattern REFERENCES = Pattern.compile(" references (" + NAME + ")( \\.)?");
    private static final Pattern CREATE_INDEX = Pattern.compile(
            "create (?:unique )?index (?:if not exists )?(?:" + NAME + " )?on (" + NAME + ")(?: using .*| \\( .*)");
    private static final Pattern ADDITION = Pattern.compile("create index concurrently (?:if not exists )?(?:" + NAME
            + " )?on " + NAME + "(?: using " + NAME + ")? " + COLUMNS + "(?: include " + COLUMNS + ")?(?: where " + NAME
            + " is (?:not )?null)?"
            + "|create statistics (?:if not exists )?" + NAME + "(?: " + COLUMNS + ")? on [\\w$\", ]+ from " + NAME
            + "|alter table (?:if exists )?" + NAME + " " + ADD + "(?: , " + ADD + ")*");

    private static final Pattern NO_TRANSACTION = Pattern.compile("(?:create|drop) (?:unique )?index concurrently .*"
            + "|reindex .*\\bconcurrently\\b.*|reindex (?:\\( .* \\) |verbose )?(?:schema|database|system)\\b.*"
            + "|(?:create|drop) (?:database|tablespace|subscription) .*|alter system .*"
            + "|alter database .* set tablespace .*|alter subscription .* refresh .*"
            + "|alter table .* detach partition .* concurrently|vacuum.*|cluster(?: verbose)?|discard all"
            + "|(?:commit|rollback) prepared .*");

    private final List<Statement> statements = new ArrayList<>();

    public MigrationScript(String sql) {
        StringBuilder text = new StringBuilder();
        StringBuilder form = new StringBuilder();
        Matcher token = TOKEN.matcher(sql + "\n;");
        while (token.find()) {
            if (isGap(token)) {
                text.append(' ');
            } else if (!token.group().equals(";")) {
                text.append(token.group());
                form.append(form(token)).append(' ');
            } else {
                String words = text.toString().strip().replaceAll("\\s+", " ");
                if (!words.isEmpty()) {
                    statements.add(new Statement(words, form.toString().strip()));
                }
                text.setLength(0);
                form.setLength(0);
            }
        }
    }

    private static boolean isGap(Matcher token) {
        String comment = token.group("comment");
        return token.group("space") != null || (comment != null && comment.indexOf("/*", 2) < 0);
    }

    private static String form(Matcher token) {
        if (token.group("word") != null) {
            return token.group().toLowerCase(Locale.ROOT);
        }
        return token.group("plain") != null ? token.group() : token.group("string") != null ? "''" : NOT_UNDERSTOOD;
    }

    /**
     * The statements that do more than add, each in one line, in their order; empty when there is none.
     *
     * @param present the tables that are there before the script runs: {@code if not exists} does not create these
     */
    public List<String> notAdditive(Set<String> present) {
        Set<String> made = new HashSet<>();
        return statements.stream()
                .filter(statement -> !isAdditive(statement.form, present, made))
                .map(Statement::text)
                .toList();
    }

    private static boolean isAdditive(String form, Set<String> present, Set<String> made) {
        if (form.contains(NOT_UNDERSTOOD)) {
            return false;
        }
        Matcher table = CREATE_TABLE.matcher(form);
        if (table.matches()) {
            String name = table.group(1);
            if (!present.contains(name.replace("\"", ""))) {
                made.add(name);
            }
            return isOneParenthesis(table.group(2))
                    && REFERENCES
                            .matcher(form)
                            .results()
                            .allMatch(reference -> made.contains(reference.group(1)) && reference.group(2) == null);
        }
        Matcher index = CREATE_INDEX.matcher(form);
        return (index.matches() && made.contains(index.group(1)))
                || ADDITION.matcher(form).matches();
    }

    /** Whether nothing follows what the first one encloses, such as {@code inherits} or {@code as select}. */
    private static boolean isOneParenthesis(String form) {
        String outer = form;
        for (String inner = ""; !inner.equals(outer); outer = outer.replaceAll("\\( [^()]*\\)", "_")) {
            inner = outer;
        }
        return outer.equals("_");
    }

    /** Whether it can run in a transaction: all but what Postgres does concurrently, and what is not of one database. */
    public boolean isTransactional() {
        return statements.stream()
                .noneMatch(statement -> NO_TRANSACTION.matcher(statement.form).matches());
    }
}
