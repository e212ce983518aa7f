package dev.bobbin.database.inspection;

import dev.bobbin.database.catalog.Difference;
import dev.bobbin.database.catalog.ExpectedSchema;
import dev.bobbin.database.migration.Comparison;
import dev.bobbin.database.migration.DirectConnection;
import dev.bobbin.database.migration.History;
import dev.bobbin.database.migration.Inspection;
import dev.bobbin.database.migration.Migration;
import dev.bobbin.database.migration.SchemaTarget;
import dev.bobbin.database.migration.Survey;
import dev.bobbin.database.migration.Verdict;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands against a deployment of this build on a database.
 *
 * @param pending the migrations that would run
 * @param drift where our tables are not as the history says; empty where there is no history
 */
public record DeployCheck(Survey survey, List<Pending> pending, List<Difference> drift) {

    /**
     * A migration that would run.
     *
     * @param dangers the statements that do more than add
     * @param destructive whether there are such statements, or its header says that it is destructive. On an empty schema,
     *     and on tables made by hand that surely have no row, there is nothing to lose, and no migration is destructive
     */
    public record Pending(Migration migration, List<Danger> dangers, boolean destructive) {}

    /**
     * A statement that does more than add.
     *
     * @param statement in one line
     * @param size the largest of our tables that it names; null when it names none that is there
     */
    public record Danger(String statement, @Nullable TableSize size) {}

    /**
     * Reads it.
     *
     * @param migrations those of this build
     * @throws dev.bobbin.database.migration.SchemaException when the database cannot be reached or asked
     */
    public static DeployCheck of(SchemaTarget target, List<Migration> migrations, Consumer<String> news) {
        return Inspection.of(target, news, connection -> {
            Survey survey = Survey.of(connection.jdbc(), target, migrations);
            List<Migration> pending = survey.verdict().pending(migrations);
            List<TableSize> sizes =
                    pending.isEmpty() ? List.of() : TableSize.of(connection, target.schema(), survey.ours());
            return new DeployCheck(
                    survey,
                    pending.stream()
                            .map(migration -> check(migration, survey, sizes))
                            .toList(),
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

    private static Pending check(Migration migration, Survey survey, List<TableSize> sizes) {
        boolean nothingToLose = survey.verdict() instanceof Verdict.Empty
                || (survey.verdict() instanceof Verdict.MadeByHand
                        && sizes.stream().allMatch(TableSize::isEmpty));
        if (nothingToLose) {
            return new Pending(migration, List.of(), false);
        }
        Set<String> present = new HashSet<>(survey.ours());
        present.addAll(survey.others());
        List<Danger> dangers = migration.notAdditive(present).stream()
                .map(statement -> new Danger(statement, largest(statement, sizes)))
                .toList();
        return new Pending(migration, dangers, migration.destructive() != null || !dangers.isEmpty());
    }

    private static @Nullable TableSize largest(String statement, List<TableSize> sizes) {
        return sizes.stream()
                .filter(size -> Pattern.compile("(?i)\\b" + size.table() + "\\b")
                        .matcher(statement)
                        .find())
                .max(Comparator.comparingLong(TableSize::bytes))
                .orElse(null);
    }
}
