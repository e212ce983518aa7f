package dev.bobbin.database.inspection;

import dev.bobbin.database.catalog.Difference;
import dev.bobbin.database.catalog.ExpectedSchema;
import dev.bobbin.database.hazard.Hazard;
import dev.bobbin.database.migration.Comparison;
import dev.bobbin.database.migration.DirectConnection;
import dev.bobbin.database.migration.History;
import dev.bobbin.database.migration.Inspection;
import dev.bobbin.database.migration.Migration;
import dev.bobbin.database.migration.SchemaTarget;
import dev.bobbin.database.migration.Survey;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What stands against a deployment of this build on a database.
 *
 * @param pending the migrations that would run
 * @param drift where our tables are not as the history says; empty where there is no history
 */
public record Guard(Survey survey, List<Pending> pending, List<Difference> drift) {

    /**
     * A migration that would run.
     *
     * @param dangers what it does that can hurt, to tables that have rows
     * @param destructive whether somebody should look before it runs
     */
    public record Pending(Migration migration, List<Danger> dangers, boolean destructive) {}

    /**
     * A hazard, and what it meets.
     *
     * @param size null where it is of no one table
     */
    public record Danger(Hazard hazard, @Nullable TableSize size) {}

    /**
     * Reads it.
     *
     * @param migrations those of this build
     * @throws dev.bobbin.database.migration.SchemaException when the database cannot be reached or asked
     */
    public static Guard of(SchemaTarget target, List<Migration> migrations, Consumer<String> news) {
        return Inspection.of(target, news, connection -> {
            Survey survey = Survey.of(connection.jdbc(), target, migrations);
            List<Migration> pending = survey.verdict().pending(migrations);
            List<TableSize> sizes =
                    pending.isEmpty() ? List.of() : TableSize.of(connection, target.schema(), survey.ours());
            return new Guard(
                    survey,
                    pending.stream().map(migration -> look(migration, sizes)).toList(),
                    drift(connection, target, survey));
        });
    }

    private static List<Difference> drift(DirectConnection connection, SchemaTarget target, Survey survey)
            throws SQLException {
        History history = survey.history();
        return history != null && ExpectedSchema.knows(history.version())
                ? Comparison.of(connection, target, survey).differences()
                : List.of();
    }

    static Pending look(Migration migration, List<TableSize> sizes) {
        List<Hazard> hazards = migration.hazards();
        boolean hasRows = sizes.stream().anyMatch(size -> !size.isEmpty());
        List<Danger> dangers = hazards.stream()
                .map(hazard -> new Danger(hazard, size(hazard, sizes)))
                .filter(danger ->
                        danger.hazard.table() == null ? hasRows : danger.size != null && !danger.size.isEmpty())
                .toList();
        // a header speaks of what nobody can read from the SQL, too
        boolean warned = migration.destructive() != null && hazards.isEmpty() && hasRows;
        return new Pending(migration, dangers, warned || !dangers.isEmpty());
    }

    private static @Nullable TableSize size(Hazard hazard, List<TableSize> sizes) {
        String table = hazard.table();
        if (table == null) {
            return null;
        }
        String name = table.substring(table.lastIndexOf('.') + 1);
        return sizes.stream()
                .filter(size -> size.table().equals(name))
                .findFirst()
                .orElse(null);
    }
}
