package dev.bobbin.database.catalog;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a schema holds, as Postgres' catalog tells it. No definition in it names the schema itself, so that the tables of
 * two schemas that hold the same are equal.
 *
 * @param schema the schema's name, not quoted
 * @param tables tables, views and foreign tables, by name; none when the schema does not exist
 */
@RegisterForReflection
public record Catalog(String schema, List<Table> tables) {

    public Catalog {
        tables = List.copyOf(tables);
    }

    /** The table or view of that name, or null. */
    public @Nullable Table table(String name) {
        return tables.stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
