package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.database.pool.Conversation;
import dev.bobbin.support.BobbinProcess;
import dev.bobbin.support.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One role owns the tables and migrates, another serves and may change rows only: docs/database.md says how. */
class RolesIT {

    private static final String GRANTS =
            """
            create schema bobbin authorization bobbin_owner;
            grant usage on schema bobbin to bobbin_app;
            alter default privileges for role bobbin_owner in schema bobbin
              grant select, insert, update, delete on tables to bobbin_app;
            """;

    private final String url = TestDatabase.get().freshDatabase();

    @Test
    void theRoleThatServesMayNotChangeTheSchema() throws Exception {
        String owner = TestDatabase.get().as("bobbin_owner", url);
        Map<String, String> environment = BobbinProcess.open(TestDatabase.get().as("bobbin_app", url));
        TestDatabase.get().execute(url, GRANTS);
        environment.put("BOBBIN_DATABASE_SCHEMA", "bobbin");
        environment.put("BOBBIN_MIGRATE_TIMEOUT", "2s");
        try (BobbinProcess alone = BobbinProcess.start(environment)) {
            assertThat(alone.awaitExit()).isEqualTo(1);
            assertThat(alone.output()).contains("permission denied for schema bobbin", "DATABASE_DIRECT_URL");
        }
        environment.put("DATABASE_DIRECT_URL", owner);
        try (BobbinProcess bobbin = BobbinProcess.start(environment)) {
            bobbin.awaitReady();
            Conversation conversation = new Conversation(bobbin, "user");
            conversation.turn();
            conversation.verify();
        }
        assertThat(Schemas.query(url, "select distinct tableowner from pg_tables where schemaname = 'bobbin'"))
                .containsExactly("bobbin_owner");
        // once it is up to date, the role that serves can see that for itself
        environment.remove("DATABASE_DIRECT_URL");
        try (BobbinProcess bobbin = BobbinProcess.start(environment)) {
            bobbin.awaitReady();
            assertThat(bobbin.output())
                    .contains("(0 migrations executed now)")
                    .doesNotContain("not as the migrations made them");
        }
        assertThat(Schemas.query(url, "select has_schema_privilege('bobbin_app', 'bobbin', 'create')::text"))
                .isEqualTo(List.of("false"));
    }
}
