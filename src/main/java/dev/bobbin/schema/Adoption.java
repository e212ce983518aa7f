package dev.bobbin.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.bobbin.database.Sql;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What adoption will do with the rows of tables made by hand.
 *
 * @param owner the owner of every row, {@code tenant/user}
 * @param unpacked items whose content is JSON of ChatKit's; null where the role may not create the functions that tell
 * @param leftAsText items whose content begins like JSON, but will be shown as text; null likewise
 * @param otherColumns columns that are kept and not read, {@code table.column}
 * @param division the statement that gives rows to the users whom {@code userColumn} may name, to be run after the migration;
 *     null without such a column
 * @param userColumn the first of {@code otherColumns} with the name of a user; its values are not read
 */
@RegisterForReflection
public record Adoption(
        String owner,
        @Nullable Long unpacked,
        @Nullable Long leftAsText,
        List<String> otherColumns,
        @Nullable String division,
        @JsonIgnore @Nullable String userColumn) {

    private static final Pattern FUNCTION =
            Pattern.compile("(?s)create or replace function bobbin_.*?\\$body\\$.*?\\$body\\$;");

    /** Not {@code user_agent}, {@code client_version}, or an item's {@code author}, which is a role. */
    private static final Pattern USER =
            Pattern.compile("(?i).*\\.(?!is_)(?:.*(?:user|owner|account|customer|member|created_?by|email)"
                    + "|.*(?:user|owner|account|customer|member|created_?by|author|client)_?(?:id|uid|uuid|key|name))"
                    + "|threads\\.author");

    /** No right to create a function, and a server that takes no changes. */
    private static final Set<String> MAY_NOT = Set.of("42501", "25006");

    private static final String COUNT =
            """
            select count(*) filter (where unpacked), count(*) filter (where not unpacked and shown)
            from (
              select bobbin_unpack('type', content, type, role) is not null unpacked,
                bobbin_kind(type, role) <> 'hidden_context_item' shown
              from thread_items where left(content, 100) ~ '^[ \\t\\r\\n]*[\\[{]') looks_like_json""";

    /** Both tables in one statement, since the key between them is checked at its end. */
    private static final String DIVISION =
            "with moved as (update %1$s.threads t set owner_id = %3$s || %2$s%4$s %2$s::text <> '' and t.owner_id = %5$s"
                    + " returning t.id, t.owner_id) update %1$s.thread_items i set owner_id = m.owner_id from moved m"
                    + " where i.owner_id = %5$s and i.thread_id = m.id";

    /** @throws SchemaException when the tables, which must be version 1, cannot be read */
    public static Adoption of(SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {
        return DirectConnection.ask(
                target, progress, connection -> connection.unhurried(same -> of(same, target, functions(migrations))));
    }

    private static Adoption of(DirectConnection connection, SchemaTarget target, String functions) throws SQLException {
        Catalog catalog = Catalog.read(connection, target.schema());
        List<String> others = HandMadeTables.NAMES.stream()
                .flatMap(table ->
                        HandMadeTables.otherColumns(catalog, table).stream().map(column -> table + "." + column))
                .toList();
        String user = userColumn(others);
        String division = user == null ? null : division(target, user);
        Long[] counts = counts(connection, target.schema(), functions);
        return new Adoption(target.adoptingOwner(), counts[0], counts[1], others, division, user);
    }

    static @Nullable String userColumn(List<String> columns) {
        return columns.stream()
                .filter(column -> USER.matcher(column).matches())
                .findFirst()
                .orElse(null);
    }

    /** The migration's own functions decide; they are gone with the transaction. */
    private static Long[] counts(DirectConnection connection, String schema, String functions) throws SQLException {
        try {
            connection.execute("begin; set local search_path = " + Sql.quote(schema) + "; " + functions);
            return connection
                    .all(COUNT, row -> new Long[] {row.getLong(1), row.getLong(2)})
                    .get(0);
        } catch (SQLException failure) {
            if (MAY_NOT.contains(ServerMessage.sqlState(failure))) {
                return new Long[2];
            }
            throw failure;
        } finally {
            connection.execute("rollback");
        }
    }

    private static String functions(List<Migration> migrations) {
        return migrations.stream()
                .flatMap(migration -> FUNCTION.matcher(migration.sql()).results())
                .map(MatchResult::group)
                .collect(Collectors.joining("\n"));
    }

    /** Rows get the tenant of the adopting owner. */
    private static String division(SchemaTarget target, String tableAndColumn) {
        String[] parts = tableAndColumn.split("\\.", 2);
        String column = Sql.quote(parts[1]);
        String owner = target.adoptingOwner();
        String schema = Sql.quote(target.schema());
        String from = parts[0].equals("threads")
                ? " where"
                : " from (select thread_id, min(" + column + "::text) " + column + " from " + schema
                        + ".thread_items group by 1) i where i.thread_id = t.id and";
        String tenant = Sql.literal(owner.substring(0, owner.indexOf('/') + 1));
        return DIVISION.formatted(schema, column, tenant, from, Sql.literal(owner));
    }
}
