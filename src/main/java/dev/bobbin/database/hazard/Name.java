package dev.bobbin.database.hazard;

import java.util.List;

/**
 * A name of something in the database, with its schema if that is written.
 *
 * @param end the place behind it in its statement
 */
record Name(List<String> parts, int end) {

    /** What stands for a name that is only known when a {@code do} block runs. */
    static final String UNKNOWN = "?";

    /** The name at the place; it has no parts where there is none. */
    static Name at(Statement statement, int place) {
        if (!statement.at(place).isName()) {
            return new Name(List.of(), place);
        }
        int end = place + 1;
        while (statement.at(end).is(".") && statement.at(end + 1).isName()) {
            end += 2;
        }
        int last = end;
        return new Name(
                statement.tokens().subList(place, last).stream()
                        .filter(token -> !token.is("."))
                        .map(Token::text)
                        .toList(),
                end);
    }

    boolean isKnown() {
        return !parts.isEmpty() && !parts.contains(UNKNOWN);
    }

    String last() {
        return parts.isEmpty() ? UNKNOWN : parts.get(parts.size() - 1);
    }

    /** Whether both can be one thing: a name without a schema is found in any. */
    boolean matches(Name other) {
        if (!isKnown() || !other.isKnown()) {
            return false;
        }
        return parts.size() == other.parts.size() ? parts.equals(other.parts) : last().equals(other.last());
    }

    /** For a sentence, where this is a table. */
    String words() {
        return isKnown() ? toString() : parts.isEmpty() ? "every table" : "a table that it looks for";
    }

    /** For a sentence, where this is of a kind: {@code the column a}, or {@code a column} whose name is not to be read. */
    String wordsOf(String kind) {
        return isKnown() ? "the " + kind + " " + this : "a " + kind;
    }

    @Override
    public String toString() {
        return String.join(".", parts);
    }
}
