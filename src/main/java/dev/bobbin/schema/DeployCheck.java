package dev.bobbin.schema;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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
public record DeployCheck(SchemaInspection inspection, List<Pending> pending, List<Difference> drift) {

    /**
     * A migration that would run.
     *
     * @param destructive whether there are such statements, or its header says that it is destructive. On an empty schema,
     *     and on tables made by hand that surely have no row, there is nothing to lose, and no migration is destructive
     * @param reason what its header says of why it may hurt; null where it has none
     * @param dangers the statements that do more than add
     */
    @RegisterForReflection
    public record Pending(
            int version, String description, boolean destructive, @Nullable String reason, List<Danger> dangers) {}

    /**
     * A statement that does more than add.
     *
     * @param kind its first word, in lower case: {@code alter}, {@code drop}, {@code do}
     * @param words the statement in one line, cut after {@value #WORDS} characters
     * @param table the largest of our tables that it names; null when it names none that is there
     * @param rows null where the number is not known
     * @param rowsExact whether the rows were counted, and not estimated
     */
    @RegisterForReflection
    public record Danger(
            String kind,
            String words,
            @Nullable String table,
            @Nullable Long rows,
            boolean rowsExact,
            @Nullable Long bytes) {

        private static final int WORDS = 70;

        static Danger of(String statement, @Nullable TableSize size) {
            String kind = statement.split("\\W", 2)[0].toLowerCase(Locale.ROOT);
            String words = statement.length() > WORDS ? statement.substring(0, WORDS) + "…" : statement;
            return size == null
                    ? new Danger(kind, words, null, null, false, null)
                    : new Danger(kind, words, size.table(), size.rows(), size.exact(), (Long) size.bytes());
        }
    }

    /**
     * Reads it.
     *
     * @param migrations those of this build
     * @throws SchemaException when the database cannot be reached or asked
     */
    public static DeployCheck of(SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {
        return DirectConnection.ask(target, progress, connection -> {
            SchemaInspection inspection = SchemaInspection.of(connection, target, migrations);
            List<Migration> pending = inspection.state().pending();
            List<TableSize> sizes =
                    pending.isEmpty() ? List.of() : TableSize.of(connection, target.schema(), inspection.ours());
            return new DeployCheck(
                    inspection,
                    pending.stream()
                            .map(migration -> check(migration, inspection, sizes))
                            .toList(),
                    Catalog.knows(inspection.version()) ? inspection.drift(connection, target) : List.of());
        });
    }

    private static Pending check(Migration migration, SchemaInspection inspection, List<TableSize> sizes) {
        boolean handMade = inspection.state() instanceof SchemaState.HandMade || inspection.version() == 1;
        boolean nothingToLose = inspection.state() instanceof SchemaState.Empty
                || (handMade && sizes.stream().allMatch(TableSize::isEmpty));
        if (nothingToLose) {
            return pending(migration, false, List.of());
        }
        Set<String> present = new HashSet<>(inspection.ours());
        present.addAll(inspection.others());
        List<Danger> dangers = migration.notAdditive(present).stream()
                .map(statement -> Danger.of(statement, largest(statement, sizes)))
                .toList();
        return pending(migration, migration.destructive() != null || !dangers.isEmpty(), dangers);
    }

    private static Pending pending(Migration migration, boolean destructive, List<Danger> dangers) {
        return new Pending(migration.version(), migration.description(), destructive, migration.destructive(), dangers);
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
