package dev.bobbin.database;

/** Quotes what is put into SQL. */
public final class Sql {

    private Sql() {}

    /** The name as an identifier, always in quotes. */
    public static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** The text as a string constant. */
    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
