package dev.bobbin.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.database.pool.Conversation;
import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.PgBouncer;
import dev.bobbin.support.TestDatabase;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What bobbin.database.schema names is the one schema that is written and read, whatever the search_path is. */
class SchemaIT {

    private static final String SCHEMA = "Chat \"Data\"";

    private static final String TABLES = "select schemaname || '.' || tablename from pg_tables"
            + " where schemaname not in ('pg_catalog', 'information_schema') order by 1";

    private String url;

    @BeforeEach
    void aDatabaseWhoseSearchPathLeadsNowhere() {
        url = TestDatabase.get().freshDatabase();
        TestDatabase.get().execute(url, "alter database " + databaseName() + " set search_path = nowhere");
    }

    @Test
    void everyCallIsMadeInItAndPublicStaysEmpty() throws Exception {
        try (BobbinProcess bobbin = serving(url)) {
            turnsOf(bobbin);
        }
        assertThat(query(TABLES))
                .contains(SCHEMA + ".threads", SCHEMA + ".thread_items", SCHEMA + ".attachments")
                .allMatch(table -> table.startsWith(SCHEMA + "."));
        // and a second start finds its tables there
        try (BobbinProcess bobbin = serving(url)) {
            assertThat(bobbin.get("/v1/threads").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void tablesOfAnotherServiceInPublicAreLeftAlone() throws Exception {
        TestDatabase.get()
                .execute(
                        url,
                        """
                        create table public.threads (id bigint primary key, subject text not null);
                        insert into public.threads values (1, 'knitting');
                        create table public.attachments (id uuid primary key)""");
        try (BobbinProcess bobbin = serving(url)) {
            turnsOf(bobbin);
        }
        assertThat(query("select to_json(t)::text from public.threads t"))
                .containsExactly("{\"id\":1,\"subject\":\"knitting\"}");
        assertThat(query("select attname from pg_attribute where attnum > 0 and attrelid in"
                        + " ('public.threads'::regclass, 'public.attachments'::regclass) order by attrelid, attnum"))
                .containsExactly("id", "subject", "id");
        assertThat(query(TABLES).stream().filter(table -> table.startsWith("public.")))
                .containsExactly("public.attachments", "public.threads");
    }

    /** The same users and ids in both: a statement that misses its schema meets the other's rows. */
    @Test
    void twoBobbinsInOneDatabaseDoNotMeet() throws Exception {
        try (BobbinProcess inPublic = BobbinProcess.serving(url);
                BobbinProcess bobbin = serving(url)) {
            Conversation there = new Conversation(inPublic, "user");
            there.turn();
            there.saveAttachment();
            turnsOf(bobbin);
            there.verify();
        }
    }

    /** In transaction mode a session keeps what its last user set. */
    @Test
    void aPgBouncersSessionMayHaveAnySearchPath() throws Exception {
        PgBouncer.assumeInstalled();
        try (PgBouncer bouncer = PgBouncer.start(url, 1)) {
            inTheSession(bouncer, "select set_config('search_path', 'information_schema', false)");
            try (BobbinProcess bobbin = serving(bouncer.url(url) + "?pgbouncer=true")) {
                turnsOf(bobbin);
                assertThat(inTheSession(bouncer, "show search_path")).isEqualTo("information_schema");
            }
            assertThat(query(TABLES)).isNotEmpty().allMatch(table -> table.startsWith(SCHEMA + "."));
        }
    }

    private void turnsOf(BobbinProcess bobbin) throws Exception {
        Conversation conversation = new Conversation(bobbin, "user");
        conversation.turn();
        conversation.turn();
        conversation.verify();
        for (Map.Entry<String, Integer> table : conversation.rows().entrySet()) {
            assertThat(query("select count(*) from \"Chat \"\"Data\"\"\"." + table.getKey()))
                    .as(table.getKey())
                    .containsExactly(table.getValue().toString());
        }
    }

    private BobbinProcess serving(String databaseUrl) throws Exception {
        Map<String, String> environment = BobbinProcess.open(databaseUrl);
        environment.put("BOBBIN_DATABASE_SCHEMA", SCHEMA);
        environment.put("DATABASE_DIRECT_URL", url);
        BobbinProcess bobbin = BobbinProcess.start(environment);
        bobbin.awaitReady();
        return bobbin;
    }

    /** What it answers in the one session that the PgBouncer has with the server. */
    private String inTheSession(PgBouncer bouncer, String sql) throws Exception {
        String[] login = URI.create(url).getUserInfo().split(":", 2);
        String jdbc = "jdbc:postgresql://127.0.0.1:" + bouncer.port() + "/" + databaseName() + "?prepareThreshold=0";
        try (Connection connection = DriverManager.getConnection(jdbc, login[0], login[1]);
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private List<String> query(String sql) throws Exception {
        List<String> values = new ArrayList<>();
        try (Connection connection = TestDatabase.get().connect(url);
                var rows = connection.createStatement().executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private String databaseName() {
        return url.substring(url.lastIndexOf('/') + 1);
    }
}
