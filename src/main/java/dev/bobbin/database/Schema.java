package dev.bobbin.database;

import dev.bobbin.StartupException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The Postgres schema that holds Bobbin's tables. Every statement names it, since a pooler may hand out sessions with any
 * {@code search_path}.
 *
 * @param name as Postgres stores it, without quotes
 */
public record Schema(String name) {

    /** @throws StartupException when the name cannot be used */
    public Schema {
        String objection = objection(name);
        if (objection != null) {
            throw new StartupException(DatabaseConfig.SCHEMA + " (BOBBIN_DATABASE_SCHEMA) cannot be used: " + objection
                    + ". Set it to the name of the schema that holds Bobbin's tables, such as "
                    + DatabaseConfig.DEFAULT_SCHEMA);
        }
    }

    private static @Nullable String objection(String name) {
        if (name.isBlank()) {
            return "it is blank";
        }
        // Postgres would cut off the rest, and find another schema
        if (name.getBytes(StandardCharsets.UTF_8).length > 63) {
            return "it is longer than 63 bytes";
        }
        // a search_path takes $user for the role's name, even in quotes
        if (name.startsWith("pg_") || name.equals("information_schema") || name.equals("$user")) {
            return "it is one of the names that Postgres keeps for itself";
        }
        return name.chars().anyMatch(Character::isISOControl) ? "it has control characters" : null;
    }

    /** The name as an SQL identifier. */
    public String quoted() {
        return Sql.quote(name);
    }

    /** SQL written for a schema {@code bobbin}, such as {@code from bobbin.threads}, for this one. */
    public String in(String sql) {
        return sql.replace("bobbin.", quoted() + ".");
    }
}
