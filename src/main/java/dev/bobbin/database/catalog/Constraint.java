package dev.bobbin.database.catalog;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/**
 * A constraint of a table.
 *
 * @param definition what follows its name in {@code alter table}, such as {@code PRIMARY KEY (owner_id, id)}, without
 *     {@code NOT VALID}
 * @param validated false when rows from before the constraint may break it
 */
@RegisterForReflection
public record Constraint(String name, Kind kind, String definition, boolean validated) {

    /** What a constraint asks for, in Postgres' words. */
    public enum Kind {
        PRIMARY_KEY,
        FOREIGN_KEY,
        UNIQUE,
        CHECK,
        EXCLUSION;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
