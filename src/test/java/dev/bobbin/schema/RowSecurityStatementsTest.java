package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.RowSecurityEnvironment;
import dev.bobbin.support.StoreStatements;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each statement without one of its conditions on the owner: with row-level security it finds no row of another owner. */
@Tag("postgres")
class RowSecurityStatementsTest {

    private static final Pattern CONDITION = Pattern.compile("(?:\\w+\\.)?owner_id = \\$1\\b");
    private static final String FORBIDDEN = "42501";

    private static final Map<String, String> SQL = StoreStatements.all();

    /** What differs from one run to the next. */
    private static final Pattern VOLATILE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d[^|]*|\\d+:\\d+:[\\d,]*");

    private final StatementCostTest statements = new StatementCostTest() {
        @Override
        int rows() {
            return 200;
        }
    };

    private MigratedSchema schema;
    private String othersRows;

    @BeforeEach
    void rowsOfOtherOwners() throws SQLException {
        schema = MigratedSchema.at(MigratedSchema.LAST, "bobbin");
        RowSecurityEnvironment.limited(schema.url);
        schema.execute(statements
                .fill()
                .replaceAll("'(acme|sam|ann)/u'", "'other/$1'")
                .replace("{sam/u,ann/u}", "{other/sam,other/ann}"));
        for (String table : Catalog.TABLES) {
            schema.execute(RowPolicies.of("bobbin", table));
        }
        schema.execute("grant usage on schema bobbin to bobbin_app");
        schema.execute("grant select, insert, update, delete on all tables in schema bobbin to bobbin_app");
        othersRows = othersRows();
    }

    @AfterEach
    void close() throws SQLException {
        schema.close();
    }

    @Test
    void withoutAConditionOnItsOwnerAStatementFindsNothingOfOthers() throws SQLException {
        SoftAssertions every = new SoftAssertions();
        int open = 0;
        int all = 0;
        for (StatementCostTest.Call call : statements.calls()) {
            String sql = SQL.get(call.statement());
            String own = run(sql, call.parameters(), owner(call), true);
            for (MatchResult condition : CONDITION.matcher(sql).results().toList()) {
                String without =
                        sql.substring(0, condition.start()) + "$1::text is not null" + sql.substring(condition.end());
                all++;
                every.assertThat(run(without, call.parameters(), owner(call), true))
                        .as(
                                "%s(%s) without the condition at %d",
                                call.statement(), call.parameters(), condition.start())
                        .isEqualTo(own);
                open += run(without, call.parameters(), owner(call), false).equals(own) ? 0 : 1;
            }
        }
        every.assertAll();
        assertThat(all).isGreaterThan(400);
        assertThat(open)
                .as("cases that find others' rows where Postgres does not limit the role")
                .isGreaterThan(150);
    }

    @Test
    void noStatementWritesForAnotherOwnerThanTheTransactionNames() throws SQLException {
        Map<String, String> outcomes = new LinkedHashMap<>();
        for (StatementCostTest.Call call : statements.calls()) {
            String sql = SQL.get(call.statement());
            if (sql.contains("insert into")) {
                for (String named : new String[] {"other/acme", ""}) {
                    String outcome = run(sql, call.parameters(), named, true);
                    outcomes.put(call + " as " + named, outcome);
                    if (sql.contains("values ($1")) {
                        assertThat(outcome).as(call.statement()).startsWith(FORBIDDEN);
                    }
                }
            }
        }
        assertThat(outcomes)
                .hasSizeGreaterThan(50)
                .allSatisfy((call, outcome) -> assertThat(outcome).as(call).doesNotContain("acme/u"));
        assertThat(outcomes.values())
                .filteredOn(outcome -> outcome.startsWith(FORBIDDEN))
                .hasSizeGreaterThan(30);
    }

    @Test
    void theStatementsThatNameNoOwnerFindNone() throws SQLException {
        for (StatementCostTest.Call call : statements.calls()) {
            if (call.statement().startsWith("OwnerSearchStore.")) {
                assertThat(run(SQL.get(call.statement()), call.parameters(), owner(call), true))
                        .startsWith("[]");
            }
        }
    }

    private static String owner(StatementCostTest.Call call) {
        Matcher first = Pattern.compile("^'([^']*)'").matcher(call.parameters());
        assertThat(first.find()).as(call.parameters()).isTrue();
        return first.group(1);
    }

    /** The rows that it returns and those that the owner has then, or the SQLSTATE; fails if it changes rows of others. */
    private String run(String sql, String parameters, String named, boolean limited) throws SQLException {
        schema.execute("begin");
        try (Statement statement = schema.connection.createStatement()) {
            statement.execute("select set_config('bobbin.owner', '" + named + "', true)");
            statement.execute("prepare s as " + sql);
            if (limited) {
                statement.execute("set local role bobbin_app");
            }
            StringBuilder found = new StringBuilder("[");
            if (statement.execute("execute s(" + parameters + ")")) {
                append(statement.getResultSet(), found);
            }
            statement.execute("reset role");
            found.append("] ").append(rows("count(*)", "acme/"));
            String others = othersRows();
            if (limited) {
                assertThat(others).as("rows of others after %s", sql).isEqualTo(othersRows);
            }
            return VOLATILE.matcher(found + (others.equals(othersRows) ? "" : ", others changed"))
                    .replaceAll("?");
        } catch (SQLException failure) {
            return failure.getSQLState();
        } finally {
            schema.execute("rollback");
            schema.execute("deallocate all");
        }
    }

    private static void append(ResultSet rows, StringBuilder text) throws SQLException {
        while (rows.next()) {
            for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                text.append(rows.getString(column)).append('|');
            }
        }
    }

    /** How many there are, and which transactions wrote them: another one if a row was changed. */
    private String othersRows() throws SQLException {
        return rows("count(*) || '/' || coalesce(sum(xmin::text::bigint), 0)", "other/");
    }

    private String rows(String what, String prefix) throws SQLException {
        StringBuilder rows = new StringBuilder();
        for (String table : Catalog.TABLES.stream().sorted().toList()) {
            rows.append(schema.value("select '" + table + "=' || " + what + " from " + table + " where owner_id like '"
                            + prefix + "%'"))
                    .append(' ');
        }
        return rows.toString();
    }
}
