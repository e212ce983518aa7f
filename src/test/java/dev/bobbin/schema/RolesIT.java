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

    private static final String ROLES =
            """
            do $$ begin
                if not exists (select from pg_roles where rolname = 'bobbin_owner') then
                    create role bobbin_owner login password 'o';
                end if;
                if not exists (select from pg_roles where rolname = 'bobbin_app') then
                    create role bobbin_app login password 'a';
                end if;
            end $$;
            create schema bobbin authorization bobbin_owner;
            grant usage on schema bobbin to bobbin_app;
            alter default privileges for role bobbin_owner in schema bobbin
              grant select, insert, update, delete on tables to bobbin_app;
            """;

    private final String url = TestDatabase.get().freshDatabase();

    @Test
    void theRoleThatServesMayNotChangeTheSchema() throws Exception {
        TestDatabase.get().execute(url, ROLES);
        Map<String, String> environment = BobbinProcess.open(as("bobbin_app:a"));
        environment.put("BOBBIN_DATABASE_SCHEMA", "bobbin");
        environment.put("BOBBIN_MIGRATE_TIMEOUT", "2s");
        try (BobbinProcess alone = BobbinProcess.start(environment)) {
            assertThat(alone.awaitExit()).isEqualTo(1);
            assertThat(alone.output()).contains("permission denied for schema bobbin", "DATABASE_DIRECT_URL");
        }
        environment.put("DATABASE_DIRECT_URL", as("bobbin_owner:o"));
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

    private String as(String user) {
        return url.replaceFirst("//[^@]*@", "//" + user + "@");
    }
}
