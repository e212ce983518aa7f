package dev.bobbin.database;

/** Names and constants in SQL that is put together. */
public final class Sql {

    private Sql() {}

    /** The name as an identifier, always quoted. */
    public static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** The text as a string constant. */
    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
