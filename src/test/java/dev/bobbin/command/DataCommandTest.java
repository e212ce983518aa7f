package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinCommand;
import dev.bobbin.support.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that count, delete and erase what is stored. */
@Tag("postgres")
class DataCommandTest {

    /** Owners whose ids begin alike, so that a bound that is too wide or a decoding that is wrong finds one too many. */
    private static final List<String> OWNERS = List.of(
            "acme/ann", "acme/ann2", "acme/bob/x", "acme2/ann", "ac/ann", "a%2Fb/ann", "a%252Fb/ann", "acme-/zoe");

    private static final String LOGIN = "//bobbin_it:" + BobbinCommand.PASSWORD + "@";

    private static String migrated;

    private final String url = TestDatabase.get().copyOf(migrated).replaceFirst("//[^@]*@", LOGIN);
    private final BobbinCommand bobbin = BobbinCommand.on(url);

    @BeforeAll
    static void migrate() {
        migrated = DbCommandTest.ownDatabase();
        BobbinCommand.on(migrated).run("db", "migrate").exits(0);
        threadsOfManyOwners();
    }

    private static void threadsOfManyOwners() {
        for (String owner : OWNERS) {
            DbCommandTest.execute(
                    migrated,
                    """
                    insert into threads (owner_id, id, document, created_at, active_at, archived, kind)
                    select '%1$s', 'thr_' || n, '{"n":"ü"}', now() - n * interval '100 days', now() - n * interval '100 days',
                      n %% 2 = 0, case n %% 3 when 0 then 'conversation' else 'chatkit' end
                    from generate_series(1, 6) n;
                    insert into thread_items (owner_id, thread_id, id, document, type, content, created_at)
                    select '%1$s', 'thr_' || n, 'msg_' || m, repeat('x', 50), 'user_message', 'hello',
                      now() - n * interval '100 days' + m * interval '1 second'
                    from generate_series(1, 6) n, generate_series(1, n) m;
                    insert into attachments (owner_id, id, document, thread_id, created_at)
                    select '%1$s', 'atc_' || n, '{}', 'thr_' || n, now() from generate_series(1, 6) n;
                    insert into attachments (owner_id, id, document, thread_id, created_at)
                    values ('%1$s', 'atc_sent_never', '{}', null, now() - interval '300 days'),
                      ('%1$s', 'atc_new', '{}', null, now());
                    insert into search_texts select '%1$s', created_at, seq, thread_id, ' hello ' from thread_items
                    where owner_id = '%1$s'"""
                            .formatted(owner));
        }
        // of an owner without any thread
        DbCommandTest.execute(
                migrated, "insert into attachments (owner_id, id, document) values ('beta/only', 'atc_1', '{}')");
    }

    @Test
    void usageTellsTenantsAndUsersApart() {
        JsonObject usage = bobbin.run("db", "usage", "--json").exits(0).json();
        assertThat(usage.fieldNames())
                .containsExactly(
                        "exit_code",
                        "threads",
                        "items",
                        "attachments",
                        "bytes",
                        "users",
                        "last_active_at",
                        "tenants",
                        "largest_users");
        assertThat(usage.getLong("threads")).isEqualTo(6 * OWNERS.size());
        assertThat(usage.getLong("items")).isEqualTo(21 * OWNERS.size());
        assertThat(usage.getLong("attachments")).isEqualTo(8 * OWNERS.size() + 1);
        assertThat(usage.getLong("bytes")).isEqualTo((6 * 10 + 21 * 50 + 8 * 2) * OWNERS.size() + 2);
        assertThat(usage.getJsonArray("tenants").stream().map(each -> ((JsonObject) each).getString("tenant")))
                .containsExactly("acme", "a%2Fb", "a/b", "ac", "acme-", "acme2", "beta");
        JsonObject tenant = bobbin.run("db", "usage", "--tenant", "acme", "--top", "2", "--json")
                .exits(0)
                .json();
        assertThat(tenant.getLong("users")).isEqualTo(3);
        assertThat(users(tenant.getJsonArray("largest_users"))).containsExactly("acme/ann", "acme/ann2");
        JsonObject user = bobbin.run("db", "usage", "--tenant", "a/b", "--user", "ann", "--json")
                .exits(0)
                .json();
        assertThat(users(user.getJsonArray("largest_users"))).containsExactly("a/b/ann");
        assertThat(user.getLong("items")).isEqualTo(21);
        assertThat(user.getString("last_active_at")).endsWith("Z");
        JsonObject nothing =
                bobbin.run("db", "usage", "--tenant", "none", "--json").exits(0).json();
        assertThat(nothing.getLong("threads")).isZero();
        assertThat(nothing.getString("last_active_at")).isNull();
        assertThat(bobbin.run("db", "usage").exits(0).out())
                .contains("Tenants", "acme2")
                .containsPattern("users +9");
    }

    @ParameterizedTest
    @CsvSource({
        "--all,                       acme/ann acme/ann2 acme/bob/x acme2/ann ac/ann a%2Fb/ann a%252Fb/ann acme-/zoe"
                + " beta/only",
        "--tenant acme,               acme/ann acme/ann2 acme/bob/x",
        "--tenant a/b,                a%2Fb/ann",
        "--tenant acme --user ann,    acme/ann",
        "--tenant acme --user bob/x,  acme/bob/x",
        "--tenant beta --user only,   beta/only",
        "--tenant acme --user nobody, nobody",
    })
    void erasureLeavesNothingOfTheOwnersAndAllOfTheOthers(String options, String owners) throws SQLException {
        Map<String, List<String>> before = rows();
        List<String> command = new ArrayList<>(List.of("db", "erase", "--json"));
        command.addAll(List.of(options.split(" ")));
        JsonObject erased = bobbin.run(command.toArray(String[]::new)).exits(0).json();
        List<String> gone = List.of(owners.split(" "));
        Map<String, List<String>> after = rows();
        assertThat(before).hasSizeGreaterThan(3);
        before.forEach((table, rows) -> assertThat(after.get(table))
                .as(table)
                .isEqualTo(
                        rows.stream().filter(row -> !gone.contains(owner(row))).toList()));
        assertThat(erased.getLong("items")).isEqualTo(removed(before, after, "thread_items"));
        assertThat(erased.getLong("threads")).isEqualTo(removed(before, after, "threads"));
        assertThat(erased.getLong("attachments")).isEqualTo(removed(before, after, "attachments"));
        assertThat(bobbin.run(command.toArray(String[]::new)).exits(0).json().getLong("threads"))
                .isZero();
    }

    @Test
    void anErasureOfManyRowsIsMoreThanOneTransaction() throws SQLException {
        TestDatabase.get()
                .execute(
                        url,
                        "insert into thread_items (owner_id, thread_id, id, document, type, created_at) select"
                                + " 'acme/ann', 'thr_1', 'more_' || n, '{}', 'task', now() from generate_series(1, 4100)"
                                + " n;create table transactions (id xid8); grant insert on transactions to"
                                + " bobbin_it;create function noted() returns trigger language plpgsql as 'begin insert"
                                + " into transactions values (pg_current_xact_id()); return null; end';create trigger"
                                + " noted after delete on thread_items for each statement execute function noted()");
        Map<String, List<String>> before = rows();
        JsonObject counted = bobbin.run("db", "erase", "--tenant", "acme", "--user", "ann", "--dry-run", "--json")
                .exits(0)
                .json();
        assertThat(rows()).isEqualTo(before);
        JsonObject erased = bobbin.run("db", "erase", "--tenant", "acme", "--user", "ann", "--json")
                .exits(0)
                .json();
        assertThat(counted.getBoolean("dry_run")).isTrue();
        assertThat(erased.put("dry_run", true)).isEqualTo(counted);
        assertThat(erased.getLong("items")).isEqualTo(4121);
        assertThat(value("select count(distinct id) from transactions")).isEqualTo("9");
    }

    @ParameterizedTest
    @CsvSource({
        "--older-than 350d,                                thr_4 thr_5 thr_6",
        "--older-than 350d --archived-only,                thr_4 thr_6",
        "--older-than 8400h,                               thr_4 thr_5 thr_6",
        "--older-than 1d --tenant acme --user ann,         thr_1 thr_2 thr_3 thr_4 thr_5 thr_6",
        "--older-than 1d --tenant acme --user nobody,      none",
        "--older-than 700d,                                none",
        "--older-than never,                               none",
    })
    void pruningDeletesWhatIsOlder(String options, String threads) throws SQLException {
        List<String> command = new ArrayList<>(List.of("db", "prune", "--json"));
        command.addAll(List.of(options.split(" ")));
        command.add("--dry-run");
        Map<String, List<String>> before = rows();
        JsonObject counted = bobbin.run(command.toArray(String[]::new)).exits(0).json();
        assertThat(rows()).isEqualTo(before);
        command.remove("--dry-run");
        JsonObject deleted = bobbin.run(command.toArray(String[]::new)).exits(0).json();
        assertThat(deleted.put("dry_run", true)).isEqualTo(counted);
        String owners = options.contains("--user") ? "acme/ann" : String.join(" ", OWNERS);
        List<String> gone = List.of(threads.split(" "));
        for (String owner : List.of(owners.split(" "))) {
            assertThat(value("select string_agg(id, ' ' order by id) from threads where owner_id = '" + owner + "'"))
                    .isEqualTo(left(gone));
            assertThat(value("select count(*) from thread_items i where owner_id = '" + owner
                            + "' and not exists (select from threads t where t.owner_id = i.owner_id"
                            + " and t.id = i.thread_id)"))
                    .isEqualTo("0");
            assertThat(value("select count(*) from attachments where owner_id = '" + owner + "' and id = 'atc_new'"))
                    .isEqualTo("1");
            assertThat(value("select count(*) from attachments where owner_id = '" + owner
                            + "' and thread_id is not null"))
                    .isEqualTo(String.valueOf(6 - (threads.equals("none") ? 0 : gone.size())));
        }
    }

    /** A prepared statement would be planned for any owner after a while, and may read whole tables, in many transactions. */
    @Test
    void everyStatementIsPlannedForItsOwner() throws SQLException {
        TestDatabase.get()
                .execute(
                        url,
                        "create table prepared (number bigint); grant insert on prepared to bobbin_it;"
                                + " create function noted() returns trigger language plpgsql as 'begin insert into prepared"
                                + " select count(*) from pg_prepared_statements where statement ~ ''owner''; return null; end'; create trigger noted"
                                + " after delete on threads for each statement execute function noted()");
        bobbin.run("db", "prune", "--older-than", "350d").exits(0);
        assertThat(value("select count(*) >= 6 from prepared")).isEqualTo("t");
        assertThat(value("select max(number) from prepared")).isEqualTo("0");
    }

    @Test
    void anAttachmentThatWasNeverSentIsPrunedWhenItIsOld() throws SQLException {
        String count = "select count(*) from attachments where id = 'atc_sent_never'";
        bobbin.run("db", "prune", "--older-than", "301d").exits(0);
        bobbin.run("db", "prune", "--older-than", "1d", "--archived-only").exits(0);
        assertThat(value(count)).isEqualTo(String.valueOf(OWNERS.size()));
        bobbin.run("db", "prune", "--older-than", "299d", "--tenant", "acme").exits(0);
        assertThat(value(count)).isEqualTo(String.valueOf(OWNERS.size() - 3));
        bobbin.run("db", "prune", "--older-than", "299d").exits(0);
        assertThat(value(count)).isEqualTo("0");
    }

    @Test
    void theNewestItemDecidesUnlessTheCreationIsToDecide() throws SQLException {
        // the column is up to two minutes below the newest item
        execute("alter table thread_items disable trigger user;"
                + " insert into threads (owner_id, id, document, created_at, active_at) values"
                + " ('x/y', 'old', '{}', now() - interval '900 days', now() - interval '10 days 100 seconds'),"
                + " ('x/y', 'young', '{}', now() - interval '900 days', now() - interval '10 days 1 second');"
                + " insert into thread_items (owner_id, thread_id, id, document, type, created_at) values"
                + " ('x/y', 'old', 'msg', '{}', 'task', now() - interval '10 days 50 seconds'),"
                + " ('x/y', 'young', 'msg', '{}', 'task', now() - interval '10 days' + interval '118 seconds');"
                + " alter table thread_items enable trigger user");
        JsonObject byActivity = bobbin.run("db", "prune", "--tenant", "x", "--older-than", "10d", "--json")
                .exits(0)
                .json();
        assertThat(byActivity.getString("by")).isEqualTo("active_at");
        assertThat(value("select string_agg(id, ' ') from threads where owner_id = 'x/y'"))
                .isEqualTo("young");
        bobbin.run("db", "prune", "--tenant", "x", "--older-than", "899d", "--by", "created_at")
                .exits(0);
        assertThat(value("select count(*) from threads where owner_id = 'x/y'")).isEqualTo("0");
    }

    @Test
    void moreThreadsAndItemsThanOneTransactionTakesArePruned() throws SQLException {
        execute("insert into threads (owner_id, id, document, created_at, active_at, archived) select 'many/one',"
                + " 'thr_' || n, '{}', '2020-01-01', '2020-01-01', n % 2 = 0 from generate_series(1, 901) n;insert"
                + " into thread_items (owner_id, thread_id, id, document, type, created_at) select 'many/one',"
                + " 'thr_' || n % 3 + 1, 'msg_' || n, '{}', 'task', '2020-01-01' from generate_series(1, 6005) n");
        JsonObject archived = bobbin.run(
                        "db", "prune", "--tenant", "many", "--older-than", "9d", "--archived-only", "--json")
                .exits(0)
                .json();
        assertThat(archived.getLong("threads")).isEqualTo(450);
        assertThat(archived.getLong("items")).isEqualTo(2002);
        JsonObject rest = bobbin.run("db", "prune", "--tenant", "many", "--older-than", "9d", "--json")
                .exits(0)
                .json();
        assertThat(rest.getLong("threads")).isEqualTo(451);
        assertThat(rest.getLong("items")).isEqualTo(4003);
        assertThat(value("select count(*) from threads where owner_id = 'many/one'"))
                .isEqualTo("0");
    }

    @Test
    void settingsSayHowLongATenantsThreadsAreKept() throws SQLException {
        bobbin.and("BOBBIN_RETENTION_OLDER_THAN", "550d")
                .and("BOBBIN_RETENTION_TENANTS", "acme=250d,a/b=never")
                .run("db", "prune")
                .exits(0);
        String count = "select string_agg(owner_id || ' ' || n, ', ' order by owner_id) from"
                + " (select owner_id, count(*) n from threads group by 1) t";
        assertThat(value(count))
                .isEqualTo("a%252Fb/ann 5, a%2Fb/ann 6, ac/ann 5, acme-/zoe 5, acme/ann 2, acme/ann2 2, acme/bob/x 2,"
                        + " acme2/ann 5");
        bobbin.and("BOBBIN_RETENTION_TENANTS", "ac=1d").run("db", "prune").exits(0);
        assertThat(value(count)).contains(", acme-/zoe 5").doesNotContain(", ac/ann");
        // an option is for all, whatever the settings say
        bobbin.and("BOBBIN_RETENTION_TENANTS", "acme2=never")
                .run("db", "prune", "--older-than", "150d")
                .exits(0);
        assertThat(value(count)).contains("acme2/ann 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "db prune|nothing says what is old: give --older-than, such as --older-than 365d, or set"
                        + " BOBBIN_RETENTION_OLDER",
                "db prune --older-than 365|Invalid value for option '--older-than': it must be a number of days or"
                        + " hours, such as",
                "db prune --older-than 0d|it must be a number of days or hours, such as 365d",
                "db prune --older-than 1d --by updated_at|expected one of",
                "db prune --older-than 1d --user ann|--user needs --tenant",
                "db erase|either --tenant, with or without --user, or --all is needed",
                "db erase --all --tenant acme|either --tenant, with or without --user, or --all is needed",
                "db erase --tenant ''|The tenant must have 1 to 255 characters",
                "db usage --tenant a --user x\u0001y|must not contain control characters",
            })
    void whatIsNotUnderstoodChangesNothing(String line, String named) throws SQLException {
        Map<String, List<String>> before = rows();
        String[] words = java.util.Arrays.stream(line.split(" "))
                .map(word -> word.replace("''", ""))
                .toArray(String[]::new);
        assertThat(bobbin.run(words).exits(2).err()).contains(named);
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void aSchemaOfAnotherVersionIsLeftAlone() {
        BobbinCommand empty = BobbinCommand.on(DbCommandTest.ownDatabase());
        for (String command : List.of("usage", "prune --older-than 1d", "erase --all")) {
            List<String> words = new ArrayList<>(List.of("db"));
            words.addAll(List.of(command.split(" ")));
            assertThat(empty.run(words.toArray(String[]::new)).exits(1).err()).contains("run `db migrate` first");
        }
    }

    private static List<String> users(JsonArray users) {
        return users.stream()
                .map(each -> ((JsonObject) each).getString("tenant") + "/" + ((JsonObject) each).getString("user"))
                .toList();
    }

    private static String left(List<String> gone) {
        List<String> left = new ArrayList<>(List.of("thr_1", "thr_2", "thr_3", "thr_4", "thr_5", "thr_6"));
        left.removeAll(gone);
        return left.isEmpty() ? "null" : String.join(" ", left);
    }

    private static String owner(String row) {
        return row.substring(0, row.indexOf(' '));
    }

    private static long removed(Map<String, List<String>> before, Map<String, List<String>> after, String table) {
        return before.get(table).size() - after.get(table).size();
    }

    /** The rows of every table that has owners, also of those that a later version adds. */
    private Map<String, List<String>> rows() throws SQLException {
        Map<String, List<String>> rows = new TreeMap<>();
        try (Connection connection = TestDatabase.get().connect(url);
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet found = statement.executeQuery("select table_name from information_schema.columns"
                    + " where table_schema = 'public' and column_name = 'owner_id'")) {
                while (found.next()) {
                    tables.add(found.getString(1));
                }
            }
            for (String table : tables) {
                List<String> all = new ArrayList<>();
                try (ResultSet found =
                        statement.executeQuery("select owner_id || ' ' || t::text from " + table + " t order by 1")) {
                    while (found.next()) {
                        all.add(found.getString(1));
                    }
                }
                rows.put(table, all);
            }
        }
        return rows;
    }

    private String value(String query) throws SQLException {
        try (Connection connection = TestDatabase.get().connect(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return String.valueOf(result.getString(1));
        }
    }

    private void execute(String sql) {
        DbCommandTest.execute(url, sql);
    }
}
