package dev.bobbin.database.hazard;

import java.util.Locale;

/**
 * A piece of SQL between two spaces.
 *
 * @param text a word in lower case, a quoted name or a string as it is meant (without quotes and escapes), or a character
 */
record Token(Kind kind, String text) {

    enum Kind {
        WORD,
        QUOTED_NAME,
        STRING,
        NUMBER,
        SYMBOL
    }

    static Token word(String text) {
        return new Token(Kind.WORD, text.toLowerCase(Locale.ROOT));
    }

    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED_NAME;
    }

    boolean isString() {
        return kind == Kind.STRING;
    }

    /** Whether this is that keyword or character; a name in quotes is never a keyword. */
    boolean is(String wordOrSymbol) {
        return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equals(wordOrSymbol);
    }
}
