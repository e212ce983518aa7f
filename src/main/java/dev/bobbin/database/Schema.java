package dev.bobbin.database;

import java.nio.charset.StandardCharsets;

/**
 * The Postgres schema that holds Bobbin's tables. Every statement names it: behind a pooler the {@code search_path} is
 * whatever somebody else left, or what the pooler lets through.
 *
 * @param name as Postgres keeps it, without quotes
 */
public record Schema(String name) {

    private static final String PLACEHOLDER = "bobbin.";

    /** Postgres would cut a longer one off, and find another schema by it. */
    private static final int MOST_BYTES = 63;

    /**
     * @throws IllegalArgumentException when it cannot be the name of such a schema; the message says why
     */
    public Schema {
        if (name.isBlank()) {
            throw new IllegalArgumentException("it is blank");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new IllegalArgumentException("it is longer than " + MOST_BYTES + " bytes");
        }
        // a search_path takes $user for the role's name, even in quotes
        if (name.startsWith("pg_") || name.equals("information_schema") || name.equals("$user")) {
            throw new IllegalArgumentException("it is one of the names that Postgres keeps for itself");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("it has control characters");
        }
    }

    /** The name as it stands in SQL. */
    public String quoted() {
        return Sql.quote(name);
    }

    /** SQL that is written for a schema {@code bobbin}, for this one: {@code from bobbin.threads} names the table in it. */
    String in(String sql) {
        return sql.replace(PLACEHOLDER, quoted() + ".");
    }
}
