package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import dev.bobbin.schema.SchemaState.Condition;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What stands against a deployment of this build on a database.
 *
 * @param drift where our tables are not as the history says; empty where there is no history
 */
public record DeployCheck(
        SchemaInspection inspection, List<Pending> pending, List<Difference> drift, RowSecurityCheck rowSecurity) {

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
     * @param table the largest of our tables that it names; null when it names none
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
    }

    /** Up to 32 MiB, which take a second, the rows are counted; otherwise they are estimated. */
    private static final String SIZES =
            """
            select c.relname, nullif(c.reltuples, -1)::bigint, pg_total_relation_size(c.oid),
              pg_relation_size(c.oid) <= 33554432 and has_table_privilege(c.oid, 'select')
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ? and c.relname = any (?)""";

    private record Size(String table, @Nullable Long rows, boolean exact, long bytes) {
        private boolean isEmpty() {
            return exact && Long.valueOf(0).equals(rows);
        }
    }

    /** @throws SchemaException when the database cannot be reached or asked */
    public static DeployCheck of(SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {
        return DirectConnection.ask(target, progress, connection -> {
            SchemaInspection inspection = SchemaInspection.of(connection, target, migrations);
            List<Migration> next = inspection.state().pending();
            List<Size> sizes = next.isEmpty() ? List.of() : sizes(connection, target.schema(), inspection.ours());
            boolean nothingToLose = inspection.state().condition() == Condition.EMPTY
                    || (inspection.isAdoptable() && sizes.stream().allMatch(Size::isEmpty));
            Set<String> present = new HashSet<>(inspection.ours());
            present.addAll(inspection.others());
            List<Pending> pending = next.stream()
                    .map(migration -> pending(migration, nothingToLose, present, sizes))
                    .toList();
            List<Difference> drift = Catalog.knows(inspection.version())
                    ? Drift.of(connection, target, inspection).differences()
                    : List.of();
            return new DeployCheck(inspection, pending, drift, RowSecurityCheck.of(connection, target));
        });
    }

    private static List<Size> sizes(DirectConnection connection, String schema, List<String> tables)
            throws SQLException {
        List<Size> sizes = new ArrayList<>();
        Object[] parameters = {schema, tables.toArray(String[]::new)};
        for (Size size : connection.all(SIZES, DeployCheck::size, parameters)) {
            String count = "select count(*) from " + Sql.quote(schema) + "." + Sql.quote(size.table);
            Long rows =
                    size.exact ? connection.all(count, row -> row.getLong(1)).get(0) : size.rows;
            sizes.add(new Size(size.table, rows, size.exact, size.bytes));
        }
        return sizes;
    }

    private static Size size(ResultSet row) throws SQLException {
        return new Size(row.getString(1), row.getObject(2, Long.class), row.getBoolean(4), row.getLong(3));
    }

    private static Pending pending(Migration migration, boolean nothingToLose, Set<String> present, List<Size> sizes) {
        List<String> statements = nothingToLose ? List.of() : migration.notAdditive(present);
        List<Danger> dangers =
                statements.stream().map(statement -> danger(statement, sizes)).toList();
        String reason = migration.destructive();
        boolean destructive = !nothingToLose && (reason != null || !dangers.isEmpty());
        return new Pending(migration.version(), migration.description(), destructive, reason, dangers);
    }

    private static Danger danger(String statement, List<Size> sizes) {
        String kind = statement.split("\\W", 2)[0].toLowerCase(Locale.ROOT);
        String words = statement.length() > Danger.WORDS ? statement.substring(0, Danger.WORDS) + "…" : statement;
        return sizes.stream()
                .filter(size -> statement.matches("(?is).*\\b" + size.table + "\\b.*"))
                .max(Comparator.comparingLong(Size::bytes))
                .map(size -> new Danger(kind, words, size.table, size.rows, size.exact, (Long) size.bytes))
                .orElseGet(() -> new Danger(kind, words, null, null, false, null));
    }
}
