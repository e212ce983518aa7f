package dev.bobbin.database.catalog;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A table, or what takes the name of one. All lists are empty for a table that was read by its name only.
 *
 * @param unlogged whether its rows are lost in a crash
 * @param rowSecurity whether row security is on, which hides rows from roles that do not own the table
 * @param columns in the table's order
 * @param indexes by name, without those that belong to a constraint
 * @param constraints by name, without those that only say "not null", which the columns say
 * @param statistics the extended ones, by name
 * @param triggers names of the triggers that somebody made, in order
 * @param views names of the views that read it, in order; with their schema when that is another
 */
@RegisterForReflection
public record Table(
        String name,
        Kind kind,
        boolean unlogged,
        boolean rowSecurity,
        List<Column> columns,
        List<Index> indexes,
        List<Constraint> constraints,
        List<Statistics> statistics,
        List<String> triggers,
        List<String> views) {

    public Table {
        columns = List.copyOf(columns);
        indexes = List.copyOf(indexes);
        constraints = List.copyOf(constraints);
        statistics = List.copyOf(statistics);
        triggers = List.copyOf(triggers);
        views = List.copyOf(views);
    }

    /** What a name in a schema stands for, in Postgres' words. */
    public enum Kind {
        TABLE,
        PARTITIONED_TABLE,
        VIEW,
        MATERIALIZED_VIEW,
        FOREIGN_TABLE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** The column of that name, or null. */
    public @Nullable Column column(String name) {
        return columns.stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
